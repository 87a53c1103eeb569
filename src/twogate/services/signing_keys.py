"""The keys that sign tokens: made, published, rotated with overlap, withdrawn (NIST SP 800-57 part 1, section 5.3).

Decides when a key signs and when it verifies. A key is published before it signs, so that every gateway knows it in
time, and verifies longer than it signs, so that every token outlives its key. Who publishes them is ``web``.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey

from twogate.store.unit import SigningKey, Store, StoreUnavailable, Unit
from twogate.terms.changes import ChangeKind, VerificationKey
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy

PERIOD = 30 * 86_400  # seconds a key signs
AHEAD = 600  # seconds it is published before it signs
OVERLAP = 86_400  # seconds it verifies after it has signed
_FRESH = 2  # seconds for which the keys read last are good without asking
_STALE = 10  # seconds for which they are good while they are read anew
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186, 3.2.1.3)
_CURVE_BYTES = 40  # 64 bits more than the order has, so that the remainder is even (FIPS 186-5, A.2.1)


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now."""

    kid: str
    key: ECKey


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read last."""

    at: Instant
    signer: Signer
    verification: tuple[VerificationKey, ...]


class KeyRing:
    """The token-signing keys of an installation, shared by its control processes."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._read: _Read | None = None
        self._turn = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def signer(self) -> Signer:
        """Return the key that signs now; makes the first key, and the next one in time."""
        return (await self._current()).signer

    async def verification(self) -> tuple[VerificationKey, ...]:
        """Every key that verifies now, also the ones that will sign next; newest first."""
        return (await self._current()).verification

    async def rotate(self, *, actor: str = "system") -> str:
        """Publish a new key that takes over as soon as gateways know it; return its id."""
        now = self._clock.now()
        async with self._store.work() as unit:
            await unit.alone("signing_keys")
            signing = _signing(await unit.keys.live(now), now)
            made = self._make(now, signs_from=now.plus(AHEAD) if signing else now)
            await _publish(unit, made, now=now, actor=actor)
        self._read = None
        return made.kid

    async def withdraw(self, kid: str, *, actor: str = "system") -> int | None:
        """Trust nothing this key has signed any more; return the change's number, None when there is no such key.

        When no other key can sign now, a new one is made that does so at once.
        """
        now = self._clock.now()
        async with self._store.work() as unit:
            await unit.alone("signing_keys")
            if not await unit.keys.withdraw(kid, now):
                return None
            await unit.audit.append(Event.SYSTEM_KEY_WITHDRAWN, at=now, actor=actor, subject=kid)
            if _signing(await unit.keys.live(now), now) is None:
                number = await _publish(unit, self._make(now, signs_from=now), now=now, actor=actor)
            else:
                number = await unit.feed.append(ChangeKind.KEYS_CHANGED, kid, at=now)
        self._read = None
        return number

    async def _current(self) -> _Read:
        read = self._read
        age = self._clock.now().since(read.at) if read else _STALE
        if read is None or not 0 <= age < _STALE:
            async with self._turn:
                if self._read is read:
                    await self._refresh()
                return self._read or await self._refresh()
        # Whoever asks from inside a unit of work must not open another one: let a task do it meanwhile.
        if age >= _FRESH and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._refresh_quietly())
        return read

    async def _refresh_quietly(self) -> None:
        try:
            await self._refresh()
        except StoreUnavailable:
            return  # the next caller asks again, and is told once the keys are stale

    async def _refresh(self) -> _Read:
        now = self._clock.now()
        async with self._store.read() as unit:
            live = await unit.keys.live(now)
        if _signing(live, now) is None or _lacks_successor(live, now):
            live = await self._renew(now)
        signing = _signing(live, now)
        if signing is None:  # withdrawn by somebody between the two units
            raise StoreUnavailable("no key signs at this moment")
        if self._read is not None and self._read.signer.kid == signing.kid:
            signer = self._read.signer
        else:
            signer = Signer(signing.kid, ECKey.import_key(signing.private_pem))
        verification = tuple(VerificationKey(kid=key.kid, pem=key.public_pem) for key in live)
        self._read = _Read(now, signer, verification)
        return self._read

    async def _renew(self, now: Instant) -> Sequence[SigningKey]:
        """Make the key that is missing, unless another process just did."""
        async with self._store.work() as unit:
            await unit.alone("signing_keys")
            live = await unit.keys.live(now)
            signing = _signing(live, now)
            if signing is None:
                await _publish(unit, self._make(now, signs_from=now), now=now, actor="system")
            elif _lacks_successor(live, now):
                await _publish(unit, self._make(now, signs_from=signing.signs_until), now=now, actor="system")
            return await unit.keys.live(now)

    def _make(self, now: Instant, *, signs_from: Instant) -> SigningKey:
        private_pem, public_pem, kid = new_key(self._entropy)
        return SigningKey(
            kid=kid,
            private_pem=private_pem,
            public_pem=public_pem,
            created=now,
            signs_from=signs_from,
            signs_until=signs_from.plus(PERIOD),
            verifies_until=signs_from.plus(PERIOD + OVERLAP),
        )


def new_key(entropy: Entropy) -> tuple[bytes, str, str]:
    """Return a P-256 key pair as PKCS #8 and SubjectPublicKeyInfo in PEM, and its RFC 7638 thumbprint."""
    number = int.from_bytes(entropy.bytes(_CURVE_BYTES)) % (_ORDER - 1) + 1
    private = ec.derive_private_key(number, ec.SECP256R1())
    private_pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    return private_pem, public_pem, ECKey.import_key(public_pem).thumbprint()


async def _publish(unit: Unit, key: SigningKey, *, now: Instant, actor: str) -> int:
    await unit.keys.add(key)
    await unit.audit.append(Event.SYSTEM_KEY_ROTATED, at=now, actor=actor, subject=key.kid)
    return await unit.feed.append(ChangeKind.KEYS_CHANGED, key.kid, at=now)


def _signing(live: Sequence[SigningKey], now: Instant) -> SigningKey | None:
    """The newest key whose time to sign it is."""
    return next((key for key in live if key.signs_from <= now < key.signs_until), None)


def _lacks_successor(live: Sequence[SigningKey], now: Instant) -> bool:
    return all(key.signs_until <= now.plus(AHEAD) for key in live)
