"""QR codes that connect a phone: the rows of ``push_pairings``. The database knows a token by its digest only.

Decides that one phone gets in by each code: it hands in its key by one conditional statement, and never too late.
"""

import json

from sqlalchemy import bindparam, delete, select, update

from twogate.rules.factors.push.answers import registration_from_json, registration_to_json
from twogate.store.sealing import Sealing
from twogate.store.tables.push import PUSH_PAIRINGS
from twogate.store.transaction import Transaction
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.push import Pairing, Registration

_T = PUSH_PAIRINGS.c
_COLUMN = "push_pairings.registration"
_THIS = _T.token_digest == bindparam("this")
_BY_DIGEST = select(PUSH_PAIRINGS).where(_THIS)
_CLAIM = update(PUSH_PAIRINGS).where(_THIS, _T.registration.is_(None), _T.expires > bindparam("at"))
_OLD = select(_T.token_digest).where(_T.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(PUSH_PAIRINGS).where(_T.token_digest.in_(_OLD))


class PushPairings:
    """Pairings by the digest of their token."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def add(self, token_digest: str, user: UserId, expires: Instant) -> None:
        row = {"token_digest": token_digest, "user": user, "expires": expires, "registration": None}
        await self._transaction.add(PUSH_PAIRINGS, row)

    async def get(self, token_digest: str) -> Pairing | None:
        row = await self._transaction.row(_BY_DIGEST, {"this": token_digest})
        if row is None:
            return None
        sealed, found = row["registration"], None
        if sealed is not None:
            found = registration_from_json(json.loads(self._sealing.open(_COLUMN, token_digest, sealed)))
        return Pairing(token_digest, UserId(row["user"]), row["expires"], found)

    async def claim(self, token_digest: str, registration: Registration, at: Instant) -> bool:
        """Hand in a phone's key. True for the first one, and never after the end."""
        plain = json.dumps(registration_to_json(registration), separators=(",", ":")).encode()
        sealed = self._sealing.seal(_COLUMN, token_digest, plain)
        values = {"this": token_digest, "at": at, "registration": sealed}
        return await self._transaction.changed(_CLAIM, values) == 1

    async def prune(self, now: Instant, *, limit: int = 1000) -> int:
        """Forget expired ones, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now, "most": limit})
