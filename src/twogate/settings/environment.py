"""The environment: read once, here, and nowhere else.

Decides which variables exist: ``TWOGATE_<SECTION>_<KEY>``, and ``TWOGATE_<SECTION>_<KEY>_FILE`` for secrets.
A ``TWOGATE_`` variable that means nothing is a mistake, because a mistyped safety setting would be ignored silently.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twogate.settings.mistakes import Mistake

PREFIX = "TWOGATE_"
_PROCESS = ("DATA", "SETTINGS", "DEBUG")
DEFAULT_DATA = Path(".twogate")


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says: where the data is, and settings by variable name (prefix taken off)."""

    data: Path = DEFAULT_DATA
    settings_file: Path | None = None
    debug: bool = False
    settings: tuple[tuple[str, str], ...] = ()


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Read the variables that are ours; others are not looked at."""
    source = os.environ if variables is None else variables
    ours = {name[len(PREFIX) :]: value for name, value in source.items() if name.startswith(PREFIX)}
    settings_file = ours.get("SETTINGS", "")
    return Environment(
        data=Path(ours.get("DATA", "") or DEFAULT_DATA),
        settings_file=Path(settings_file) if settings_file else None,
        debug=ours.get("DEBUG", "") not in ("", "0", "false", "no"),
        settings=tuple(sorted((name, value) for name, value in ours.items() if name not in _PROCESS)),
    )


def place(name: str, keys: Mapping[str, tuple[str, str]]) -> tuple[str, str] | Mistake:
    """Return (section, key) of a variable; ``keys`` has every name there is, ``GATEWAY_LISTEN`` for example."""
    found = keys.get(name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name, [*keys, *_PROCESS], n=1)
    hint = f"did you mean {PREFIX}{near[0]}?" if near else "see docs/reference/settings.md; unset it if it is not ours"
    return Mistake(f"environment {PREFIX}{name}", "no such setting", hint)
