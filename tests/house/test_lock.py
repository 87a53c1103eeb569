"""The lock file pins what pyproject asks for, each by hash, and names no address."""

import re
import tomllib
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned(root: Path) -> None:
    """Each dependency that pyproject names has a pinned version in the lock."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {_normal(match[0]) for text in wanted if (match := re.match(r"[A-Za-z0-9._-]+", text))}
    pinned = {_normal(name) for name, _ in _PIN.findall((root / "requirements.lock").read_text())}
    assert names - pinned == set()


def test_every_pin_has_a_hash_and_no_address(root: Path) -> None:
    """Each pin carries at least one SHA-256, and no line names where it came from."""
    for name in ("requirements.lock", "suites/foreign/requirements.lock"):
        text = (root / name).read_text()
        assert "://" not in text
        assert len(_PIN.findall(text)) > 10
        for entry in re.split(r"(?m)^(?=[a-zA-Z])", text)[1:]:
            assert "--hash=sha256:" in entry, entry
