"""The sign-in services with prompts on phones, and phones in software that answer them."""

import pathlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.phone import ORIGIN, Phone
from tests.ports import FakeClock
from tests.services.desk import CALLER, Desk, Person, open_desk

from twogate.rules.factors.push.factor import Push, PushRules
from twogate.rules.signin.event import CodeGiven, FactorChosen
from twogate.services.enrol import Added
from twogate.services.push_answers import PushAnswers
from twogate.services.push_phone import Done, Paired, PushPhone
from twogate.services.push_status import PushStatus
from twogate.services.screens import Ask, AskEnrolment, Screen
from twogate.store.unit import Store
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.push import Decision, Prompt, PromptId, PushDeviceId
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

POCKET = Caller("192.0.2.44", "Chrome on a phone", "rid-phone")  # where the phone is
PLACE = "203.0.113.7 (Germany)"


@dataclass
class Stage:
    """Everything, with Alice's phone connected."""

    desk: Desk
    answers: PushAnswers
    door: PushPhone
    status: PushStatus
    alice: Person
    phone: Phone

    @property
    def store(self) -> Store:
        return self.desk.store

    async def connect(self, person: Person, phone: Phone) -> Phone:
        """Set a phone up on the account page: scan, hand in the key, type the code back."""
        session = (await self.desk.signed_in(person)).session
        begun = await self.desk.enrol.begin(session, "push", CALLER)
        assert isinstance(begun, AskEnrolment), begun
        token = begun.offer.uri.partition("#")[2]
        paired = await self.pair(phone, token)
        assert isinstance(paired, Passed), paired
        code = Secret(phone.pairing_code(token))
        added = await self.desk.enrol.confirm(begun.handle, code, session=session, caller=CALLER)
        assert isinstance(added, Added), added
        return phone.called(paired.value.device)

    async def pair(self, phone: Phone, token: str) -> Passed[Paired] | Refused:
        said = phone.pairing(token)
        return await self.door.pair(Secret(token), jwk=said["jwk"], label=said["label"], signature=said["signature"])

    async def ask(self, person: Person | None = None, *, caller: Caller = CALLER) -> Ask:
        """Give the password on the first screen and choose the phone."""
        half = await self.desk.half(person or self.alice, caller=caller)
        return await self.choose(half, caller=caller)

    async def choose(self, half: Ask, *, caller: Caller = CALLER) -> Ask:
        screen = await self.desk.sign_in.advance(half.handle, FactorChosen("push"), caller)
        assert isinstance(screen, Ask), screen
        assert screen.refused is None, screen
        return screen

    async def go_on(self, screen: Screen, *, caller: Caller = CALLER) -> Screen:
        """What the first screen does once it believes that the phone has answered."""
        assert isinstance(screen, Ask), screen
        return await self.desk.sign_in.advance(screen.handle, CodeGiven("push", Secret("")), caller)

    async def pull(self, phone: Phone | None = None) -> list[Prompt]:
        """What the phone is shown."""
        phone = phone or self.phone
        said = phone.pull(self.desk.clock.now())
        found = await self.door.waiting(
            PushDeviceId(phone.device), at=self.desk.clock.now(), signature=said["signature"]
        )
        assert isinstance(found, Passed), found
        return list(found.value)

    async def answer(
        self, decision: Decision, code: str = "", *, phone: Phone | None = None, prompt: Prompt | None = None
    ) -> Passed[Done] | Refused:
        """Answer the newest prompt, or this one."""
        phone = phone or self.phone
        prompt = prompt or (await self.pull(phone))[-1]
        return await self.answer_to(prompt, decision, code, phone=phone)

    async def answer_to(
        self, prompt: Prompt, decision: Decision, code: str = "", *, phone: Phone
    ) -> Passed[Done] | Refused:
        said = phone.answer(prompt.question, decision, code, at=self.desk.clock.now())
        return await self.door.answer(PromptId(prompt.question.id), said, caller=POCKET)

    async def prompt_of(self, screen: Ask) -> Prompt:
        """The prompt behind a first screen, whatever became of it."""
        async with self.store.read() as unit:
            sent = [one.facts["prompt"] for one in await unit.audit.list(limit=50, event=Event.USER_PROMPT_SENT)]
            found = [await unit.push_prompts.get(PromptId(str(one))) for one in sent]
        return next(one for one in found if one is not None and one.code == shown(screen))


def shown(screen: Ask) -> str:
    """The number on the first screen."""
    question = next(one.question for one in screen.factors if one.factor == "push")
    assert question is not None
    return str(question["code"])


@asynccontextmanager
async def open_stage(folder: pathlib.Path) -> AsyncIterator[Stage]:
    """A stage on a fresh SQLite file in ``folder``."""
    factor, clock = Push(PushRules(ORIGIN)), FakeClock()
    answers = PushAnswers(clock, origin=ORIGIN, place=lambda address: f"{address} (Germany)")
    async with open_desk(folder, more=(factor,), awaited=answers) as desk:
        clock = answers._clock = desk.clock
        door = PushPhone(desk.store, clock, desk.entropy, factor=factor, settings=desk.settings)
        status = PushStatus(desk.store, clock, answers)
        stage = Stage(desk, answers, door, status, await desk.alice(), Phone())
        stage.phone = await stage.connect(stage.alice, stage.phone)
        clock.advance(60)
        yield stage
