"""Changing one's mail address: only by a code that the new one got, for this session, and the old one is told."""

import asyncio

import pytest
from tests.services.desk import CALLER, STRANGER, Desk, Person
from tests.services.test_undo import Mail

from twogate.rules.signin.messages import Sender
from twogate.services.deliver import Deliver
from twogate.services.own_address import AddressChanged, AskAddressCode, OwnAddress
from twogate.services.undo import TakeBack, TakenBack
from twogate.terms.dispatch import Channel, Waiting
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed, Refused

NEW = "alice@new.example"


class Scene:
    """Somebody signed in, and everything that is mailed."""

    def __init__(self, desk: Desk, alice: Person, session: Session) -> None:
        self.desk, self.alice, self.session = desk, alice, session
        self.mail = Mail()
        ports = (desk.store, desk.clock, desk.entropy)
        registry = desk.authenticators.registry
        self.errand = OwnAddress(*ports, registry=registry, sessions=desk.sessions, settings=desk.settings)
        carriers = {Channel.EMAIL: self.mail}
        self._deliver = Deliver(desk.store, desk.clock, carriers=carriers, sender=Sender("T", "https://a.example"))

    async def begin(self, address: str = NEW) -> AskAddressCode:
        asked = await self.errand.begin(self.session, address, CALLER)
        assert isinstance(asked, AskAddressCode), asked
        return asked

    async def mailed(self) -> list[Waiting]:
        await self._deliver.deliver()
        return self.mail.taken

    async def code(self) -> Secret:
        found = [one for one in await self.mailed() if "code" in one.dispatch.facts]
        return Secret(found[-1].dispatch.facts["code"])

    async def confirm(
        self, asked: AskAddressCode, code: Secret, session: Session | None = None
    ) -> AddressChanged | AskAddressCode | Refused:
        return await self.errand.confirm(asked.handle, code, session=session or self.session, caller=CALLER)

    async def take_back(self, secret: Secret) -> Passed[TakenBack] | Refused:
        desk = self.desk
        errand = TakeBack(desk.store, desk.clock, desk.entropy, registry=desk.authenticators.registry)
        return await errand.take_back(secret, STRANGER)

    async def email(self) -> str:
        async with self.desk.store.read() as unit:
            user = await unit.users.get(self.alice.user.id)
        assert user is not None
        return user.email


@pytest.fixture
async def scene(desk: Desk) -> Scene:
    alice = await desk.alice()
    return Scene(desk, alice, (await desk.signed_in(alice)).session)


async def test_the_address_changes_once_its_code_comes_back(scene: Scene) -> None:
    """The code goes to the new one; until it comes back everything stays as it is."""
    asked = await scene.begin()
    assert asked.address == "a•••@new.example"
    assert await scene.email() == "alice@example.com"
    code = await scene.code()
    assert scene.mail.taken[-1].dispatch.to == NEW
    assert await scene.confirm(asked, code) == AddressChanged(NEW)
    assert await scene.email() == NEW
    (row,) = await scene.desk.audit(Event.USER_ADDRESS_CHANGED)
    assert NEW not in str(row.facts)


async def test_the_old_address_is_told_and_can_take_it_back(scene: Scene) -> None:
    """The new address is out, the old one does not come back by itself, all sessions end; nobody else hears of it."""
    await scene.confirm(await scene.begin(), await scene.code())
    (told,) = [one for one in await scene.mailed() if "was changed" in one.dispatch.facts.get("subject", "")]
    assert told.dispatch.to == "alice@example.com"
    secret = Secret(told.dispatch.facts["undo"])
    taken = await scene.take_back(secret)
    assert isinstance(taken, Passed)
    assert await scene.email() == ""
    before = len(scene.mail.taken)
    assert not any(one.dispatch.to == NEW for one in (await scene.mailed())[before:])


