"""The key by which push services know this installation (RFC 8292): made once, kept sealed, the same in every process.

Decides that it is never replaced: browsers are subscribed with it.
"""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey

from twogate.store.unit import Store
from twogate.terms.ports import Clock, Entropy
from twogate.terms.secret import Secret

_NAME = "vapid"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


class PushKey:
    """Loads the key when it is first asked for."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._key: ECKey | None = None

    async def key(self) -> ECKey:
        """The key in force."""
        if self._key is None:
            self._key = ECKey.import_key((await self._found() or await self._made()).text())
        return self._key

    async def _found(self) -> Secret | None:
        async with self._store.read() as unit:
            return await unit.push_keys.get(_NAME)

    async def _made(self) -> Secret:
        number = int.from_bytes(self._entropy.bytes(40), "big") % (_ORDER - 1) + 1
        private = ec.derive_private_key(number, ec.SECP256R1())
        pem = Secret(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        async with self._store.work() as unit:
            if await unit.push_keys.keep(_NAME, pem, self._clock.now()):
                return pem
        return await self._found() or pem  # another process was faster
