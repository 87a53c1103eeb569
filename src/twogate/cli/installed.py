"""What a command works on: the installation that the options and the environment name, opened and closed in order.

Decides how a command reaches the state: straight at the database, so that it works whether the control plane
runs or not. What it does there is a service's business.
"""

import asyncio
import getpass
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from twogate.settings.environment import read_environment
from twogate.settings.installation import Installation, read_installation
from twogate.settings.load import Place

T = TypeVar("T")


def installation(data: Path | None, *, overrides: Mapping[Place, object] | None = None) -> Installation:
    """Read settings for the data directory named, which may not exist yet."""
    environment = read_environment()
    if data is not None:
        environment = replace(environment, data=data)
    return read_installation(environment, overrides=overrides)


def existing(data: Path | None) -> Installation:
    """Read settings of an installation that is there; refuse one that others may enter."""
    found = installation(data)
    found.paths.refuse_if_open()
    return found


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end."""
    return asyncio.run(work)


def actor() -> str:
    """Who is at the shell, for the audit log."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
