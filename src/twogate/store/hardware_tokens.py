"""Delivered tokens: the rows of ``hardware_tokens``; ``state`` is sealed.

Decides that a token has one owner at most: it is taken by one conditional statement, and its secret moves with it.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, bindparam, delete, false, or_, select, tuple_, update

from twogate.store.errors import Conflict
from twogate.store.sealing import Sealing
from twogate.store.tables.hardware_tokens import HARDWARE_TOKENS
from twogate.store.transaction import Row, Transaction, values_of
from twogate.terms.account import Credential
from twogate.terms.hardware_token import HardwareToken
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant

_COLUMN = "hardware_tokens.state"
_COLUMNS = HARDWARE_TOKENS.c
_THIS = (_COLUMNS.factor == bindparam("kind"), _COLUMNS.serial == bindparam("printed"))
_GET = select(HARDWARE_TOKENS).where(*_THIS)
_BY_SERIAL = select(HARDWARE_TOKENS).where(_COLUMNS.serial == bindparam("printed")).order_by(_COLUMNS.factor)
_PAGE = (
    select(HARDWARE_TOKENS)
    .where(tuple_(_COLUMNS.serial, _COLUMNS.factor) > tuple_(bindparam("after"), bindparam("kind")))
    .order_by(_COLUMNS.serial, _COLUMNS.factor)
    .limit(bindparam("most"))
)
_TAKE = update(HARDWARE_TOKENS).where(
    *_THIS,
    _COLUMNS.state.is_not(None),
    or_(_COLUMNS.reserved == false(), bindparam("any_token", type_=Boolean)),
)
_FOLLOW = update(HARDWARE_TOKENS).where(*_THIS, _COLUMNS.credential.is_(None))
_PUT_BACK = update(HARDWARE_TOKENS).where(*_THIS, _COLUMNS.credential == bindparam("was"))
_REMOVE = delete(HARDWARE_TOKENS).where(*_THIS)


class HardwareTokens:
    """Tokens by serial."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def add(self, token: HardwareToken) -> None:
        """Raises ``Conflict`` when the serial is there already."""
        sealed = self._seal(token.factor, token.serial, token.state)
        await self._transaction.add(HARDWARE_TOKENS, {**values_of(token), "state": sealed})

    async def get(self, factor: str, serial: str) -> HardwareToken | None:
        row = await self._transaction.row(_GET, {"kind": factor, "printed": serial})
        return None if row is None else self._open(row)

    async def by_serial(self, serial: str) -> Sequence[HardwareToken]:
        """Of any factor."""
        return [self._open(row) for row in await self._transaction.rows(_BY_SERIAL, {"printed": serial})]

    async def list(self, *, after: HardwareToken | None = None, limit: int = 500) -> Sequence[HardwareToken]:
        """By serial."""
        begin = ("", "") if after is None else (after.serial, after.factor)
        page = {"after": begin[0], "kind": begin[1], "most": limit}
        return [self._open(row) for row in await self._transaction.rows(_PAGE, page, large=True)]

    async def take(
        self, token: tuple[str, str], *, user: UserId, credential: CredentialId, at: Instant, reserved: bool
    ) -> None:
        """Give a waiting token (factor, serial) to somebody; ``reserved``: also one that only an administrator gives.

        Raises:
            Conflict: it does not wait (any more), or not for everybody.
        """
        factor, serial = token
        values = {"kind": factor, "printed": serial, "any_token": reserved}
        changes = {"state": None, "user": user, "credential": credential, "assigned": at}
        if not await self._transaction.changed(_TAKE, values | changes):
            raise Conflict("the token does not wait for an owner")

    async def must_fit(self, credential: Credential) -> None:
        """Raises Conflict when the thing of this serial waits and stands elsewhere: no counter ever goes back."""
        found = await self.get(credential.factor, credential.identifier) if credential.identifier else None
        if found is not None and found.state is not None and found.state != credential.state:
            raise Conflict("the token was used since")

    async def follow(self, credential: Credential) -> None:
        """What has the serial of this new authenticator is its owner's; no secret of it is left here."""
        if credential.identifier is None:
            return
        values = {"kind": credential.factor, "printed": credential.identifier}
        changes = {"user": credential.user, "credential": credential.id, "assigned": credential.created}
        await self._transaction.run(_FOLLOW, values | changes | {"state": None})

    async def put_back(self, credential: Credential) -> bool:
        """Its owner has it no more: it waits for an administrator where its counter stands. False: there is none."""
        if credential.identifier is None:
            return False
        values = {"kind": credential.factor, "printed": credential.identifier, "was": credential.id}
        sealed = self._seal(credential.factor, credential.identifier, credential.state)
        changes = {"state": sealed, "reserved": True, "user": None, "credential": None, "assigned": None}
        return await self._transaction.changed(_PUT_BACK, values | changes) == 1

    async def remove(self, factor: str, serial: str) -> bool:
        return await self._transaction.changed(_REMOVE, {"kind": factor, "printed": serial}) == 1

    def _seal(self, factor: str, serial: str, state: dict[str, Any] | None) -> bytes | None:
        if state is None:
            return None
        return self._sealing.seal(_COLUMN, f"{factor}/{serial}", json.dumps(state, separators=(",", ":")).encode())

    def _open(self, row: Row) -> HardwareToken:
        if row["state"] is None:
            return HardwareToken(**row)
        plain = self._sealing.open(_COLUMN, f"{row['factor']}/{row['serial']}", row["state"])
        return HardwareToken(**{**row, "state": json.loads(plain)})
