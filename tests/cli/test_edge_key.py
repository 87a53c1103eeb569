"""``twogate edge-key`` on a real installation."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_a_key_in_a_file_is_its_owner_s_and_not_on_the_screen(twogate: Command, tmp_path: Path) -> None:
    """With --to the key goes into a new file of mode 0600 and nowhere else."""
    file = tmp_path / "fra1.key"
    code, made, told = twogate("edge-key", "add", "fra1", "--to", str(file))
    key = file.read_text().strip()
    assert (code, stat.S_IMODE(file.stat().st_mode)) == (ExitCode.OK, 0o600)
    assert key.startswith("tg_edge_")
    assert key not in str(made) + told


def test_a_file_in_the_way_makes_no_node(twogate: Command, tmp_path: Path) -> None:
    """The key of a node is never made and lost: the file is left alone and the name stays free."""
    file = tmp_path / "fra1.key"
    file.write_text("precious")
    before = twogate("edge-key", "list")[1]
    assert twogate("edge-key", "add", "fra1", "--to", str(file))[0] != ExitCode.OK
    assert file.read_text() == "precious"
    assert twogate("edge-key", "list")[1] == before
    assert twogate("edge-key", "add", "fra1")[0] == ExitCode.OK


def test_a_taken_name_is_refused(twogate: Command) -> None:
    """The second node of a name gets no key."""
    twogate("edge-key", "add", "fra1")
    code, made, told = twogate("edge-key", "add", "fra1")
    assert (code, made) == (ExitCode.REFUSED, None)
    assert "fra1" in told
