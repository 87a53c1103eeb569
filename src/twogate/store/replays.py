"""Proofs that were used up (RFC 7523 section 3, RFC 9449 section 11.1): the rows of ``replays``, by digest.

Decides which of those who bring the same one was first, on every node: the database's primary key says so. What a
digest is made of, and how long it must be remembered, is for ``rules.protocols``.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.sql.dml import ReturningInsert

from twogate.store.tables.oauth import REPLAYS
from twogate.store.transaction import Transaction, insert_in
from twogate.terms.instant import Instant

_OLD = select(REPLAYS.c.digest).where(REPLAYS.c.until <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(REPLAYS).where(REPLAYS.c.digest.in_(_OLD))


class Replays:
    """Digests that will not be taken a second time."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def spend(self, digest: str, until: Instant) -> bool:
        """True for the first to bring it; remembered until then."""
        return bool(await self.spend_all({digest: until}))

    async def spend_all(self, marks: Mapping[str, Instant]) -> frozenset[str]:
        """Return those that nobody had brought before. In one order, so that two nodes never wait for each other."""
        fresh: set[str] = set()
        for digest in sorted(marks):
            values = {"digest": digest, "until": marks[digest]}
            answer = await self._transaction.run(_first(self._transaction.dialect), values)
            fresh.update(row[0] for row in answer.rows)
        return frozenset(fresh)

    async def prune(self, now: Instant, *, limit: int = 1000) -> int:
        """Forget what would not be accepted any more anyway."""
        return await self._transaction.changed(_PRUNE, {"end": now, "most": limit})


@lru_cache
def _first(dialect: str) -> ReturningInsert[Any]:
    return insert_in(dialect, REPLAYS).on_conflict_do_nothing().returning(REPLAYS.c.digest)
