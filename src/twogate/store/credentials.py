"""Enrolled authenticators: the rows of ``credentials``; ``state`` is sealed.

Decides that a thing with a serial goes with its authenticator, whoever adds or removes that: there is one living copy
of its secret and counter, here or in ``hardware_tokens``.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from twogate.store.errors import Conflict
from twogate.store.hardware_tokens import HardwareTokens
from twogate.store.sealing import Sealing
from twogate.store.tables.users import CREDENTIALS
from twogate.store.transaction import Row, Transaction, values_of
from twogate.terms.account import Credential
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant

_COLUMN = "credentials.state"
_THIS = CREDENTIALS.c.id == bindparam("credential")
_BY_ID = select(CREDENTIALS).where(_THIS)
_OF_USER = (
    select(CREDENTIALS)
    .where(CREDENTIALS.c.user == bindparam("owner"))
    .order_by(CREDENTIALS.c.created, CREDENTIALS.c.id)
)
_BY_IDENTIFIER = select(CREDENTIALS).where(
    CREDENTIALS.c.factor == bindparam("named"), CREDENTIALS.c.identifier == bindparam("called")
)
_REPLACE = (
    update(CREDENTIALS)
    .where(_THIS, CREDENTIALS.c.version == bindparam("read"))
    .values(
        state=bindparam("sealed"),
        version=CREDENTIALS.c.version + 1,
        last_used=func.coalesce(bindparam("used", type_=CREDENTIALS.c.last_used.type), CREDENTIALS.c.last_used),
    )
)
_DISABLE = update(CREDENTIALS).where(_THIS).values(version=CREDENTIALS.c.version + 1)
_RENAME = update(CREDENTIALS).where(_THIS)
_REMOVE = delete(CREDENTIALS).where(_THIS)


class Credentials:
    """Authenticators by id and by owner."""

    def __init__(self, transaction: Transaction, sealing: Sealing, things: HardwareTokens) -> None:
        self._transaction = transaction
        self._sealing = sealing
        self._things = things

    async def add(self, credential: Credential) -> None:
        """Raises Conflict when another credential of this factor has the same identifier, or its token moved on."""
        await self._things.must_fit(credential)
        sealed = self._seal(credential.id, credential.state)
        await self._transaction.add(CREDENTIALS, {**values_of(credential), "state": sealed})
        await self._things.follow(credential)

    async def get(self, credential: CredentialId) -> Credential | None:
        row = await self._transaction.row(_BY_ID, {"credential": credential})
        return None if row is None else self._open(row)

    async def by_identifier(self, factor: str, identifier: str) -> Credential | None:
        """The credential that the world calls so; disabled ones included."""
        row = await self._transaction.row(_BY_IDENTIFIER, {"named": factor, "called": identifier})
        return None if row is None else self._open(row)

    async def of_user(self, user: UserId) -> Sequence[Credential]:
        """Oldest first, disabled ones included."""
        return [self._open(row) for row in await self._transaction.rows(_OF_USER, {"owner": user})]

    async def replace(
        self,
        credential: CredentialId,
        *,
        version: int,
        state: dict[str, Any],
        used: Instant | None,
    ) -> None:
        """Compare-and-set ``state``; Conflict when ``version`` is not the stored one. The next version is one more."""
        changed = await self._transaction.changed(
            _REPLACE,
            {"credential": credential, "read": version, "sealed": self._seal(credential, state), "used": used},
        )
        if not changed:
            raise Conflict("the credential was changed meanwhile")

    async def set_disabled(self, credential: CredentialId, at: Instant | None) -> None:
        """Also counts up the version, so that a check under way when it was disabled cannot be saved."""
        await self._transaction.run(_DISABLE, {"credential": credential, "disabled": at})

    async def rename(self, credential: CredentialId, label: str) -> None:
        await self._transaction.run(_RENAME, {"credential": credential, "label": label})

    async def remove(self, credential: CredentialId) -> None:
        gone = await self.get(credential)
        if gone is not None:
            await self._things.put_back(gone)
        await self._transaction.run(_REMOVE, {"credential": credential})

    def _seal(self, credential: str, state: dict[str, Any]) -> bytes:
        return self._sealing.seal(_COLUMN, credential, json.dumps(state, separators=(",", ":")).encode())

    def _open(self, row: Row) -> Credential:
        plain = self._sealing.open(_COLUMN, row["id"], row["state"])
        return Credential(**{**row, "state": json.loads(plain)})
