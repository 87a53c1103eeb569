"""An administrator hands a second factor over in person."""

import pyotp
import pytest
from tests.services.desk import Desk, Person

from twogate.services.hand_over_factor import HandedOver, HandOverFactor
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


def _errand(desk: Desk) -> HandOverFactor:
    return HandOverFactor(
        desk.store, desk.clock, desk.entropy, authenticators=desk.authenticators, settings=desk.settings
    )


async def _offered(desk: Desk, person: Person) -> tuple[HandedOver, pyotp.TOTP]:
    handed = await _errand(desk).offer(person.user, "totp")
    assert isinstance(handed, HandedOver)
    app = pyotp.parse_uri(handed.begin.show.uri)
    assert isinstance(app, pyotp.TOTP)
    return handed, app


async def test_what_was_handed_over_signs_in(desk: Desk) -> None:
    """A confirmed app is asked for at the next sign-in and its code is taken; the owner is told."""
    person = await desk.add(email="alice@example.com")
    handed, app = await _offered(desk, person)
    code = Secret(app.at(desk.clock.now().seconds))
    done = await _errand(desk).set_up(handed, confirmed_by=code, actor="cli:root")
    assert isinstance(done, Passed)
    person.app = app
    await desk.signed_in(person)
    assert await desk.notices(person) != []


async def test_a_wrong_first_code_sets_nothing_up(desk: Desk) -> None:
    """Whoever mistyped still has no second factor, and the same offer can be confirmed with the right code."""
    person = await desk.add()
    handed, app = await _offered(desk, person)
    person.app = app
    refused = await _errand(desk).set_up(handed, confirmed_by=person.wrong_code(desk), actor="cli:root")
    assert isinstance(refused, Refused)
    async with desk.store.read() as unit:
        assert [one.factor for one in await unit.credentials.of_user(person.user.id)] == ["password"]
    good = await _errand(desk).set_up(handed, confirmed_by=person.code(desk), actor="cli:root")
    assert isinstance(good, Passed)


async def test_nobody_gets_a_second_one_behind_their_back(desk: Desk) -> None:
    """Somebody who has an app already keeps it: an administrator cannot add one of their own beside it."""
    person = await desk.alice()
    handed, app = await _offered(desk, person)
    code = Secret(app.at(desk.clock.now().seconds))
    assert await _errand(desk).set_up(handed, confirmed_by=code, actor="cli:root") == Refused(Reason.ALREADY_ENROLLED)


@pytest.mark.parametrize("factor", ["password", "recovery_code", "telepathy", ""])
async def test_only_second_factors_are_handed_over(desk: Desk, factor: str) -> None:
    """Neither a password nor a recovery code nor anything unknown."""
    person = await desk.add()
    assert await _errand(desk).offer(person.user, factor) == Refused(Reason.FACTOR_NOT_OFFERED)


async def test_the_secret_does_not_show_in_a_repr(desk: Desk) -> None:
    """What is shown to the owner once is in no log line by accident."""
    person = await desk.add()
    handed, app = await _offered(desk, person)
    assert app.secret not in repr(handed)
