"""Prompts on phones, seen from the first screen: what was asked, whether it was answered, and that it counts once.

Decides nothing about an answer: ``rules.factors.push`` checks it again, signature and all, when it is used. Here it
is kept where the phone finds it, and used up by one conditional statement in the unit of the sign-in, so that a
denial that comes first wins.
"""

from collections.abc import Callable, Mapping
from typing import Any

from twogate.rules.factors.contract import Challenge
from twogate.rules.factors.push.answers import hand, hand_registration
from twogate.rules.factors.push.factor import PAIRING_LIFE
from twogate.store.unit import Unit
from twogate.terms.account import Credential
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.push import Outcome, Prompt, PromptId, Question
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

_LONGEST_PROGRAM = 256
_ENDED = {
    Outcome.DENIED: Reason.PUSH_DENIED,
    Outcome.REPORTED: Reason.PUSH_DENIED,
    Outcome.WRONG: Reason.PUSH_BURNT,
}


def only_address(address: str) -> str:
    """The place, where nothing is known about addresses."""
    return address


class PushAnswers:
    """What the sign-in and the enrolment call. ``place`` tells where an address is, in words."""

    def __init__(self, clock: Clock, *, origin: str, place: Callable[[str], str] = only_address) -> None:
        self._clock = clock
        self._origin = origin
        self._place = place

    async def begun(
        self,
        unit: Unit,
        user: UserId,
        challenge: Challenge,
        *,
        credential: Credential | None,
        action: str,
        caller: Caller,
    ) -> None:
        """Put the question where the person's phones find it."""
        del credential  # all phones of a person are asked
        owner, asked = await unit.users.get(user), challenge.remember
        if owner is None:
            raise LookupError("a prompt needs a person")
        question = Question(
            id=PromptId(str(asked["request"])),
            origin=self._origin,
            account=owner.name,
            action=action,
            place=_one_line(self._place(caller.address)),
            asked=Instant(asked["asked"]),
        )
        prompt = Prompt(
            question=question,
            user=user,
            program=_one_line(caller.user_agent)[:_LONGEST_PROGRAM],
            code=str(asked["code"]),
            browser=caller.device,
            expires=Instant(asked["expires"]),
        )
        await unit.push_prompts.add(prompt)
        await unit.audit.append(
            Event.USER_PROMPT_SENT,
            at=self._clock.now(),
            actor=user,
            subject=user,
            request_id=caller.request_id,
            address=caller.address,
            facts={"prompt": question.id, "action": action},
        )

    async def answer(self, unit: Unit, asked: Mapping[str, Any]) -> Secret | Refused | None:
        """The phone's answer for ``check``; why there is none to wait for; None = it may still come."""
        prompt, now = await unit.push_prompts.get(PromptId(str(asked["request"]))), self._clock.now()
        if prompt is None:
            return Refused(Reason.PUSH_EXPIRED, "no such prompt")
        if prompt.outcome in _ENDED:
            return Refused(_ENDED[prompt.outcome])
        if prompt.used is not None:
            return Refused(Reason.PUSH_ANSWERED, "used")
        if prompt.expires <= now:
            return Refused(Reason.PUSH_EXPIRED)
        return None if prompt.answer is None else hand(prompt.question, prompt.answer)

    async def used(self, unit: Unit, asked: Mapping[str, Any]) -> Refused | None:
        """Use the answer up in the unit in which it counts; refused when it was denied or used meanwhile."""
        if await unit.push_prompts.use(PromptId(str(asked["request"])), self._clock.now()):
            return None
        return Refused(Reason.PUSH_DENIED, "denied, used or expired between check and use")

    async def offered(self, unit: Unit, user: UserId, memory: Mapping[str, Any]) -> None:
        """A QR code is shown: let one phone in by it."""
        token = Secret(str(memory["token"]))
        await unit.push_pairings.add(token.sha256(), user, self._clock.now().plus(PAIRING_LIFE))

    async def confirmed(self, unit: Unit, memory: Mapping[str, Any], typed: Secret) -> Secret | Refused:
        """What ``accept`` is given: the key of the phone that scanned the code, and the digits typed here."""
        pairing = await unit.push_pairings.get(Secret(str(memory["token"])).sha256())
        if pairing is None or pairing.expires <= self._clock.now():
            return Refused(Reason.PUSH_PAIRING_OVER)
        if pairing.registration is None:
            return Refused(Reason.ANSWER_AWAITED)
        return hand_registration(pairing.registration, typed)


def _one_line(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
