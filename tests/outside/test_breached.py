"""The operator's collection of stolen passwords, in both its forms."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twogate.outside.breached import BreachFile, BreachFolder, breaches
from twogate.settings.mistakes import SettingsInvalid


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


STOLEN = {_sha1(f"password{number}"): number + 1 for number in range(3_000)}


def _file(path: Path, rows: dict[str, int], *, end: str = "\n") -> Path:
    path.write_text("".join(f"{digest}:{count}{end}" for digest, count in sorted(rows.items())), newline="")
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_line_of_a_file_is_found(tmp_path: Path, end: str) -> None:
    """The first, the last and all between, whatever the line ends; in any case of the digits."""
    found = breaches(_file(tmp_path / "pwned.txt", STOLEN, end=end))
    assert isinstance(found, BreachFile)
    assert {digest: found.seen(digest) for digest in STOLEN} == STOLEN
    assert found.seen(next(iter(STOLEN)).lower()) == next(iter(STOLEN.values()))


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    """Before the first, behind the last, beside those in the middle."""
    found = BreachFile(_file(tmp_path / "pwned.txt", STOLEN))
    for digest in ("0" * 40, "F" * 40, *(_sha1(f"never{number}") for number in range(500))):
        assert found.seen(digest) == 0


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text("0123456789ABCDEF", min_size=40, max_size=40), st.integers(1, 10**9), min_size=1))
def test_halving_finds_what_looking_finds(tmp_path_factory: pytest.TempPathFactory, rows: dict[str, int]) -> None:
    """In files of any size the search agrees with a look at every line, also for neighbours of what is there."""
    found = BreachFile(_file(tmp_path_factory.mktemp("breaches") / "pwned.txt", rows))
    for digest, count in rows.items():
        assert found.seen(digest) == count
        beside = f"{(int(digest, 16) + 1) % 16**40:040X}"
        assert found.seen(beside) == rows.get(beside, 0)


@pytest.mark.parametrize("suffix", ["", ".txt"])
def test_a_folder_of_ranges(tmp_path: Path, suffix: str) -> None:
    """One small file is read for each question; a range without a file has nothing in it."""
    for digest, count in STOLEN.items():
        with (tmp_path / f"{digest[:5]}{suffix}").open("a") as file:
            file.write(f"{digest[5:]}:{count}\r\n")
    found = breaches(tmp_path)
    assert isinstance(found, BreachFolder)
    assert {digest: found.seen(digest) for digest in STOLEN} == STOLEN
    assert found.seen(_sha1("never")) == 0


def test_padding_counts_for_nothing(tmp_path: Path) -> None:
    """Range downloads may be padded with lines whose count is 0."""
    digest = _sha1("padding")
    (tmp_path / digest[:5]).write_text(f"{digest[5:]}:0\n")
    assert BreachFolder(tmp_path).seen(digest) == 0


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    """A collection that has gone is not an empty one."""
    path = _file(tmp_path / "pwned.txt", STOLEN)
    found = BreachFile(path)
    path.unlink()
    assert found.seen("0" * 40) is None
    assert BreachFolder(tmp_path / "gone").seen("0" * 40) is None


@pytest.mark.parametrize("content", ["", "password\n123456\n", "0018A45C4D1DEF81644B54AB7F969B88D65:10\n"])
def test_what_is_no_collection_is_refused(tmp_path: Path, content: str) -> None:
    """Empty, a plain word list, a range file that stands alone; or nothing at all."""
    path = tmp_path / "words.txt"
    path.write_text(content)
    with pytest.raises(SettingsInvalid):
        breaches(path)
    with pytest.raises(SettingsInvalid):
        breaches(tmp_path / "missing.txt")
