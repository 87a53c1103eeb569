"""What people allowed programs of others: the rows of ``consents``, one for each person and program."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from twogate.store.tables.consents import CONSENTS
from twogate.store.transaction import Transaction, insert_in, record_of, records_of, values_of
from twogate.terms.consent import Consent
from twogate.terms.ids import ClientId, UserId

_THIS = (CONSENTS.c.user == bindparam("owner")) & (CONSENTS.c.client == bindparam("program"))
_ONE = select(CONSENTS).where(_THIS)
_OF_USER = select(CONSENTS).where(CONSENTS.c.user == bindparam("owner")).order_by(CONSENTS.c.given, CONSENTS.c.client)
_REMOVE = delete(CONSENTS).where(_THIS)
_FORGET = delete(CONSENTS).where(CONSENTS.c.client == bindparam("program"))


class Consents:
    """Consents by person and program."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, user: UserId, client: ClientId) -> Consent | None:
        return record_of(Consent, await self._transaction.row(_ONE, {"owner": user, "program": client}))

    async def keep(self, consent: Consent) -> None:
        """Add it, or put it in the place of an earlier one."""
        added = insert_in(self._transaction.dialect, CONSENTS)
        latest = {"scope": added.excluded.scope, "given": added.excluded.given}
        await self._transaction.run(
            added.on_conflict_do_update(index_elements=["user", "client"], set_=latest), values_of(consent)
        )

    async def of_user(self, user: UserId) -> Sequence[Consent]:
        """Oldest first."""
        return records_of(Consent, await self._transaction.rows(_OF_USER, {"owner": user}))

    async def remove(self, user: UserId, client: ClientId) -> bool:
        """True when there was one."""
        return await self._transaction.changed(_REMOVE, {"owner": user, "program": client}) == 1

    async def forget(self, client: ClientId) -> None:
        """The program is gone: whoever gets its id next was allowed nothing."""
        await self._transaction.run(_FORGET, {"program": client})
