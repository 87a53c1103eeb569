"""A session never ends without its grants."""

from tests.services.desk import CALLER, Desk
from tests.services.grants import add_grant

from twogate.services.session_ends import end_session, end_sessions
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event


async def test_one_caller_ends_it_and_the_audit_says_so_once(desk: Desk) -> None:
    """Who comes second has nothing to tell."""
    done = await desk.signed_in(await desk.alice())
    at = desk.clock.now()
    async with desk.store.work() as unit:
        await add_grant(desk, unit, done.user.id, done.session.id)
        assert await end_session(unit, done.session, actor="cli:x", caller=CALLER, at=at) is not None
        assert await end_session(unit, done.session, actor="cli:x", caller=CALLER, at=at) is None
    ended = await desk.audit(Event.USER_SESSION_ENDED)
    assert [(row.actor, row.subject, row.facts) for row in ended] == [
        ("cli:x", done.user.id, {"session": done.session.id})
    ]


async def test_all_grants_are_told_and_the_last_number_returned(desk: Desk) -> None:
    """Two sessions and a grant of no session: three changes."""
    alice = await desk.alice()
    first, second = await desk.signed_in(alice), await desk.signed_in(alice)
    async with desk.store.work() as unit:
        grants = [
            await add_grant(desk, unit, alice.user.id, session)
            for session in (first.session.id, second.session.id, None)
        ]
        number = await end_sessions(unit, alice.user.id, actor="x", caller=CALLER, at=desk.clock.now())
        changes = await unit.feed.after(0)
        assert number == await unit.feed.head()
    told = {change.key for change in changes if change.kind is ChangeKind.GRANT_REVOKED}
    assert told == {grant.id for grant in grants}


async def test_the_session_that_is_kept_keeps_its_grants(desk: Desk) -> None:
    """And the ones that hang on no session stay too."""
    alice = await desk.alice()
    kept = await desk.signed_in(alice)
    async with desk.store.work() as unit:
        grants = [await add_grant(desk, unit, alice.user.id, session) for session in (kept.session.id, None)]
        await end_sessions(unit, alice.user.id, keep=kept.session.id, actor="x", caller=CALLER, at=desk.clock.now())
        found = [await unit.grants.get(grant.id) for grant in grants]
    assert [one.revoked for one in found if one] == [None, None]
