"""What a thief has left when the owner has come back: nothing that a loss, a report or a block took away."""

import pyotp
from tests.services.desk import CALLER, STRANGER, Desk, Person, finished, refusal
from tests.services.recovering import WHY, Rescue

from twogate.rules.signin.event import EnrolmentConfirmed, EnrolmentPutOff
from twogate.services.panic import Panic
from twogate.services.screens import AskEnrolment, ShowRecoveryCodes
from twogate.settings.recovery import RecoverySettings
from twogate.store.unit import Store
from twogate.terms.account import Credential
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


async def _recovering(desk: Desk, person: Person) -> AskEnrolment:
    """Password and a code from the sheet."""
    asked = await desk.half(person)
    offered = await desk.give_code(asked, Secret(person.codes[0]), factor="recovery_code")
    assert isinstance(offered, AskEnrolment), offered
    return offered


async def _app(store: Store, person: Person) -> Credential:
    async with store.read() as unit:
        return next(one for one in await unit.credentials.of_user(person.user.id) if one.factor == "totp")


async def _reported_lost(desk: Desk, person: Person) -> None:
    """Two administrators switch the app off; the sheet of codes is still there."""
    rescue = Rescue(desk, RecoverySettings())
    bob, eve = await rescue.administrator("bob"), await rescue.administrator("eve")
    lost = [(await _app(desk.store, person)).id]
    asked = await rescue.help.request(
        person.user.name, Lost.FACTORS, credentials=lost, reason=WHY, by=bob.user.id, caller=CALLER
    )
    assert isinstance(asked, Passed)
    assert isinstance(await rescue.help.approve(asked.value.id, by=eve.user.id, caller=CALLER), Passed)


async def test_a_session_on_the_lost_phone_ends_when_another_phone_replaces_it(desk: Desk) -> None:
    """A recovery code and a new app: whoever was signed in by the old one is out, the owner is in."""
    alice = await desk.alice()
    thief = await desk.signed_in(alice, caller=STRANGER)
    offered = await _recovering(desk, alice)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(alice.code(desk)), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    assert thief.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(thief.session_secret), Refused)


async def test_a_session_on_the_lost_phone_ends_when_it_is_replaced_on_the_account_page(desk: Desk) -> None:
    """Likewise where the new one was put off at the sign-in; the owner's own session goes on."""
    alice = await desk.alice()
    thief = await desk.signed_in(alice, caller=STRANGER)
    own = finished(await desk.sign_in.advance((await _recovering(desk, alice)).handle, EnrolmentPutOff(), CALLER))
    offered = await desk.enrol.begin(own.session, "totp", CALLER)
    assert isinstance(offered, AskEnrolment)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    added = await desk.enrol.confirm(offered.handle, alice.code(desk), session=own.session, caller=CALLER)
    assert thief.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(thief.session_secret), Refused)
    assert not isinstance(await desk.sessions.by_secret(added.session_secret), Refused)  # type: ignore[union-attr]


async def test_a_session_on_a_copied_authenticator_ends_with_it(desk: Desk) -> None:
    """Switched off because it was copied, it carries nobody further."""
    alice = await desk.alice()
    thief = await desk.signed_in(alice, caller=STRANGER)
    app = await _app(desk.store, alice)
    async with desk.store.work() as unit:
        await desk.authenticators.disable(unit, alice.user, app, caller=CALLER)
    assert thief.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(thief.session_secret), Refused)


async def test_a_blocked_person_does_not_put_off_a_new_factor(desk: Desk) -> None:
    """Blocked between the recovery code and the button: no session that would live again with the account."""
    alice = await desk.alice()
    offered = await _recovering(desk, alice)
    await desk.people.block(alice.user.id, actor="cli:test")
    answer = await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER)
    assert refusal(answer).reason is Reason.SUBJECT_BLOCKED
    await desk.people.unblock(alice.user.id, actor="cli:test")
    assert [one for one in await desk.sessions.of_user(alice.user.id) if one.ended is None] == []


async def test_a_blocked_person_sets_up_nothing(desk: Desk) -> None:
    """Nor a new factor that would wait for the day when the block is lifted."""
    alice = await desk.alice()
    offered = await _recovering(desk, alice)
    await desk.people.block(alice.user.id, actor="cli:test")
    before = await _app(desk.store, alice)
    app = pyotp.parse_uri(offered.offer.uri)
    code = Secret(app.at(desk.clock.now().seconds))
    answer = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(code), CALLER)
    assert refusal(answer).reason is Reason.SUBJECT_BLOCKED
    assert await _app(desk.store, alice) == before


async def test_a_phone_reported_lost_stays_off_when_its_owner_signs_in_with_a_recovery_code(desk: Desk) -> None:
    """The pass is not needed any more; the thief's phone must not come back for that."""
    alice = await desk.alice()
    await _reported_lost(desk, alice)
    finished(await desk.sign_in.advance((await _recovering(desk, alice)).handle, EnrolmentPutOff(), CALLER))
    assert (await _app(desk.store, alice)).disabled is not None


async def test_a_phone_reported_lost_stays_off_when_panic_stops_the_recovery(desk: Desk) -> None:
    """The button that ends everything switches nothing on."""
    alice = await desk.alice()
    await _reported_lost(desk, alice)
    panic = Panic(desk.store, desk.clock, desk.entropy, registry=desk.authenticators.registry)
    await panic.press(alice.user.id, actor=alice.user.id, caller=CALLER)
    assert (await _app(desk.store, alice)).disabled is not None
