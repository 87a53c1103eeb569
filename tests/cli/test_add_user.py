"""Adding a person, perhaps with an authenticator app."""

from pathlib import Path

import pytest
import typer

from twogate.cli import add_user as module
from twogate.cli.add_user import NewUser, add_user
from twogate.cli.failures import CommandFailed
from twogate.cli.installed import existing
from twogate.cli.people import open_desk
from twogate.terms.secret import Secret


async def _factors(data: Path, name: str) -> tuple[str, ...]:
    async with open_desk(existing(data)) as desk:
        person = await desk.people.look((await desk.find(name)).id)
    return tuple(person.factors) if person else ()


async def test_three_wrong_codes_leave_no_second_factor(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account is there and has no app that its owner could not show a code of."""
    asked = []
    monkeypatch.setattr(typer, "prompt", lambda text: asked.append(text) or "not a code")
    monkeypatch.setattr(module, "can_draw", lambda: False)
    with pytest.raises(CommandFailed):
        await add_user(existing(data), NewUser("alice", totp=True), confirm=True)
    assert len(asked) == 3
    assert not any("totp" in one for one in await _factors(data, "alice"))


async def test_a_weak_password_adds_nobody(data: Path) -> None:
    """The refusal says so and the name stays free."""
    with pytest.raises(CommandFailed):
        await add_user(existing(data), NewUser("alice", password=Secret("short")), confirm=False)
    added = await add_user(existing(data), NewUser("alice"), confirm=False)
    assert added.password is not None
    assert added.password.text() not in repr(added)
