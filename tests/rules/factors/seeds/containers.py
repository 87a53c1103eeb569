"""PSKC containers for tests: the facts of RFC 6030's figures, and ones of any kind, encrypted by code of their own."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SECRET = b"12345678901234567890"  # what every figure carries
PRE_SHARED = bytes.fromhex("12345678901234567890123456789012")  # figure 6
PASSPHRASE = b"qwerty"  # figure 7
_HOTP = "urn:ietf:params:xml:ns:keyprov:pskc:hotp"
_NAMESPACES = (
    'xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"'
    ' xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    ' xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"'
)
_CBC = "http://www.w3.org/2001/04/xmlenc#aes{}-cbc"
HMAC_SHA1 = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"
PLAIN = base64.b64encode(SECRET).decode()


def container(*packages: str, head: str = "", version: str = "1.0") -> bytes:
    """A whole file."""
    opening = f'<?xml version="1.0"?><KeyContainer Version="{version}" {_NAMESPACES}>'
    return f"{opening}{head}{''.join(packages)}</KeyContainer>".encode()


def package(
    secret: str = f"<PlainValue>{PLAIN}</PlainValue>",
    *,
    serial: str = "987654321",
    kind: str = _HOTP,
    length: str = "8",
    extra: str = "",
    data: str = "<Counter><PlainValue>0</PlainValue></Counter>",
    suite: str = "",
    response: str = 'Encoding="DECIMAL"',
) -> str:
    """One key; ``extra`` goes behind its data (a policy)."""
    said = f"<Suite>{suite}</Suite>" if suite else ""
    return (
        f"<KeyPackage><DeviceInfo><Manufacturer>Acme</Manufacturer><SerialNo>{serial}</SerialNo></DeviceInfo>"
        f'<Key Id="12345678" Algorithm="{kind}"><Issuer>Issuer</Issuer><AlgorithmParameters>{said}'
        f'<ResponseFormat Length="{length}" {response}/></AlgorithmParameters>'
        f"<Data><Secret>{secret}</Secret>{data}</Data>{extra}</Key></KeyPackage>"
    )


def sealed(value: str, mac: str, *, bits: int = 128) -> str:
    """An encrypted value and its MAC."""
    return f"<EncryptedValue>{_cipher(value, bits)}</EncryptedValue><ValueMAC>{mac}</ValueMAC>"


def mac_method(value: str, *, algorithm: str = HMAC_SHA1, bits: int = 128) -> str:
    return f'<MACMethod Algorithm="{algorithm}"><MACKey>{_cipher(value, bits)}</MACKey></MACMethod>'


NAMED_KEY = "<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>"


def derived_key(*, salt: str = "Ej7/PEpyEpw=", rounds: str = "1000", length: str = "16", prf: str = "<PRF/>") -> str:
    """PBKDF2 as figure 7 writes it."""
    return (
        '<EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm="'
        'http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2"><pkcs5:PBKDF2-params>'
        f"<Salt><Specified>{salt}</Specified></Salt><IterationCount>{rounds}</IterationCount>"
        f"<KeyLength>{length}</KeyLength>{prf}</pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod>"
        "<xenc11:MasterKeyName>My Password 1</xenc11:MasterKeyName></xenc11:DerivedKey></EncryptionKey>"
    )


def figure_6() -> bytes:
    """AES-128-CBC under a pre-shared key, with a MAC under a MAC key of its own."""
    secret = sealed("AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv", "Su+NvtQfmvfJzF6bmQiJqoLRExc=")
    mac = mac_method("ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX")
    return container(package(secret), head=NAMED_KEY + mac)


def figure_7() -> bytes:
    """The same under a key derived from a pass phrase."""
    secret = sealed("oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f", "LP6xMvjtypbfT9PdkJhBZ+D6O4w=")
    mac = mac_method("2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx")
    return container(package(secret, data=""), head=derived_key() + mac)


@dataclass(frozen=True)
class Vendor:
    """Encrypts as a vendor does. ``mac_key`` empty: the encryption key serves for both."""

    key: bytes
    mac_key: bytes = b"a key for MACs, no other use"
    mac: str = HMAC_SHA1
    function: str = "sha1"
    iv: bytes = field(default=bytes(range(16)))

    @property
    def head(self) -> str:
        if not self.mac_key:
            return NAMED_KEY + f'<MACMethod Algorithm="{self.mac}"/>'
        wrapped = base64.b64encode(self._encrypt(self.mac_key)).decode()
        return NAMED_KEY + mac_method(wrapped, algorithm=self.mac, bits=8 * len(self.key))

    def value(self, plain: bytes) -> str:
        value = self._encrypt(plain)
        mac = hmac.new(self.mac_key or self.key, value, getattr(hashlib, self.function)).digest()
        return sealed(base64.b64encode(value).decode(), base64.b64encode(mac).decode(), bits=8 * len(self.key))

    def _encrypt(self, plain: bytes) -> bytes:
        size = 16 - len(plain) % 16
        padded = plain + b"\x00" * (size - 1) + bytes([size])  # XML Encryption: only the last octet says anything
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(self.iv)).encryptor()
        return self.iv + encryptor.update(padded) + encryptor.finalize()


def _cipher(value: str, bits: int) -> str:
    return (
        f'<xenc:EncryptionMethod Algorithm="{_CBC.format(bits)}"/>'
        f"<xenc:CipherData><xenc:CipherValue>\n  {value}\n</xenc:CipherValue></xenc:CipherData>"
    )
