"""Looking after one's own factors."""

import pyotp
import pytest
from tests.services.desk import AAL2, CALLER, PASSWORD, Desk, Person, finished, refusal

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import CodeGiven, EnrolmentConfirmed, EnrolmentPutOff
from twogate.rules.signin.machine import MOST_WRONG_ANSWERS
from twogate.services.enrol import Added, Removed
from twogate.services.screens import AskEnrolment, Ended, SignedIn
from twogate.terms.ids import CredentialId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed, Refused


async def _both(desk: Desk) -> tuple[Person, SignedIn]:
    alice = await desk.alice()
    return alice, await desk.signed_in(alice)


async def _offer(desk: Desk, done: SignedIn) -> AskEnrolment:
    asked = await desk.enrol.begin(done.session, "totp", CALLER)
    assert isinstance(asked, AskEnrolment), asked
    return asked


async def _second_app(desk: Desk, done: SignedIn) -> tuple[pyotp.TOTP, Added]:
    asked = await _offer(desk, done)
    app = pyotp.parse_uri(asked.offer.uri)
    assert isinstance(app, pyotp.TOTP)
    code = Secret(app.at(desk.clock.now().seconds))
    added = await desk.enrol.confirm(asked.handle, code, session=done.session, caller=CALLER)
    assert isinstance(added, Added), added
    return app, added


async def _credential(desk: Desk, done: SignedIn, factor: str) -> CredentialId:
    overview = await desk.enrol.overview(done.session, CALLER)
    assert not isinstance(overview, Refused)
    return next(one.credential for one in overview.listed if one.factor.factor == factor)


async def test_the_overview_shows_what_there_is(desk: Desk) -> None:
    """Three entries, when they were used, what may be removed, and what is needed before anything is changed."""
    _, done = await _both(desk)
    overview = await desk.enrol.overview(done.session, CALLER)
    assert not isinstance(overview, Refused)
    assert [(one.factor.factor, one.left, one.removable) for one in overview.listed] == [
        ("password", None, False),
        ("totp", None, True),
        ("recovery_code", 10, False),
    ]
    assert [choice.factor for choice in overview.can_add] == ["totp"]
    assert overview.need is None
    desk.clock.advance(301)
    later = await desk.enrol.overview(done.session, CALLER)
    assert not isinstance(later, Refused)
    assert later.need is not None
    assert (later.need.level, later.need.max_age) == (Level.AAL2, 300)


async def test_a_second_app_is_added_and_both_work(desk: Desk) -> None:
    """The session goes on under a new secret; recovery codes that are there stay."""
    alice, done = await _both(desk)
    app, added = await _second_app(desk, done)
    assert added.codes == ()
    assert isinstance(await desk.sessions.by_secret(added.session_secret), Session)
    assert done.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(done.session_secret), Refused)
    await desk.signed_in(alice)
    alice.app = app
    await desk.signed_in(alice)
    assert [one.subject for one in await desk.notices(alice)].count("A new factor was set up") == 2


async def test_a_wrong_confirmation_adds_nothing_and_shows_the_offer_again(desk: Desk) -> None:
    """Until five were wrong: a code that was sent is void then, wherever it is asked for."""
    _, done = await _both(desk)
    asked = await _offer(desk, done)
    for _ in range(MOST_WRONG_ANSWERS - 1):
        again = await desk.enrol.confirm(asked.handle, Secret("000000"), session=done.session, caller=CALLER)
        assert isinstance(again, AskEnrolment)
        assert again.offer == asked.offer
        asked = again
    over = await desk.enrol.confirm(asked.handle, Secret("000000"), session=done.session, caller=CALLER)
    assert isinstance(over, Ended)
    assert refusal(over).reason is Reason.LOCKED


async def test_a_handle_is_good_once_here_and_nowhere_else(desk: Desk) -> None:
    """Not in a sign-in, not in another session, not twice."""
    alice, done = await _both(desk)
    other = await desk.signed_in(alice)
    asked = await _offer(desk, done)
    code = Secret(pyotp.parse_uri(asked.offer.uri).at(desk.clock.now().seconds))  # type: ignore[call-arg]
    for event in (EnrolmentConfirmed(code), CodeGiven("totp", code), EnrolmentPutOff()):
        assert refusal(await desk.sign_in.advance(asked.handle, event, CALLER)).reason is Reason.FLOW_UNKNOWN
    foreign = await desk.enrol.confirm(asked.handle, code, session=other.session, caller=CALLER)
    assert refusal(foreign).reason is Reason.FLOW_UNKNOWN
    assert isinstance(await desk.enrol.confirm(asked.handle, code, session=done.session, caller=CALLER), Added)
    twice = await desk.enrol.confirm(asked.handle, code, session=done.session, caller=CALLER)
    assert refusal(twice).reason is Reason.FLOW_UNKNOWN


@pytest.mark.parametrize("factor", ["password", "recovery_code", "sms", ""])
async def test_only_second_factors_are_set_up_here(desk: Desk, factor: str) -> None:
    """Whatever a form says."""
    _, done = await _both(desk)
    assert refusal(await desk.enrol.begin(done.session, factor, CALLER)).reason is Reason.FACTOR_NOT_OFFERED


async def test_a_stale_session_changes_nothing(desk: Desk) -> None:
    """Neither adds, nor removes, nor makes codes; also when it grew stale in the middle."""
    _, done = await _both(desk)
    asked = await _offer(desk, done)
    code = Secret(pyotp.parse_uri(asked.offer.uri).at(desk.clock.now().seconds))  # type: ignore[call-arg]
    desk.clock.advance(301)
    mine = await _credential(desk, done, "totp")
    for answer in (
        await desk.enrol.begin(done.session, "totp", CALLER),
        await desk.enrol.confirm(asked.handle, code, session=done.session, caller=CALLER),
        await desk.enrol.remove(done.session, mine, CALLER),
        await desk.enrol.replace_codes(done.session, CALLER),
    ):
        assert refusal(answer).reason is Reason.PROOF_TOO_OLD


