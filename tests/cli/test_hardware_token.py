"""``twogate hardware-token`` on a real installation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.rules.factors.oathtool import hotp_codes
from tests.rules.factors.seeds.containers import PASSPHRASE, SECRET, container, figure_7, package

from twogate.cli.exit_codes import ExitCode
from twogate.cli.main import run

Command = Callable[..., tuple[int, Any, str]]
SERIAL = "987654321"


def _file(folder: Path, content: bytes, name: str = "tokens.xml") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_an_encrypted_container_is_brought_in(twogate: Command, tmp_path: Path) -> None:
    """With its pass phrase; again it changes nothing; without it it is refused."""
    file, phrase = _file(tmp_path, figure_7()), _file(tmp_path, PASSPHRASE, "phrase")
    assert twogate("hardware-token", "import", file)[0] == ExitCode.REFUSED
    code, done, _ = twogate("hardware-token", "import", file, "--passphrase-file", phrase)
    assert (code, done["added"], done["known"]) == (ExitCode.OK, [SERIAL], [])
    code, done, _ = twogate("hardware-token", "import", file, "--passphrase-file", phrase)
    assert (code, done["added"], done["known"]) == (ExitCode.OK, [], [SERIAL])
    (row,) = twogate("hardware-token", "list")[1]
    assert (row["serial"], row["kind"], row["state"], row["user"]) == (SERIAL, "hardware_token", "waiting", None)
    assert "GEZDGNBV" not in str(row)


def test_a_file_with_bad_keys_is_all_or_nothing_unless_said(twogate: Command, tmp_path: Path) -> None:
    """Every bad one is told with its reason; a dry run changes nothing either."""
    file = _file(tmp_path, container(package(), package(serial="2", length="9")))
    code, done, told = twogate("hardware-token", "import", file)
    assert (code, done["added"], len(done["unusable"])) == (ExitCode.REFUSED, [], 1)
    assert "--skip-unusable" in told
    assert twogate("hardware-token", "import", file, "--skip-unusable", "--dry-run")[1]["usable"] == 1
    assert twogate("hardware-token", "list")[1] == []
    code, done, _ = twogate("hardware-token", "import", file, "--skip-unusable", "--reserved")
    assert (code, done["added"]) == (ExitCode.OK, [SERIAL])
    assert [row["state"] for row in twogate("hardware-token", "list", "--waiting")[1]] == ["reserved"]


def test_a_token_goes_out_and_comes_back(twogate: Command, tmp_path: Path) -> None:
    """Assigned with a code of oathtool's, found again with two, taken back, forgotten."""
    twogate("hardware-token", "import", _file(tmp_path, container(package(length="6"))))
    twogate("user", "add", "alice")
    codes = hotp_codes(SECRET, 0, digits=6, count=40)
    assert twogate("hardware-token", "assign", SERIAL, "alice", "--code", "000000")[0] == ExitCode.REFUSED
    code, done, _ = twogate("hardware-token", "assign", SERIAL, "alice", "--code", codes[2])
    assert (code, done["user"], done["state"]) == (ExitCode.OK, "alice", "assigned")
    assert twogate("hardware-token", "list", "--waiting")[1] == []
    assert "hardware_token" in str(twogate("user", "show", "alice")[1]["factors"])
    assert twogate("hardware-token", "assign", SERIAL, "alice")[0] == ExitCode.REFUSED
    assert twogate("hardware-token", "remove", SERIAL, "--yes")[0] == ExitCode.REFUSED
    assert twogate("hardware-token", "resync", SERIAL, codes[30], codes[32])[0] == ExitCode.REFUSED
    assert twogate("hardware-token", "resync", SERIAL, codes[30], codes[31])[0] == ExitCode.OK
    assert twogate("hardware-token", "resync", SERIAL, codes[30], codes[31])[0] == ExitCode.REFUSED
    code, done, _ = twogate("hardware-token", "unassign", SERIAL, "--yes")
    assert (code, done["user"]) == (ExitCode.OK, "alice")
    assert twogate("hardware-token", "remove", SERIAL, "--yes")[1]["done"] == "removed"
    assert twogate("hardware-token", "list")[1] == []


def test_what_is_not_there_is_one_line(twogate: Command, tmp_path: Path) -> None:
    """Unknown serials, people and files; nothing is printed for a program."""
    twogate("hardware-token", "import", _file(tmp_path, container(package())))
    for arguments in (
        ("assign", "x", "alice"),
        ("assign", SERIAL, "nobody"),
        ("unassign", SERIAL, "--yes"),
        ("resync", SERIAL, "1", "2"),
        ("remove", "x", "--yes"),
    ):
        code, document, told = twogate("hardware-token", *arguments)
        assert (code, document, told.count("error:")) == (ExitCode.REFUSED, None, 1), arguments
    assert twogate("hardware-token", "import", str(tmp_path / "none"))[0] == ExitCode.UNAVAILABLE


def test_a_person_reads_what_was_done(data: Path, tmp_path: Path, twogate: Command, capsys: Any) -> None:
    """Without --json: how many, why not, who; and that the file should go."""
    twogate("user", "add", "alice")
    bad = _file(tmp_path, container(package(), *(package(serial=f"{at}x", length="9") for at in range(30))))
    for arguments, words in (
        (("import", bad), ("a code has 6 to 8 digits", "10 more", "nothing was imported")),
        (("import", bad, "--skip-unusable", "--dry-run"), ("1 could be imported",)),
        (("import", bad, "--skip-unusable"), ("imported 1", "Delete the file")),
        (("list",), (SERIAL, "Acme", "waiting")),
        (("assign", SERIAL, "alice"), ("assigned", "to alice")),
        (("unassign", SERIAL, "--yes"), ("unassigned", "from alice")),
        (("remove", SERIAL, "--yes"), ("removed", SERIAL)),
    ):
        run(["hardware-token", *arguments, "--data", str(data)])
        said = capsys.readouterr()
        for word in words:
            assert word in said.out + said.err, (arguments, said)
