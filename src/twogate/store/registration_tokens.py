"""Initial access tokens (RFC 7591 section 3): the rows of ``registration_tokens``, each good for so many clients."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.consents import REGISTRATION_TOKENS
from twogate.store.transaction import Transaction, records_of, values_of
from twogate.terms.consent import RegistrationToken
from twogate.terms.instant import Instant

_T = REGISTRATION_TOKENS.c
_THIS = _T.digest == bindparam("this")
_LIST = select(REGISTRATION_TOKENS).order_by(_T.created, _T.digest)
_SPEND = (
    update(REGISTRATION_TOKENS)
    .where(_THIS, _T.uses > 0, _T.expires > bindparam("at", type_=_T.expires.type))
    .values(uses=_T.uses - 1)
)
_REMOVE = delete(REGISTRATION_TOKENS).where(_THIS)


class RegistrationTokens:
    """Tokens by digest."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, token: RegistrationToken) -> None:
        await self._transaction.add(REGISTRATION_TOKENS, values_of(token))

    async def list(self) -> Sequence[RegistrationToken]:
        """Oldest first, used-up ones included."""
        return records_of(RegistrationToken, await self._transaction.rows(_LIST))

    async def spend(self, digest: str, at: Instant) -> bool:
        """Use it up by one: True as often as it is good for, and never after its expiry."""
        return await self._transaction.changed(_SPEND, {"this": digest, "at": at}) == 1

    async def remove(self, digest: str) -> bool:
        return await self._transaction.changed(_REMOVE, {"this": digest}) == 1
