"""The change feed: the rows of ``changes``, and in ``in_force`` what of them nothing has undone yet.

Decides numbering, and what a snapshot holds. Waiting for edges to follow is for ``services.changes``.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import bindparam, delete, func, or_, select

from twogate.store.counters import draw, last
from twogate.store.keys import SigningKeys
from twogate.store.policies import Policies
from twogate.store.tables.feed import CHANGES, IN_FORCE
from twogate.store.transaction import Insert, Transaction, insert_in, record_of, records_of
from twogate.terms.changes import Change, ChangeKind, Snapshot
from twogate.terms.instant import Instant

_COUNTER = "feed"
_UNDOES: dict[ChangeKind, tuple[ChangeKind, ...]] = {
    ChangeKind.SUBJECT_CLEARED: (ChangeKind.SUBJECT_BLOCKED, ChangeKind.SUBJECT_STEP_UP),
    ChangeKind.ADDRESS_CLEARED: (ChangeKind.ADDRESS_BLOCKED,),
    ChangeKind.API_TOKEN_REMOVED: (ChangeKind.API_TOKEN_ADDED,),
}
_SIGNALS = frozenset({ChangeKind.POLICY_PUBLISHED, ChangeKind.KEYS_CHANGED})  # the snapshot carries the thing itself
_SMALL = 100  # changes: read where we stand

_AFTER = (
    select(CHANGES).where(CHANGES.c.number > bindparam("after")).order_by(CHANGES.c.number).limit(bindparam("most"))
)
_OLDEST = select(func.min(CHANGES.c.number))
_ONE = (IN_FORCE.c.kind == bindparam("which")) & (IN_FORCE.c.key == bindparam("this"))
_UNDO = delete(IN_FORCE).where(_ONE)
_HELD = select(IN_FORCE).where(_ONE)
_IN_FORCE = (
    select(IN_FORCE).where(or_(IN_FORCE.c.until == 0, IN_FORCE.c.until > bindparam("now"))).order_by(IN_FORCE.c.number)
)
_OLD = select(CHANGES.c.number).where(CHANGES.c.at <= bindparam("end")).order_by(CHANGES.c.number)
_FORGET = delete(CHANGES).where(CHANGES.c.number.in_(_OLD.limit(bindparam("most"))))
_RUN_OUT = delete(IN_FORCE).where(IN_FORCE.c.until != 0, IN_FORCE.c.until <= bindparam("now"))


class Feed:
    """The numbered changes."""

    def __init__(self, transaction: Transaction, policies: Policies, keys: SigningKeys) -> None:
        self._transaction = transaction
        self._policies = policies
        self._keys = keys

    async def append(self, kind: ChangeKind, key: str, *, at: Instant, value: str = "", until: int = 0) -> int:
        """Number and store a change; return its number. Numbers rise in commit order on both databases.

        Append late in a unit: other appenders wait from here until it ends.
        """
        number = await draw(self._transaction, _COUNTER)
        row = {"number": number, "kind": kind, "key": key, "value": value, "until": until, "at": at}
        await self._transaction.add(CHANGES, row)
        if kind in _UNDOES:
            for undone in _UNDOES[kind]:
                await self._transaction.run(_UNDO, {"which": undone, "this": key})
        elif kind not in _SIGNALS:
            await self._transaction.run(_hold(self._transaction.dialect), row)
        return number

    async def after(self, number: int, *, limit: int = 1000) -> Sequence[Change]:
        """What follows ``number``, in order."""
        page = {"after": number, "most": limit}
        return records_of(Change, await self._transaction.rows(_AFTER, page, large=limit > _SMALL))

    async def head(self) -> int:
        """The newest number; 0 before the first change."""
        return await last(self._transaction, _COUNTER)

    async def oldest(self) -> int:
        """The oldest number kept: an edge that stands before ``oldest() - 1`` takes a snapshot."""
        kept = await self._transaction.number(_OLDEST)
        return kept or await self.head() + 1

    async def snapshot(self, now: Instant) -> Snapshot:
        """Everything in force. Ask in a read unit: then head and content are of one moment."""
        policy = await self._policies.current()
        held = await self._transaction.rows(_IN_FORCE, {"now": now.seconds}, large=True)
        return Snapshot(
            number=await self.head(),
            policy_version=policy.version if policy else 0,
            policy_toml=policy.toml if policy else "",
            keys=await self._keys.verification_keys(now),
            changes=tuple(records_of(Change, held)),
        )

    async def held(self, kind: ChangeKind, key: str) -> Change | None:
        """The change of this kind about this key that nothing has undone yet, for example a revoked token."""
        return record_of(Change, await self._transaction.row(_HELD, {"which": kind, "this": key}))

    async def prune(self, now: Instant, *, keep_seconds: int = 86_400, limit: int = 1000) -> int:
        """Forget changes older than ``keep_seconds`` and what has run out, ``limit`` at a time."""
        old = {"end": now.plus(-keep_seconds), "most": limit}
        forgotten = await self._transaction.changed(_FORGET, old, large=True)
        return forgotten + await self._transaction.changed(_RUN_OUT, {"now": now.seconds})


@lru_cache
def _hold(dialect: str) -> Insert:
    """Put a change in force, in place of an older one about the same."""
    latest = insert_in(dialect, IN_FORCE)
    return latest.on_conflict_do_update(
        index_elements=[IN_FORCE.c.kind, IN_FORCE.c.key],
        set_={name: latest.excluded[name] for name in ("number", "value", "until", "at")},
    )
