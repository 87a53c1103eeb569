"""How people who chose it type their password: the rows of ``typing``, sealed, gone with the choice.

Decides that a row is the choice: without one nothing is kept of anybody.
"""

from sqlalchemy import bindparam, delete, select, update

from twogate.rules.behaviour.typing import Template, Typist
from twogate.store.errors import Conflict
from twogate.store.sealing import Sealing
from twogate.store.tables.places import TYPING
from twogate.store.transaction import Row, Transaction
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant

_COLUMN = "typing.template"
_OWNED = TYPING.c.user == bindparam("owner")
_OF_USER = select(TYPING).where(_OWNED)
_REPLACE = (
    update(TYPING)
    .where(_OWNED, TYPING.c.version == bindparam("read"))
    .values(
        template=bindparam("sealed"),
        samples=bindparam("count"),
        learnt=bindparam("at"),
        version=TYPING.c.version + 1,
    )
)
_REMOVE = delete(TYPING).where(_OWNED)
_OLD = select(TYPING.c.user).where(TYPING.c.learnt <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(TYPING).where(TYPING.c.user.in_(_OLD))


class Typing:
    """Templates by owner."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def choose(self, user: UserId, at: Instant) -> bool:
        """Begin with an empty template; False where there is one."""
        try:
            await self._transaction.add(
                TYPING,
                {
                    "user": user,
                    "since": at,
                    "template": self._seal(user, Template()),
                    "samples": 0,
                    "version": 1,
                    "learnt": at,
                },
            )
        except Conflict:
            return False
        return True

    async def of_user(self, user: UserId) -> Typist | None:
        """None: this person has not chosen it."""
        row = await self._transaction.row(_OF_USER, {"owner": user})
        return None if row is None else self._open(row)

    async def replace(self, typist: Typist, template: Template, at: Instant) -> bool:
        """Compare-and-set; False when it was changed or taken back meanwhile: a sample is not worth another try."""
        values = {
            "owner": typist.user,
            "read": typist.version,
            "sealed": self._seal(typist.user, template),
            "count": len(template.samples),
            "at": at,
        }
        return await self._transaction.changed(_REPLACE, values) == 1

    async def remove(self, user: UserId) -> bool:
        """Take the choice back and erase the template; True where there was one."""
        return await self._transaction.changed(_REMOVE, {"owner": user}) == 1

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget people of whom nothing was learnt for so long."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit})

    def _seal(self, user: str, template: Template) -> bytes:
        return self._sealing.seal(_COLUMN, user, template.to_json().encode())

    def _open(self, row: Row) -> Typist:
        template = Template.from_json(self._sealing.open(_COLUMN, row["user"], row["template"]).decode())
        return Typist(row["user"], row["since"], row["version"], template)
