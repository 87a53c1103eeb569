"""What a sign-in leaves behind."""

from tests.services.desk import CALLER, WRONG, Desk

from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret


async def test_every_proof_is_written_down_with_its_factor(desk: Desk) -> None:
    """Who, from where, by which request, with which factor; a refusal with its reason."""
    alice = await desk.alice()
    await desk.give_password(alice, WRONG)
    await desk.give_code(await desk.half(alice), alice.wrong_code(desk))
    refused = await desk.audit(Event.USER_PROOF_REFUSED)
    assert [(row.subject, row.facts) for row in refused] == [
        (alice.user.id, {"factor": "password", "reason": Reason.PASSWORD_WRONG.value}),
        (alice.user.id, {"factor": "totp", "reason": Reason.CODE_WRONG.value}),
    ]
    assert {(row.address, row.request_id) for row in refused} == {(CALLER.address, CALLER.request_id)}


async def test_a_name_that_belongs_to_nobody_is_not_written_down(desk: Desk) -> None:
    """People type passwords into the name's field."""
    await desk.give_password("hunter2-my-password", WRONG)
    rows = await desk.audit()
    assert rows
    assert "hunter2" not in repr(rows)
    assert rows[0].subject.startswith("unknown:")


async def test_no_secret_is_written_down(desk: Desk) -> None:
    """Neither what was right nor what was wrong."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    code = alice.wrong_code(desk)
    await desk.give_code(await desk.half(alice), code)
    await desk.give_code(await desk.half(alice), Secret(alice.codes[0]), factor="recovery_code")
    text = repr(await desk.audit()) + repr(await desk.notices(alice))
    assert done.session_secret is not None
    assert alice.app is not None
    for secret in (alice.password.text(), code.text(), alice.app.secret, *alice.codes, done.session_secret.text()):
        assert secret not in text


async def test_the_lock_is_written_down_and_told_once(desk: Desk) -> None:
    """When the tenth try was wrong; the ones refused after it are written down too, but not told again."""
    alice = await desk.alice()
    for _ in range(15):
        await desk.give_password(alice, WRONG)
    locked = await desk.audit(Event.USER_PROOF_LOCKED)
    assert [row.facts for row in locked] == [{"factor": "password", "known_device": False}]
    assert [one.subject for one in await desk.notices(alice)].count("Too many wrong tries at your account") == 1
    reasons = [row.facts["reason"] for row in await desk.audit(Event.USER_PROOF_REFUSED)]
    assert reasons == ["password_wrong"] * 10 + ["locked"] * 5


async def test_a_closed_budget_is_told_as_what_it_is(desk: Desk) -> None:
    """After a hundred wrong tries in all."""
    alice = await desk.alice()
    for _ in range(10):
        for _ in range(10):
            await desk.give_password(alice, WRONG)
        desk.clock.advance(1_800)
    assert len(await desk.audit(Event.USER_FACTOR_DISABLED)) == 1
    assert (await desk.notices(alice))[0].subject == "A way of signing in was switched off"


async def test_a_flow_that_ends_says_why(desk: Desk) -> None:
    """For example because the account is blocked."""
    alice = await desk.alice()
    await desk.people.block(alice.user.id, actor="cli:test")
    await desk.give_password(alice)
    ended = await desk.audit(Event.USER_SIGN_IN_REFUSED)
    assert [row.facts for row in ended] == [{"reason": "subject_blocked", "purpose": "sign_in"}]
