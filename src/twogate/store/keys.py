"""Signing keys: the rows of ``signing_keys``; the private half is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, update

from twogate.store.sealing import Sealing
from twogate.store.tables.feed import SIGNING_KEYS
from twogate.store.transaction import Row, Transaction, values_of
from twogate.terms.changes import VerificationKey
from twogate.terms.instant import Instant

_COLUMN = "signing_keys.private_pem"
USUAL = "ES256"  # what access tokens are signed with; gateways know these keys only
_STANDS = SIGNING_KEYS.c.withdrawn.is_(None)
_LIVE = (
    select(SIGNING_KEYS)
    .where(_STANDS, SIGNING_KEYS.c.verifies_until > bindparam("now"), SIGNING_KEYS.c.algorithm == bindparam("kind"))
    .order_by(SIGNING_KEYS.c.signs_from.desc(), SIGNING_KEYS.c.created.desc(), SIGNING_KEYS.c.kid)
)
_WITHDRAW = update(SIGNING_KEYS).where(SIGNING_KEYS.c.kid == bindparam("key"), _STANDS)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key for one algorithm. The private half is sealed at rest; ``withdrawn`` keys verify nothing any more."""

    kid: str
    private_pem: bytes = field(repr=False)
    public_pem: str
    created: Instant
    signs_from: Instant  # published before it signs, so that gateways know it in time
    signs_until: Instant
    verifies_until: Instant
    withdrawn: Instant | None = None
    algorithm: str = USUAL


class SigningKeys:
    """Keys by id and by what they may do now."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def add(self, key: SigningKey) -> None:
        sealed = self._sealing.seal(_COLUMN, key.kid, key.private_pem)
        await self._transaction.add(SIGNING_KEYS, {**values_of(key), "private_pem": sealed})

    async def live(self, now: Instant, *, algorithm: str = USUAL) -> Sequence[SigningKey]:
        """The ones of this algorithm that may verify now; newest first."""
        return [self._open(row) for row in await self._live(now, algorithm)]

    async def verification_keys(self, now: Instant) -> tuple[VerificationKey, ...]:
        """The public halves of ``live``, of the usual algorithm."""
        return tuple(VerificationKey(kid=row["kid"], pem=row["public_pem"]) for row in await self._live(now, USUAL))

    async def withdraw(self, kid: str, at: Instant) -> bool:
        """True for the one caller that withdrew it."""
        return await self._transaction.changed(_WITHDRAW, {"key": kid, "withdrawn": at}) == 1

    async def _live(self, now: Instant, algorithm: str) -> list[Row]:
        return await self._transaction.rows(_LIVE, {"now": now, "kind": algorithm})

    def _open(self, row: Row) -> SigningKey:
        return SigningKey(**{**row, "private_pem": self._sealing.open(_COLUMN, row["kid"], row["private_pem"])})
