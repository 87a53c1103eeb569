"""A message for one browser, as the push service carries it without reading it (RFC 8291 on RFC 8188).

Decides the bytes of the ``aes128gcm`` content coding with a single record. The sender's key and the salt are made for
one message from ``Entropy`` and forgotten.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from twogate.rules.protocols.webpush.subscription import Subscription
from twogate.terms.ports import Entropy

CODING = "aes128gcm"
LONGEST = 3993  # octets of plaintext that every push service takes (RFC 8291 section 4)
_RECORD = 4096
_SALT = 16
_KEY, _NONCE = 16, 12
_LAST_RECORD = b"\x02"  # RFC 8188 section 2
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def encrypt(plain: bytes, to: Subscription, entropy: Entropy) -> bytes:
    """Return the body of the request to the push service.

    Raises:
        ValueError: the message is too long.
    """
    secret = int.from_bytes(entropy.bytes(40), "big") % (_ORDER - 1) + 1  # 64 bits more than the order: no bias
    sender = ec.derive_private_key(secret, ec.SECP256R1())
    return encrypt_with(plain, to, sender=sender, salt=entropy.bytes(_SALT))


def encrypt_with(plain: bytes, to: Subscription, *, sender: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Likewise with a given key and salt, which must not be used twice."""
    if len(plain) > LONGEST:
        raise ValueError("a push message has at most 3993 octets")
    own = _point(sender.public_key())
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.p256dh)
    shared = sender.exchange(ec.ECDH(), receiver)
    # RFC 8291 section 3.4: the authentication secret mixed in
    keying = _hkdf(to.auth, shared, b"WebPush: info\x00" + to.p256dh + own, size=32)
    # RFC 8188 sections 2.2 and 2.3
    key = _hkdf(salt, keying, b"Content-Encoding: aes128gcm\x00", size=_KEY)
    nonce = _hkdf(salt, keying, b"Content-Encoding: nonce\x00", size=_NONCE)  # of record 0
    header = salt + _RECORD.to_bytes(4, "big") + len(own).to_bytes(1, "big") + own  # section 2.1
    return header + AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)


def _hkdf(salt: bytes, secret: bytes, info: bytes, *, size: int) -> bytes:
    """HKDF-SHA-256 of at most one block (RFC 5869)."""
    extracted = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)[:size]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
