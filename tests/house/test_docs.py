"""The documentation tells the truth: its links lead somewhere, its commands exist, its rooms are there."""

import re
from pathlib import Path

from twogate.cli.main import COMMANDS

_LINK = re.compile(r"\]\((?!https?://)([^)#]+)")
_PATH = re.compile(r"`((?:src/twogate/|rules/|services/|dataplane/|terms/|store/|web/)[\w/]+(?:\.py|/))`")


def test_links_lead_somewhere(root: Path, tracked: list[Path]) -> None:
    """Each relative link in a page points to a file or folder of the tree."""
    dead = [
        f"{page.relative_to(root)}: {target}"
        for page in tracked
        if page.suffix == ".md"
        for target in _LINK.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_named_files_exist(root: Path, tracked: list[Path]) -> None:
    """Each source file or folder that a page names is there."""
    missing = [
        f"{page.relative_to(root)}: {name}"
        for page in tracked
        if page.suffix == ".md"
        for name in _PATH.findall(page.read_text())
        if not (root / name).exists() and not (root / "src/twogate" / name).exists()
    ]
    assert missing == []


def test_commands_of_the_readme_exist(root: Path) -> None:
    """Each make target and each twogate command that the README shows exists."""
    readme, makefile = (root / "README.md").read_text(), (root / "Makefile").read_text()
    for target in re.findall(r"\bmake ([a-z]+)", readme):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for command in re.findall(r"\btwogate ([a-z-]+)", readme):
        assert command in COMMANDS, command


def test_the_map_names_every_room(root: Path) -> None:
    """A newcomer finds every folder of the source on the map."""
    text = (root / "docs/map.md").read_text()
    rooms = [path.name for path in (root / "src/twogate").iterdir() if path.is_dir() and path.name[0] not in "_."]
    assert [room for room in rooms if f"{room}/" not in text] == []
