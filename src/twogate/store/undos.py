"""What can be taken back from a notice: the rows of ``undos``, by the digest of the secret that was mailed.

Decides that one is used once, and that a removed credential lies sealed until then and is erased afterwards.
"""

import json
from dataclasses import asdict

from sqlalchemy import bindparam, delete, select, update

from twogate.store.sealing import Sealing
from twogate.store.tables.messages import UNDOS
from twogate.store.transaction import Row, Transaction, values_of
from twogate.terms.account import Credential
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant
from twogate.terms.undo import Undo, UndoKind

_COLUMN = "undos.withdrawn"
_T = UNDOS.c
_BY_DIGEST = select(UNDOS).where(_T.digest == bindparam("this"))
_USE = (
    update(UNDOS)
    .where(_T.digest == bindparam("this"), _T.used.is_(None), _T.expires > bindparam("at"))
    .values(used=bindparam("at", type_=_T.used.type), withdrawn=None)
)
_OLD = select(_T.digest).where(_T.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(UNDOS).where(_T.digest.in_(_OLD))
_VOID = delete(UNDOS).where(_T.user == bindparam("owner"))


class Undos:
    """Undos by digest."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def add(self, undo: Undo) -> None:
        withdrawn = None if undo.withdrawn is None else self._seal(undo.digest, undo.withdrawn)
        await self._transaction.add(UNDOS, {**values_of(undo), "kind": str(undo.kind), "withdrawn": withdrawn})

    async def get(self, digest: str) -> Undo | None:
        row = await self._transaction.row(_BY_DIGEST, {"this": digest})
        return None if row is None else self._open(row)

    async def use(self, digest: str, at: Instant) -> bool:
        """One conditional update: True exactly once, before its end. Read it first: what it kept is erased."""
        return await self._transaction.changed(_USE, {"this": digest, "at": at}) == 1

    async def void(self, user: UserId) -> None:
        """Nothing of this account can be taken back any more: it is in its owner's hands again."""
        await self._transaction.run(_VOID, {"owner": user})

    async def prune(self, now: Instant, *, limit: int = 1000) -> int:
        """Forget those whose time is over, and what they kept."""
        return await self._transaction.changed(_PRUNE, {"end": now, "most": limit})

    def _seal(self, digest: str, credential: Credential) -> bytes:
        return self._sealing.seal(_COLUMN, digest, json.dumps(asdict(credential), separators=(",", ":")).encode())

    def _open(self, row: Row) -> Undo:
        kept = row["withdrawn"]
        withdrawn = None if kept is None else _credential(json.loads(self._sealing.open(_COLUMN, row["digest"], kept)))
        return Undo(**{**row, "kind": UndoKind(row["kind"]), "withdrawn": withdrawn})


def _credential(raw: Row) -> Credential:
    moments = {name: None if raw[name] is None else Instant(raw[name]) for name in ("created", "last_used", "disabled")}
    return Credential(**{**raw, **moments, "id": CredentialId(raw["id"]), "user": UserId(raw["user"])})
