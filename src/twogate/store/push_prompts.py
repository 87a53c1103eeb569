"""What phones were asked and what they answered: the rows of ``push_prompts``; questions, codes, answers are sealed.

Decides that every step a prompt takes is one conditional statement: it is answered once, used once, never after its
end, and a denial that comes before the use undoes an approval.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update

from twogate.rules.factors.push.answers import answer_from_json, answer_to_json, question_from_json, question_to_json
from twogate.store.sealing import Sealing
from twogate.store.tables.push import PUSH_PROMPTS
from twogate.store.transaction import Row, Transaction
from twogate.terms.ids import DeviceId, UserId
from twogate.terms.instant import Instant
from twogate.terms.push import Answer, Outcome, Prompt, PromptId

_T = PUSH_PROMPTS.c
_CONTENT, _ANSWER = "push_prompts.content", "push_prompts.answer"
_THIS = _T.id == bindparam("this")
_BY_ID = select(PUSH_PROMPTS).where(_THIS)
_OPEN = (
    select(PUSH_PROMPTS)
    .where(_T.user == bindparam("owner"), _T.outcome.is_(None), _T.expires > bindparam("at"))
    .order_by(_T.created, _T.id)
)
_SETTLE = update(PUSH_PROMPTS).where(_THIS, _T.outcome.is_(None), _T.expires > bindparam("at"))
_STOP = update(PUSH_PROMPTS).where(
    _T.user == bindparam("owner"),
    or_(_T.outcome.is_(None), _T.outcome == Outcome.APPROVED.value),
    _T.used.is_(None),
    _T.expires > bindparam("at"),
)
_USE = update(PUSH_PROMPTS).where(
    _THIS, _T.outcome == Outcome.APPROVED.value, _T.used.is_(None), _T.expires > bindparam("at")
)
_REPORT = update(PUSH_PROMPTS).where(
    _THIS, or_(_T.outcome.is_(None), _T.outcome != Outcome.REPORTED.value), _T.created > bindparam("since")
)
_OLD = select(_T.id).where(_T.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(PUSH_PROMPTS).where(_T.id.in_(_OLD))


class PushPrompts:
    """Prompts by id and by owner."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def add(self, prompt: Prompt) -> None:
        content = {
            "question": question_to_json(prompt.question),
            "program": prompt.program,
            "code": prompt.code,
        }
        row = {
            "id": prompt.question.id,
            "user": prompt.user,
            "content": self._seal(_CONTENT, prompt.question.id, content),
            "browser": prompt.browser,
            "created": prompt.question.asked,
            "expires": prompt.expires,
            "outcome": None,
            "answer": None,
            "used": None,
        }
        await self._transaction.add(PUSH_PROMPTS, row)

    async def get(self, prompt: PromptId) -> Prompt | None:
        row = await self._transaction.row(_BY_ID, {"this": prompt})
        return None if row is None else self._open(row)

    async def waiting(self, user: UserId, at: Instant) -> Sequence[Prompt]:
        """What this person's phones are to show now, oldest first."""
        return [self._open(row) for row in await self._transaction.rows(_OPEN, {"owner": user, "at": at})]

    async def settle(self, prompt: PromptId, outcome: Outcome, *, answer: Answer | None, at: Instant) -> bool:
        """Give a waiting prompt its outcome. True for the first who does."""
        sealed = self._seal(_ANSWER, prompt, answer_to_json(answer)) if answer else None
        values = {"this": prompt, "at": at, "outcome": outcome.value, "answer": sealed}
        return await self._transaction.changed(_SETTLE, values) == 1

    async def stop(self, user: UserId, outcome: Outcome, *, at: Instant) -> int:
        """Deny everything of this person that waits or was approved and not used yet; return how many."""
        return await self._transaction.changed(_STOP, {"owner": user, "at": at, "outcome": outcome.value})

    async def report(self, prompt: PromptId, *, since: Instant) -> bool:
        """Note that its owner did not ask for it, also when it is over. True exactly once, if it is younger."""
        values = {"this": prompt, "since": since, "outcome": Outcome.REPORTED.value}
        return await self._transaction.changed(_REPORT, values) == 1

    async def use(self, prompt: PromptId, at: Instant) -> bool:
        """Use an approval up. True exactly once, and never once it was denied."""
        return await self._transaction.changed(_USE, {"this": prompt, "at": at, "used": at}) == 1

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget old ones, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit})

    def _seal(self, column: str, row: str, value: dict[str, Any]) -> bytes:
        return self._sealing.seal(column, row, json.dumps(value, separators=(",", ":")).encode())

    def _open(self, row: Row) -> Prompt:
        content = json.loads(self._sealing.open(_CONTENT, row["id"], row["content"]))
        answer = row["answer"] and json.loads(self._sealing.open(_ANSWER, row["id"], row["answer"]))
        return Prompt(
            question=question_from_json(content["question"]),
            user=UserId(row["user"]),
            program=content["program"],
            code=content["code"],
            browser=DeviceId(row["browser"]) if row["browser"] else None,
            expires=row["expires"],
            outcome=Outcome(row["outcome"]) if row["outcome"] else None,
            answer=answer_from_json(answer) if answer else None,
            used=row["used"],
        )
