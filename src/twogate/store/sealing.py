"""Secrets at rest: AES-256-GCM under the master key (NIST SP 800-38D), one derived key for each column.

Decides the sealed form: one byte that names the master key, a nonce of 12 bytes, ciphertext and tag. The row's place
(table, column, id) is authenticated with it, so a sealed value cannot be moved to another row. Where the master key
comes from is ``outside.master_key``.
"""

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from twogate.store.errors import StoreBroken
from twogate.terms.ports import Entropy

KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_VERSION = 1


class Sealing:
    """Seals and opens the columns of one database."""

    def __init__(self, master_key: bytes, entropy: Entropy | None = None) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError("the master key has 32 bytes")
        self._master_key = master_key
        self._entropy = entropy
        self._derived: dict[str, tuple[AESGCM, bytes]] = {}
        self._digest_keys: dict[str, bytes] = {}

    def seal(self, column: str, row: str, plain: bytes) -> bytes:
        """Seal ``plain`` for one row of ``column`` ("table.column")."""
        cipher, nonce_key = self._keys(column)
        place = _place(column, row)
        # The nonce hashes fresh entropy together with the message: two different messages get two nonces even from
        # a generator that repeats itself, which alone would undo GCM.
        lengths = len(place).to_bytes(8) + len(plain).to_bytes(8)
        nonce = hmac.digest(nonce_key, lengths + place + plain + self.fresh(), "sha256")[:_NONCE_BYTES]
        return bytes([_KEY_VERSION]) + nonce + cipher.encrypt(nonce, plain, place)

    def open(self, column: str, row: str, sealed: bytes) -> bytes:
        """Return what was sealed for this row.

        Raises:
            StoreBroken: it was sealed under another key or for another row, or was altered.
        """
        if sealed[:1] != bytes([_KEY_VERSION]):
            raise StoreBroken(f"{column}: sealed under a master key that is not known here")
        cipher, _ = self._keys(column)
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, _place(column, row))
        except (InvalidTag, ValueError) as error:
            raise StoreBroken(f"{column} of {row}: another master key, another row, or altered") from error

    def digest(self, column: str, plain: bytes, size: int = KEY_BYTES) -> bytes:
        """Return a digest that only the master key's owner can compute: to find equal values that must not lie open."""
        if column not in self._digest_keys:
            derived = HKDF(SHA256(), KEY_BYTES, None, b"twogate digest " + column.encode()).derive(self._master_key)
            self._digest_keys[column] = derived
        return hmac.digest(self._digest_keys[column], plain, "sha256")[:size]

    def fresh(self) -> bytes:
        """Bytes that were never there before; none where this database was opened without a generator."""
        return self._entropy.bytes(KEY_BYTES) if self._entropy else b""

    def _keys(self, column: str) -> tuple[AESGCM, bytes]:
        if column not in self._derived:
            derived = HKDF(SHA256(), 2 * KEY_BYTES, None, b"twogate sealing " + column.encode()).derive(
                self._master_key
            )
            self._derived[column] = (AESGCM(derived[:KEY_BYTES]), derived[KEY_BYTES:])
        return self._derived[column]


def _place(column: str, row: str) -> bytes:
    return f"{_KEY_VERSION}/{column}/{row}".encode()
