"""Prompts on phones, seen from the phone: be paired, ask what waits, answer, say how to be woken.

Decides who may say what: a phone proves itself by a signature of its key over the exact statement, never by a cookie.
A prompt takes one answer. A wrong code burns it and is counted in the account's budget for prompts; "no" stops all
that waits; "it was not me" also ends every session and switches the phones off as a factor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import assert_never

from twogate.rules.factors.push.factor import Push
from twogate.rules.factors.push.statement import (
    answer_statement,
    is_signed,
    pairing_statement,
    pull_statement,
    read_key,
    route_statement,
    thumbprint,
)
from twogate.rules.signin.notices import NoticeKind
from twogate.services.budgets import key_of
from twogate.services.notices import tell
from twogate.services.session_ends import end_sessions
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Store, Unit
from twogate.terms.account import Credential
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import UserId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.push import (
    Answer,
    Decision,
    Outcome,
    Prompt,
    PromptId,
    PushDeviceId,
    Registration,
    Route,
)
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

CLOCKS_DIFFER = 120.0  # seconds a phone's clock may be off
REPORTED_WITHIN = 86_400.0  # seconds: "it was not me" is heard the next morning, too


@dataclass(frozen=True, slots=True)
class Paired:
    """The phone's name here, and whose it is going to be."""

    device: PushDeviceId
    account: str