async def test_removing_ends_the_sessions_that_rest_on_it(desk: Desk) -> None:
    """Also the caller's own; known devices are forgotten; the owner is told."""
    alice, done = await _both(desk)
    removed = await desk.enrol.remove(done.session, await _credential(desk, done, "totp"), CALLER)
    assert removed == Removed(None, session_ended=True)
    assert await desk.sessions.of_user(alice.user.id) == []
    assert done.device_secret is not None
    assert await desk.sessions.device(done.device_secret) is None
    assert (await desk.notices(alice))[0].subject == "A factor was removed"


async def test_a_session_that_rests_on_another_factor_goes_on(desk: Desk) -> None:
    """The old phone goes, the new one stays signed in."""
    alice, done = await _both(desk)
    old = await _credential(desk, done, "totp")
    alice.app, _ = await _second_app(desk, done)
    new = await desk.signed_in(alice)
    removed = await desk.enrol.remove(new.session, old, CALLER)
    assert isinstance(removed, Removed)
    assert not removed.session_ended
    assert [one.id for one in await desk.sessions.of_user(alice.user.id)] == [new.session.id]


async def test_the_last_way_in_is_not_removed(desk: Desk) -> None:
    """Without recovery codes the only second factor stays."""
    _, done = await _both(desk)
    async with desk.store.work() as unit:
        await unit.credentials.remove(await _credential(desk, done, "recovery_code"))
    mine = await _credential(desk, done, "totp")
    assert refusal(await desk.enrol.remove(done.session, mine, CALLER)).reason is Reason.LAST_FACTOR
    for other in (await _credential(desk, done, "password"), CredentialId("crd_none")):
        assert refusal(await desk.enrol.remove(done.session, other, CALLER)).reason is Reason.FACTOR_NOT_OFFERED


async def test_somebody_elses_factor_is_not_removed(desk: Desk) -> None:
    """A credential id is a name, not a right."""
    _, done = await _both(desk)
    bobs = await desk.signed_in(await desk.alice("bob"))
    his = await _credential(desk, bobs, "totp")
    await desk.signed_in(await desk.alice("carol"))
    assert refusal(await desk.enrol.remove(done.session, his, CALLER)).reason is Reason.FACTOR_NOT_OFFERED


async def test_new_recovery_codes_void_the_old_ones(desk: Desk) -> None:
    """Ten new ones, shown once; the owner is told."""
    alice, done = await _both(desk)
    made = await desk.enrol.replace_codes(done.session, CALLER)
    assert isinstance(made, Passed)
    assert len(made.value) == 10
    old = await desk.give_code(await desk.half(alice), Secret(alice.codes[0]), factor="recovery_code")
    assert refusal(old).reason is Reason.RECOVERY_CODE_WRONG
    new = await desk.give_code(await desk.half(alice), Secret(made.value[0]), factor="recovery_code")
    assert isinstance(new, AskEnrolment)
    assert "New recovery codes were made" in [one.subject for one in await desk.notices(alice)]


async def test_after_a_recovery_code_a_factor_can_be_added_but_nothing_taken_away(desk: Desk) -> None:
    """The session is at AAL1: it may set up a new app in the place of the lost one, and that is all."""
    alice = await desk.alice()
    offered = await desk.give_code(await desk.half(alice), Secret(alice.codes[0]), factor="recovery_code")
    assert isinstance(offered, AskEnrolment)
    done = finished(await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER))
    assert refusal(await desk.enrol.replace_codes(done.session, CALLER)).reason is Reason.LEVEL_TOO_LOW
    mine = await _credential(desk, done, "totp")
    assert refusal(await desk.enrol.remove(done.session, mine, CALLER)).reason is Reason.LEVEL_TOO_LOW
    _, added = await _second_app(desk, done)
    raised = await desk.begin(need=AAL2, session=added.session)
    assert finished(raised).assurance.level is Level.AAL2
    assert await _credential(desk, done, "totp") != mine


async def test_an_ended_session_looks_after_nothing(desk: Desk) -> None:
    """Nor does a blocked person's."""
    alice, done = await _both(desk)
    asked = await _offer(desk, done)
    await desk.people.block(alice.user.id, actor="cli:test")
    for answer in (
        await desk.enrol.begin(done.session, "totp", CALLER),
        await desk.enrol.confirm(asked.handle, Secret("000000"), session=done.session, caller=CALLER),
        await desk.enrol.replace_codes(done.session, CALLER),
    ):
        assert refusal(answer).reason is Reason.SESSION_ENDED
    assert alice.password == PASSWORD


async def test_a_full_house_is_told(desk: Desk) -> None:
    """BUSY, and nothing is used up."""
    _, done = await _both(desk)
    asked = await _offer(desk, done)
    seats = 0
    while not isinstance(desk.pool.seat(), Refused):
        seats += 1
    busy = await desk.enrol.confirm(asked.handle, Secret("000000"), session=done.session, caller=CALLER)
    assert refusal(busy).reason is Reason.BUSY
    assert refusal(await desk.enrol.replace_codes(done.session, CALLER)).reason is Reason.BUSY
    for _ in range(seats):
        desk.pool.leave()
    again = await desk.enrol.confirm(asked.handle, Secret("000000"), session=done.session, caller=CALLER)
    assert isinstance(again, AskEnrolment)
