"""The key that names this installation to push services (RFC 8292): one row of ``push_keys``, sealed.

Decides that all processes use one: browsers were subscribed with it.
"""

from sqlalchemy import bindparam, select

from twogate.store.errors import Conflict
from twogate.store.sealing import Sealing
from twogate.store.tables.push import PUSH_KEYS
from twogate.store.transaction import Transaction
from twogate.terms.instant import Instant
from twogate.terms.secret import Secret

_COLUMN = "push_keys.private_pem"
_BY_NAME = select(PUSH_KEYS).where(PUSH_KEYS.c.name == bindparam("this"))


class PushKeys:
    """Keys by name."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def get(self, name: str) -> Secret | None:
        """The private key in PEM."""
        row = await self._transaction.row(_BY_NAME, {"this": name})
        return None if row is None else Secret(self._sealing.open(_COLUMN, name, row["private_pem"]))

    async def keep(self, name: str, private_pem: Secret, at: Instant) -> bool:
        """Keep it unless there is one. False: there is."""
        sealed = self._sealing.seal(_COLUMN, name, private_pem.reveal())
        try:
            await self._transaction.add(PUSH_KEYS, {"name": name, "private_pem": sealed, "created": at})
        except Conflict:
            return False
        return True