async def test_an_address_set_again_since_is_left_alone(scene: Scene) -> None:
    """Taking back an old change does not undo a newer one."""
    await scene.confirm(await scene.begin(), await scene.code())
    await scene.confirm(await scene.begin("zoe@third.example"), await scene.code())
    (first, _second) = [one for one in await scene.mailed() if "was changed" in one.dispatch.facts.get("subject", "")]
    secret = Secret(first.dispatch.facts["undo"])
    assert isinstance(await scene.take_back(secret), Passed)
    assert await scene.email() == "zoe@third.example"


async def test_case_20_a_code_is_of_one_address_and_one_session(scene: Scene) -> None:
    """The code of one errand confirms no other, and another session's handle is worth nothing."""
    first = await scene.begin("eve@evil.example")
    evil = await scene.code()
    second = await scene.begin()
    found = await scene.confirm(second, evil)
    assert isinstance(found, AskAddressCode)
    assert found.refused == Refused(Reason.CODE_WRONG)
    scene.desk.clock.advance(60)
    other = (await scene.desk.signed_in(scene.alice)).session
    refused = await scene.confirm(first, evil, other)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.FLOW_UNKNOWN
    assert await scene.email() == "alice@example.com"


async def test_case_14_a_handle_of_this_errand_opens_no_other(scene: Scene) -> None:
    """Neither a sign-in nor setting up a factor; nor does one of theirs open this."""
    asked = await scene.begin()
    screen = await scene.desk.sign_in.look(asked.handle, CALLER)
    assert getattr(screen, "refused", None) is not None
    half = await scene.desk.half(scene.alice)
    refused = await scene.errand.confirm(half.handle, Secret("1"), session=scene.session, caller=CALLER)
    assert isinstance(refused, Refused)


async def test_five_wrong_codes_end_it(scene: Scene) -> None:
    """The right one is worth nothing afterwards."""
    asked = await scene.begin()
    code = await scene.code()
    for _ in range(4):
        again = await scene.confirm(asked, Secret("00000000"))
        assert isinstance(again, AskAddressCode)
        asked = again
    ended = await scene.confirm(asked, Secret("00000000"))
    assert isinstance(ended, Refused)
    assert ended.reason is Reason.CODE_EXPIRED
    assert isinstance(await scene.confirm(asked, code), Refused)
    assert await scene.email() == "alice@example.com"


async def test_of_racing_answers_one_counts(scene: Scene) -> None:
    """Twenty right answers at once: one changes the address, and its owner is told once."""
    asked, code = await scene.begin(), await scene.code()
    found = await asyncio.gather(*(scene.confirm(asked, code) for _ in range(20)))
    assert sum(isinstance(one, AddressChanged) for one in found) == 1
    assert len(await scene.desk.audit(Event.USER_ADDRESS_CHANGED)) == 1


async def test_a_stale_session_changes_nothing(scene: Scene) -> None:
    """A fresh proof of everything the account has is needed at both steps."""
    asked, code = await scene.begin(), await scene.code()
    scene.desk.clock.advance(scene.desk.settings.fresh + 1)
    for refused in (await scene.confirm(asked, code), await scene.errand.begin(scene.session, NEW, CALLER)):
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.PROOF_TOO_OLD


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("alice@example.com", Reason.ALREADY_ENROLLED),
        ("alice@new.example, eve@evil.example", Reason.ADDRESS_MALFORMED),
        ("alice@new.example\r\nBcc: eve@evil.example", Reason.ADDRESS_MALFORMED),
        ("", Reason.ADDRESS_MALFORMED),
    ],
)
async def test_case_19_one_address_at_a_time(scene: Scene, address: str, reason: Reason) -> None:
    """No second recipient gets a code, nor the present one for nothing."""
    assert await scene.errand.begin(scene.session, address, CALLER) == Refused(reason)
    assert not any("code" in one.dispatch.facts for one in await scene.mailed())


async def test_nobody_is_flooded(scene: Scene) -> None:
    """Five codes in an hour."""
    for number in range(5):
        await scene.begin(f"a{number}@new.example")
    refused = await scene.errand.begin(scene.session, NEW, CALLER)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TOO_MANY_SENT
