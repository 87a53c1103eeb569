"""What follows from a finished sign-in."""

import asyncio
import pathlib
from collections.abc import AsyncIterator

import pytest
from tests.services.desk import Desk, finished, open_desk

from twogate.rules.assurance.level import Level
from twogate.services.screens import AskEnrolment, Finished
from twogate.settings.sign_in import SecondFactor, SignInSettings
from twogate.terms.events import Event
from twogate.terms.owed import Owed

GRACE = SignInSettings(second_factor=SecondFactor.WHEN_NEEDED, required_from="2026-11-24T12:00Z", grace=2)


@pytest.fixture
async def graceful(tmp_path: pathlib.Path) -> AsyncIterator[Desk]:
    """A desk where a second factor is required since this noon, with two sign-ins in grace."""
    async with open_desk(tmp_path, settings=GRACE) as opened:
        yield opened


async def test_grace_is_counted_and_then_over(graceful: Desk) -> None:
    """Two sign-ins by password, each told how many are left; at the third a second factor is set up."""
    person = await graceful.add(email="a@example.com")
    for left in (1, 0):
        done = finished(await graceful.give_password(person))
        assert done.assurance.level is Level.AAL1
        told = (await graceful.notices(person))[0]
        assert f"without one {left} more time" in told.text
    assert isinstance(await graceful.give_password(person), AskEnrolment)
    used = await graceful.audit(Event.USER_GRACE_USED)
    assert [row.facts["left"] for row in used] in ([1, 0], [0, 1])


async def test_grace_is_not_stretched_by_haste(graceful: Desk) -> None:
    """Ten sign-ins at once with two in grace: two get in, eight are asked to set up a second factor."""
    person = await graceful.add()
    screens = await asyncio.gather(*(graceful.give_password(person) for _ in range(10)))
    assert sum(isinstance(one, Finished) for one in screens) == 2
    assert sum(isinstance(one, AskEnrolment) for one in screens) == 8
    async with graceful.store.read() as unit:
        owed = await unit.obligations.get(person.user.id, Owed.SECOND_FACTOR)
    assert owed is not None
    assert owed.count == 2


async def test_whoever_has_a_second_factor_uses_no_grace(graceful: Desk) -> None:
    """From the day on it is asked for at every sign-in, and nothing is counted."""
    person = await graceful.add()
    for _ in range(2):
        await graceful.give_password(person)
    await graceful.enrol_at_sign_in(person)
    done = await graceful.signed_in(person)
    assert done.assurance.level is Level.AAL2
    assert len(await graceful.audit(Event.USER_GRACE_USED)) == 2
