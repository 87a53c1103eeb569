"""What may not stand in the tree: paths of one machine, registries, secrets, rooms without a name."""

import re
from pathlib import Path

_TEXT = {".py", ".md", ".toml", ".sh", ".html", ".css", ".txt", ".json", ".cfg", ".yml", "", ".lf", ".map"}
# Written in pieces so that this file does not find itself.
_FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:home|root|work|Users)/" + r"[\w.-]+"),
    "a package registry's host": re.compile(
        r"(?:pypi\.or" + r"g|files\.pythonhosted|registry\.npmj" + r"s|deb\.debia" + r"n\.org)",
    ),
    "a private key": re.compile(r"^\W*M(?:HcCAQEE|IGHAgEA|II[A-Za-z0-9+/])[A-Za-z0-9+/]{40,}"),  # base64 of its DER
    "something unfinished": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b"),
}
_ROOMS_WITHOUT_A_NAME = {"utils", "util", "helpers", "helper", "common", "misc", "base", "stuff"}


def test_nothing_forbidden_stands_in_the_tree(tracked: list[Path], root: Path) -> None:
    """No tracked text names one machine's paths, a registry, a private key or an unfinished thing."""
    found = [
        f"{path.relative_to(root)}:{number} {what}"
        for path in tracked
        if path.suffix in _TEXT and path.name != "LICENSE"
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        for what, pattern in _FORBIDDEN.items()
        if pattern.search(line)
    ]
    assert found == []


def test_every_room_has_a_name(root: Path) -> None:
    """No module is called utils, helpers, common, misc or base."""
    rooms = (root / "src").rglob("*")
    nameless = [str(path.relative_to(root)) for path in rooms if path.stem in _ROOMS_WITHOUT_A_NAME]
    assert nameless == []


def test_every_module_says_what_it_decides(root: Path) -> None:
    """Each source module opens with a docstring."""
    silent = [
        str(path.relative_to(root))
        for path in (root / "src").rglob("*.py")
        if not path.read_text().lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_few_files_know_a_factors_name(root: Path) -> None:
    """At most five source files know one factor by name, so that adding a factor touches few."""
    for name in ("totp", "yubico_otp", "voice", "recovery_code", "recovery_pass"):
        word = re.compile(rf"[\"'.]{name}\b|\b{name} import|import {name}\b")
        knowing = [
            str(path.relative_to(root / "src"))
            for path in (root / "src").rglob("*.py")
            if "migrations" not in path.parts and word.search(path.read_text())
        ]
        assert len(knowing) <= 5, (name, knowing)


def test_words_are_frozen(root: Path) -> None:
    """Every dataclass of terms/ and rules/ is frozen: a decision cannot be changed behind its back."""
    thawed = [
        f"{path.relative_to(root)}:{number}"
        for room in ("terms", "rules")
        for path in (root / "src/twogate" / room).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if line.lstrip().startswith("@dataclass") and "frozen=True" not in line
    ]
    assert thawed == []
