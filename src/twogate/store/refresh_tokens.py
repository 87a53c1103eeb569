"""Refresh tokens (RFC 9700 section 4.14.2): the rows of ``refresh_tokens``, each rotated away once."""

import base64
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from twogate.store.sealing import Sealing
from twogate.store.tables.sessions import CLIENTS, GRANTS, REFRESH_TOKENS, SESSIONS
from twogate.store.tables.users import USERS
from twogate.store.transaction import Transaction, record_of, values_of
from twogate.terms.account import User
from twogate.terms.client import Client
from twogate.terms.instant import Instant
from twogate.terms.secret import Secret
from twogate.terms.session import Grant, RefreshToken, Session

_THIS = REFRESH_TOKENS.c.digest == bindparam("this")
_BY_DIGEST = select(REFRESH_TOKENS).where(_THIS)
_CONSUME = update(REFRESH_TOKENS).where(
    _THIS, REFRESH_TOKENS.c.used.is_(None), REFRESH_TOKENS.c.expires > bindparam("at")
)
_OLD = select(REFRESH_TOKENS.c.digest).where(REFRESH_TOKENS.c.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.digest.in_(_OLD))
_PARTS: tuple[tuple[type, Any], ...] = (
    (RefreshToken, REFRESH_TOKENS),
    (Grant, GRANTS),
    (User, USERS),
    (Session, SESSIONS),
    (Client, CLIENTS),
)
_NAMES = [[column.name for column in table.c] for _, table in _PARTS]
_RESTING = (
    select(*(column.label(f"{table.name}_{column.name}") for _, table in _PARTS for column in table.c))
    .select_from(REFRESH_TOKENS)
    .join(GRANTS, GRANTS.c.id == REFRESH_TOKENS.c.grant)
    .join(USERS, USERS.c.id == GRANTS.c.user)
    .join(SESSIONS, SESSIONS.c.id == GRANTS.c.session)
    .join(CLIENTS, CLIENTS.c.id == REFRESH_TOKENS.c.client)
    .where(_THIS)
)


@dataclass(frozen=True, slots=True)
class RestingToken:
    """A refresh token and everything it rests on."""

    token: RefreshToken
    grant: Grant
    user: User
    session: Session
    client: Client


class RefreshTokens:
    """Refresh tokens by digest. Used ones stay until the family expires, so that a reuse is seen."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    def successor(self, token: Secret, prefix: str) -> Secret:
        """The token that follows this one, always the same; only the master key's owner can compute it.

        So an answer that was lost can be given again although no token is kept, and whoever stole an old one, or the
        database, or both, cannot go on from there.
        """
        digest = self._sealing.digest("refresh_tokens.successor", token.reveal())
        return Secret(prefix + base64.urlsafe_b64encode(digest).decode("ascii").rstrip("="))

    async def add(self, token: RefreshToken) -> None:
        await self._transaction.add(REFRESH_TOKENS, values_of(token))

    async def get(self, digest: str) -> RefreshToken | None:
        found = await self._transaction.row(_BY_DIGEST, {"this": digest})
        return record_of(RefreshToken, found)

    async def resting(self, digest: str) -> RestingToken | None:
        """One question instead of five; None when the token, or anything that it rests on, is gone."""
        rows = (await self._transaction.run(_RESTING, {"this": digest})).rows
        if not rows:
            return None
        parts, start = [], 0
        for (kind, _), names in zip(_PARTS, _NAMES, strict=True):
            values = rows[0][start : start + len(names)]
            parts.append(kind(**dict(zip(names, values, strict=True))))
            start += len(names)
        return RestingToken(*parts)

    async def consume(self, digest: str, at: Instant) -> bool:
        """One conditional update: True exactly once, and never after its expiry."""
        return await self._transaction.changed(_CONSUME, {"this": digest, "at": at, "used": at}) == 1

    async def prune(self, now: Instant, *, limit: int = 1000) -> int:
        """Forget expired ones, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now, "most": limit})
