"""Who may change something of their own account, at the moment of the change."""

from dataclasses import replace

import pytest
from tests.services.desk import CALLER, Desk

from twogate.rules.signin.upkeep import MOST_AUTHENTICATORS
from twogate.services.accounts import Accounts
from twogate.services.owner_standing import OwnerStanding, Standing
from twogate.terms.ids import CredentialId
from twogate.terms.reasons import Reason
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


def _may(desk: Desk) -> OwnerStanding:
    accounts = Accounts(desk.authenticators.registry, desk.settings)
    return OwnerStanding(desk.clock, accounts=accounts, sessions=desk.sessions, settings=desk.settings)


async def _ask(desk: Desk, session: Session) -> Standing | Refused:
    async with desk.store.work() as unit:
        change = await _may(desk).to_change(unit, session, CALLER)
        add = await _may(desk).to_add(unit, session, CALLER)
    assert type(change) is type(add)
    return change


async def test_a_fresh_session_at_the_accounts_level_may(desk: Desk) -> None:
    """It gets the account as it is now, and the proofs that still stand."""
    alice = await desk.alice()
    session = (await desk.signed_in(alice)).session
    standing = await _ask(desk, session)
    assert isinstance(standing, Standing)
    assert standing.user.id == alice.user.id
    assert standing.session.proofs == session.proofs


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("ended", Reason.SESSION_ENDED),
        ("idle", Reason.SESSION_ENDED),
        ("blocked", Reason.SUBJECT_BLOCKED),
        ("old", Reason.PROOF_TOO_OLD),
        ("gone", Reason.LEVEL_TOO_LOW),
    ],
)
async def test_who_may_not(desk: Desk, what: str, reason: Reason) -> None:
    """A session that ended or was left, a blocked account, old proofs, a proof whose authenticator is gone."""
    alice = await desk.alice()
    session = (await desk.signed_in(alice)).session
    now = desk.clock.now()
    async with desk.store.work() as unit:
        match what:
            case "ended":
                await unit.sessions.end(session.id, now)
            case "blocked":
                await unit.users.set_blocked(alice.user.id, now)
            case "gone":
                (app,) = [one for one in await unit.credentials.of_user(alice.user.id) if one.factor == "totp"]
                await unit.credentials.remove(app.id)
            case "old":
                desk.clock.advance(desk.settings.fresh + 1)
            case _:
                desk.clock.advance(40_000)
    refused = await _ask(desk, session)
    assert isinstance(refused, Refused)
    assert refused.reason is reason


async def test_what_a_session_says_of_itself_is_not_believed(desk: Desk) -> None:
    """The stored session counts, not the one that is handed in."""
    alice = await desk.alice()
    session = (await desk.signed_in(alice)).session
    async with desk.store.work() as unit:
        await unit.sessions.end(session.id, desk.clock.now())
    assert isinstance(await _ask(desk, replace(session, ended=None)), Refused)


async def test_there_is_room_for_so_many_authenticators(desk: Desk) -> None:
    """An account that is full is changed, and gets nothing more until something was removed."""
    alice = await desk.alice()
    session = (await desk.signed_in(alice)).session
    async with desk.store.work() as unit:
        (app,) = [one for one in await unit.credentials.of_user(alice.user.id) if one.factor == "totp"]
        held = len(await unit.credentials.of_user(alice.user.id))
        more = [replace(app, id=CredentialId(f"crd_{number}")) for number in range(MOST_AUTHENTICATORS - held)]
        for one in more:
            await unit.credentials.add(one)
        assert isinstance(await _may(desk).to_change(unit, session, CALLER), Standing)
        refused = await _may(desk).to_add(unit, session, CALLER)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.TOO_MANY_HELD
        await unit.credentials.remove(more[0].id)
        assert isinstance(await _may(desk).to_add(unit, session, CALLER), Standing)
