"""A browser's half of Web Push, written from the steps of RFC 8291 section 4 and RFC 8188 section 2.

It goes other ways than the sender on purpose: the library's HKDF in two steps instead of HMAC by hand, several
records, padding taken off before the delimiter is looked at, keys from numbers instead of points.
"""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

_CURVE = ec.SECP256R1()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True)
class Receiver:
    """A browser with one subscription."""

    private: ec.EllipticCurvePrivateKey
    auth: bytes

    @classmethod
    def of(cls, private: str, auth: str) -> "Receiver":
        return cls(ec.derive_private_key(int.from_bytes(unb64(private), "big"), _CURVE), unb64(auth))

    @property
    def point(self) -> bytes:
        numbers = self.private.public_key().public_numbers()
        return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")

    def keys(self) -> dict[str, str]:
        """As ``PushSubscription.toJSON().keys``."""
        return {"p256dh": b64(self.point), "auth": b64(self.auth)}

    def read(self, body: bytes) -> bytes:
        """Decrypt a message of the aes128gcm coding."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, records = body[21 : 21 + length], body[21 + length :]
        x, y = (int.from_bytes(part, "big") for part in (sender[1:33], sender[33:65]))
        assert sender[0] == 4
        public = ec.EllipticCurvePublicNumbers(x, y, _CURVE).public_key()
        shared = self.private.exchange(ec.ECDH(), public)
        info = b"WebPush: info" + bytes(1) + self.point + sender
        keying = HKDF(algorithm=SHA256(), length=32, salt=self.auth, info=info).derive(shared)
        extracted = HKDF.extract(SHA256(), salt, keying)
        key = HKDFExpand(SHA256(), 16, b"Content-Encoding: aes128gcm\x00").derive(extracted)
        base = HKDFExpand(SHA256(), 12, b"Content-Encoding: nonce\x00").derive(extracted)
        plain = bytearray()
        pieces = [records[at : at + size] for at in range(0, len(records), size)]
        for number, record in enumerate(pieces):
            nonce = bytes(a ^ b for a, b in zip(base, number.to_bytes(12, "big"), strict=True))
            padded = _open(key, nonce, record).rstrip(b"\x00")
            assert padded[-1:] == (b"\x02" if number == len(pieces) - 1 else b"\x01")
            plain += padded[:-1]
        return bytes(plain)


def _open(key: bytes, nonce: bytes, record: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.GCM(nonce, record[-16:])).decryptor()
    return cipher.update(record[:-16]) + cipher.finalize()
