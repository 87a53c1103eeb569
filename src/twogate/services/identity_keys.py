"""RSA keys for the ID tokens of clients that registered PS256 or RS256: made on demand, published, replaced.

Decides that each key is for one algorithm, and that nothing but ID tokens and logout tokens is signed with one:
gateways never hear of them. Everybody else's are signed with the keys of ``signing_keys``.
"""

import asyncio
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa as pair
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from joserfc.jwk import RSAKey

from twogate.rules.protocols.jose import rsa
from twogate.services.signing_keys import OVERLAP, PERIOD
from twogate.store.unit import SigningKey, Store, Unit
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock

BITS = 2_048
_FRESH = 5  # seconds for which the keys read last are good without asking


@dataclass(slots=True)
class _Read:
    at: Instant
    keys: dict[str, rsa.VerifyingKey]


@dataclass(slots=True)
class IdentityKeys:
    """The RSA keys of an installation, shared by its control processes."""

    store: Store
    clock: Clock
    _read: _Read | None = None
    _opened: dict[str, rsa.SigningRsa] = field(default_factory=dict)

    async def signer(self, unit: Unit, algorithm: str) -> rsa.SigningRsa:
        """Return the key that signs now; makes it in this unit where there is none."""
        now = self.clock.now()
        key = await self._signing(unit, algorithm, now)
        if key is None:
            await unit.alone("signing_keys")
            key = await self._signing(unit, algorithm, now) or await self._make(unit, algorithm, now)
        if key.kid not in self._opened:
            private = load_pem_private_key(key.private_pem, None)
            if not isinstance(private, pair.RSAPrivateKey):
                raise TypeError("a key of another kind")
            self._opened[key.kid] = rsa.SigningRsa(key.kid, algorithm, private)
        return self._opened[key.kid]

    async def verification(self) -> dict[str, rsa.VerifyingKey]:
        """Every key that verifies now, by id."""
        now = self.clock.now()
        if self._read is None or not 0 <= now.since(self._read.at) < _FRESH:
            async with self.store.read() as unit:
                live = [key for one in rsa.ALGORITHMS for key in await unit.keys.live(now, algorithm=one)]
            self._read = _Read(now, {key.kid: _public(key) for key in live})
        return self._read.keys

    async def _signing(self, unit: Unit, algorithm: str, now: Instant) -> SigningKey | None:
        live = await unit.keys.live(now, algorithm=algorithm)
        return next((key for key in live if key.signs_from <= now < key.signs_until), None)

    async def _make(self, unit: Unit, algorithm: str, now: Instant) -> SigningKey:
        private = await asyncio.to_thread(pair.generate_private_key, 65_537, BITS)
        public_pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
        made = SigningKey(
            kid=RSAKey.import_key(public_pem).thumbprint(),
            private_pem=private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            public_pem=public_pem,
            created=now,
            signs_from=now,
            signs_until=now.plus(PERIOD),
            verifies_until=now.plus(PERIOD + OVERLAP),
            algorithm=algorithm,
        )
        await unit.keys.add(made)
        await unit.audit.append(Event.SYSTEM_KEY_ROTATED, at=now, actor="system", subject=made.kid)
        self._read = None
        return made


def _public(key: SigningKey) -> rsa.VerifyingKey:
    public = load_pem_public_key(key.public_pem.encode())
    if not isinstance(public, pair.RSAPublicKey):
        raise TypeError("a key of another kind")
    return rsa.VerifyingKey(key.kid, key.algorithm, public)
