"""Where the hash chain of the audit log stands: indexes and digests of ``audit``, signed heads, the key that signs.

Decides how a place in the chain is stored. What a digest covers is for ``rules.audit.chain``, when a batch is
sealed for ``services.audit_log``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, update

from twogate.rules.audit.chain import START, Head, Place
from twogate.store.audit import AuditRow
from twogate.store.sealing import Sealing
from twogate.store.tables.audit import AUDIT, AUDIT_HEADS, AUDIT_KEYS
from twogate.store.transaction import Transaction, records_of, values_of
from twogate.terms.instant import Instant

_COLUMN = "audit_keys.private_pem"


@dataclass(frozen=True, slots=True)
class AuditKey:
    """An ES256 key that signs heads of the chain and nothing else."""

    kid: str
    private_pem: bytes = field(repr=False)
    public_pem: str
    created: Instant


class AuditChain:
    """The chain over the rows of the audit log."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def unsealed(self, *, limit: int) -> Sequence[AuditRow]:
        """Rows without a place yet, by id. A row that committed late comes later in the chain than its id says."""
        waiting = select(AUDIT).where(AUDIT.c.index.is_(None)).order_by(AUDIT.c.id).limit(limit)
        return records_of(AuditRow, await self._transaction.rows(waiting))

    async def end(self) -> Place:
        """The last place given, by the rows or by the heads, whichever is further."""
        newest = [
            select(table.c.index, table.c.digest).where(table.c.index.is_not(None)).order_by(table.c.index.desc())
            for table in (AUDIT, AUDIT_HEADS)
        ]
        rows = [await self._transaction.row(query.limit(1)) for query in newest]
        return max((Place(**row) for row in rows if row), default=START, key=lambda place: place.index)

    async def place(self, places: Sequence[tuple[int, Place]]) -> None:
        """Give rows their places, by row id."""
        given = update(AUDIT).where(AUDIT.c.id == bindparam("row"), AUDIT.c.index.is_(None))
        await self._transaction.run(
            given.values(index=bindparam("place"), digest=bindparam("sum")),
            [{"row": row, "place": place.index, "sum": place.digest} for row, place in places],
        )

    async def sealed(self, *, after: int, limit: int) -> Sequence[AuditRow]:
        """Rows with a place, by index."""
        page = select(AUDIT).where(AUDIT.c.index > after).order_by(AUDIT.c.index).limit(limit)
        return records_of(AuditRow, await self._transaction.rows(page, large=True))

    async def add_head(self, head: Head) -> None:
        await self._transaction.add(AUDIT_HEADS, values_of(head))

    async def heads(self, *, after: int, limit: int) -> Sequence[Head]:
        """Signed heads, by index."""
        page = select(AUDIT_HEADS).where(AUDIT_HEADS.c.index > after).order_by(AUDIT_HEADS.c.index).limit(limit)
        return records_of(Head, await self._transaction.rows(page, large=True))

    async def add_key(self, key: AuditKey) -> None:
        sealed = self._sealing.seal(_COLUMN, key.kid, key.private_pem)
        await self._transaction.add(AUDIT_KEYS, {**values_of(key), "private_pem": sealed})

    async def key(self) -> AuditKey | None:
        """The key that signs now."""
        newest = select(AUDIT_KEYS).order_by(AUDIT_KEYS.c.created.desc(), AUDIT_KEYS.c.kid).limit(1)
        row = await self._transaction.row(newest)
        if row is None:
            return None
        return AuditKey(**{**row, "private_pem": self._sealing.open(_COLUMN, row["kid"], row["private_pem"])})

    async def public_keys(self) -> Sequence[str]:
        """The public halves of every key that ever signed, in PEM."""
        every = select(AUDIT_KEYS.c.public_pem).order_by(AUDIT_KEYS.c.created)
        return [row["public_pem"] for row in await self._transaction.rows(every)]