@dataclass(frozen=True, slots=True)
class Done:
    """An answer that counts. ``change`` is for ``Changes.in_force`` where sessions ended."""

    change: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A phone that proved itself."""

    device: PushDeviceId
    credential: Credential
    jwk: Mapping[str, object]

    @property
    def user(self) -> UserId:
        return self.credential.user


class PushPhone:
    """What the phone's page calls."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, *, factor: Push, settings: SignInSettings) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._factor = factor
        self._origin = factor.rules.origin
        self._settings = settings

    async def pair(
        self, token: Secret, *, jwk: Mapping[str, str], label: str, signature: str
    ) -> Passed[Paired] | Refused:
        """Hand in the phone's key for a QR code. It counts once the digits it shows are typed on the first screen."""
        if read_key(jwk) is None:
            return Refused(Reason.PUSH_ANSWER_INVALID, "not a P-256 key")
        signed = pairing_statement(self._origin, token=token.text(), label=label, key=thumbprint(jwk))
        if not is_signed(signed, signature, jwk):
            return Refused(Reason.PUSH_ANSWER_INVALID, "pairing: signature")
        device = PushDeviceId(new_id("pdv", self._entropy))
        registration = Registration(device, jwk, label, signature)
        async with self._store.work() as unit:
            if not await unit.push_pairings.claim(token.sha256(), registration, self._clock.now()):
                return Refused(Reason.PUSH_PAIRING_OVER)
            pairing = await unit.push_pairings.get(token.sha256())
            owner = await unit.users.get(pairing.user) if pairing else None
        return Passed(Paired(device, owner.name if owner else ""))

    async def waiting(
        self, device: PushDeviceId, *, at: Instant, signature: str
    ) -> Passed[tuple[Prompt, ...]] | Refused:
        """Every prompt that waits for this phone's owner."""
        async with self._store.read() as unit:
            known = await self._known(unit, device, at=at)
            if isinstance(known, Refused):
                return known
            if not is_signed(pull_statement(self._origin, device, at), signature, known.jwk):
                return Refused(Reason.PUSH_ANSWER_INVALID, "pull: signature")
            return Passed(tuple(await unit.push_prompts.waiting(known.user, self._clock.now())))

    async def route(
        self, device: PushDeviceId, *, at: Instant, text: str, route: Route | None, signature: str
    ) -> Passed[Done] | Refused:
        """Note how the phone is woken; ``text`` is what it signed, ``route`` what was read from it."""
        async with self._store.work() as unit:
            known = await self._known(unit, device, at=at)
            if isinstance(known, Refused):
                return known
            if not is_signed(route_statement(self._origin, device, at, route=text), signature, known.jwk):
                return Refused(Reason.PUSH_ANSWER_INVALID, "route: signature")
            if not await unit.push_devices.put(device, known.user, route, said=at):
                return Refused(Reason.PUSH_ANSWERED, "an older statement")
        return Passed(Done())

    async def answer(self, prompt: PromptId, answer: Answer, *, caller: Caller) -> Passed[Done] | Refused:
        """Take the answer to a prompt, in one unit of work."""
        async with self._store.work() as unit:
            known = await self._known(unit, answer.device)
            if isinstance(known, Refused):
                return known
            asked = await unit.push_prompts.get(prompt)
            if asked is None or asked.user != known.user:
                return Refused(Reason.NOT_FOUND)
            if not is_signed(answer_statement(asked.question, answer), answer.signature, known.jwk):
                return Refused(Reason.PUSH_ANSWER_INVALID, "answer: signature")
            match answer.decision:
                case Decision.APPROVE:
                    return await self._approve(unit, asked, answer, caller=caller)
                case Decision.DENY:
                    return await self._deny(unit, asked, known, caller=caller)
                case Decision.REPORT:
                    return await self._report(unit, asked, known, caller=caller)
                case _:
                    assert_never(answer.decision)

    async def _approve(self, unit: Unit, asked: Prompt, answer: Answer, *, caller: Caller) -> Passed[Done] | Refused:
        prompt, now = asked.question.id, self._clock.now()
        right = compare_digest(answer.code.encode(), asked.code.encode())
        outcome = Outcome.APPROVED if right else Outcome.WRONG
        if not await unit.push_prompts.settle(prompt, outcome, answer=answer, at=now):
            return Refused(Reason.PUSH_ANSWERED)
        if right:
            await self._note(unit, Event.USER_PROMPT_APPROVED, asked, caller=caller)
            return Passed(Done())
        wishes = self._settings
        key = key_of(self._factor, asked.user, asked.browser)
        await unit.budgets.reserve(key, now=now, limit=wishes.tries, lock_seconds=wishes.lock, cap=wishes.tries_in_all)
        await self._note(unit, Event.USER_PROMPT_BURNT, asked, caller=caller)
        return Refused(Reason.PUSH_BURNT)

    async def _deny(self, unit: Unit, asked: Prompt, known: _Known, *, caller: Caller) -> Passed[Done] | Refused:
        """Stop everything that waits for this person: who is asked again and again says no once."""
        if not await unit.push_prompts.stop(known.user, Outcome.DENIED, at=self._clock.now()):
            return Refused(Reason.PUSH_ANSWERED)
        await self._note(unit, Event.USER_PROMPT_DENIED, asked, caller=caller)
        return Passed(Done())

    async def _report(self, unit: Unit, asked: Prompt, known: _Known, *, caller: Caller) -> Passed[Done] | Refused:
        now = self._clock.now()
        await unit.push_prompts.stop(known.user, Outcome.DENIED, at=now)
        if not await unit.push_prompts.report(asked.question.id, since=now.plus(-REPORTED_WITHIN)):
            return Refused(Reason.PUSH_ANSWERED)
        change = await end_sessions(unit, known.user, actor=known.user, caller=caller, at=now)
        for one in await unit.credentials.of_user(known.user):
            if one.factor == self._factor.name and one.disabled is None:
                await unit.credentials.set_disabled(one.id, now)
                await self._note(unit, Event.USER_FACTOR_DISABLED, asked, caller=caller)
        await self._note(unit, Event.USER_PROMPT_REPORTED, asked, caller=caller)
        owner = await unit.users.get(known.user)
        if owner is not None:
            await tell(unit, owner, NoticeKind.PROMPT_REPORTED, at=now, caller=caller, entropy=self._entropy)
        return Passed(Done(change))

    async def _known(self, unit: Unit, device: PushDeviceId, *, at: Instant | None = None) -> _Known | Refused:
        if at is not None and abs(self._clock.now().since(at)) > CLOCKS_DIFFER:
            return Refused(Reason.PUSH_CLOCK_WRONG)
        credential = await unit.credentials.by_identifier(self._factor.name, device)
        if credential is None or credential.disabled is not None:
            return Refused(Reason.PUSH_DEVICE_UNKNOWN)
        owner = await unit.users.get(credential.user)
        if owner is None or owner.blocked is not None:
            return Refused(Reason.PUSH_DEVICE_UNKNOWN, "the account is blocked")
        return _Known(device, credential, credential.state["jwk"])

    async def _note(self, unit: Unit, event: Event, asked: Prompt, *, caller: Caller) -> None:
        await unit.audit.append(
            event,
            at=self._clock.now(),
            actor=asked.user,
            subject=asked.user,
            request_id=caller.request_id,
            address=caller.address,
            facts={"prompt": asked.question.id, "factor": self._factor.name},
        )
