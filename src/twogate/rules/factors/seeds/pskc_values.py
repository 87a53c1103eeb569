"""The values in a PSKC container, plain or encrypted (RFC 6030 sections 6 and 6.2).

Decides which key opens a container (a pre-shared one, or PBKDF2 of a pass phrase), and that what is encrypted by
AES-CBC is opened only after its MAC was found right. Elements are found by their local name.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element  # a type; ``guarded_xml`` parses

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_XMLENC = "http://www.w3.org/2001/04/xmlenc#"
_CIPHERS = {f"{_XMLENC}aes128-cbc": 16, f"{_XMLENC}aes192-cbc": 24, f"{_XMLENC}aes256-cbc": 32}
_MACS = {
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384": "sha384",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512": "sha512",
}
_PRFS = {"": "sha1", "hmac-sha1": "sha1", "hmac-sha256": "sha256", "hmac-sha512": "sha512"}
_KEY_LENGTHS = (16, 24, 32)
_BLOCK = 16
_MOST_ITERATIONS = 5_000_000


class Unreadable(Exception):  # noqa: N818  # why one key cannot be read; the parser turns it into a line
    """A value is missing, of an unknown kind, or not what its MAC says."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the operator got beside the file."""

    key: Secret | None = None
    passphrase: Secret | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """Reads values of one container. Without a key only plain ones."""

    key: bytes | None = field(default=None, repr=False)
    mac: str = ""
    mac_key: bytes = field(default=b"", repr=False)

    def octets(self, element: Element) -> bytes:
        """A secret."""
        plain = child(element, "PlainValue")
        return from_base64(plain) if plain is not None else self._opened(element)

    def number(self, element: Element) -> int:
        """A counter, a time: decimal where it is plain, big-endian where it is encrypted."""
        plain = child(element, "PlainValue")
        if plain is None:
            return int.from_bytes(self._opened(element), "big")
        return decimal(plain.text or "")

    def _opened(self, element: Element) -> bytes:
        sealed, told = child(element, "EncryptedValue"), child(element, "ValueMAC")
        if sealed is None:
            raise Unreadable("a value is missing")
        if self.key is None:
            raise Unreadable("it is encrypted, and the container names no key")
        if told is None or not self.mac:
            raise Unreadable("it is encrypted without a MAC, so nothing shows that it is genuine")
        value = _cipher_value(sealed)
        if not hmac.compare_digest(hmac.digest(self.mac_key, value, self.mac), from_base64(told)):
            raise Unreadable("its MAC is wrong: another key or pass phrase, or it was altered")
        return _decrypted(sealed, value, self.key)


def values_of(container: Element, opening: Opening) -> Passed[Values] | Refused:
    """Find the key that opens this container."""
    named = child(container, "EncryptionKey")
    if named is None:
        return Passed(Values())
    try:
        return Passed(_keyed(container, _key(named, opening)))
    except Unreadable as error:
        return Refused(Reason.INPUT_MALFORMED, f"the container cannot be opened: {error}")


def child(element: Element, *path: str) -> Element | None:
    """The first element down a path of local names."""
    found: Element | None = element
    for name in path:
        found = next((one for one in found if local(one) == name), None) if found is not None else None
    return found


def children(element: Element, name: str) -> Iterator[Element]:
    """Every child of this local name."""
    return (one for one in element if local(one) == name)


def local(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def from_base64(element: Element | None) -> bytes:
    """The octets in an element."""
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True) if element is not None else b""
    except ValueError:
        raise Unreadable("a value is not base 64") from None


def decimal(text: str) -> int:
    """A decimal number."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 19:  # noqa: PLR2004  # 2^63 has 19 digits
        raise Unreadable("a number is not one")
    return int(digits)


def _keyed(container: Element, key: bytes) -> Values:
    method = child(container, "MACMethod")
    if method is None:
        return Values(key)
    algorithm = _MACS.get(method.get("Algorithm", ""))
    if algorithm is None:
        raise Unreadable("its MAC algorithm is not known here")
    sealed = child(method, "MACKey")
    return Values(key, algorithm, key if sealed is None else _decrypted(sealed, _cipher_value(sealed), key))


def _key(named: Element, opening: Opening) -> bytes:
    derived = next((one for one in named.iter() if local(one) == "PBKDF2-params"), None)
    if derived is not None:
        if opening.passphrase is None:
            raise Unreadable("it wants a pass phrase")
        return _derived(derived, opening.passphrase)
    if child(named, "KeyName") is None:
        raise Unreadable("it is neither under a pre-shared key nor under a pass phrase")
    if opening.key is None:
        raise Unreadable("it wants the pre-shared key")
    if len(opening.key) not in _KEY_LENGTHS:
        raise Unreadable("a pre-shared key has 16, 24 or 32 bytes")
    return opening.key.reveal()


def _derived(parameters: Element, passphrase: Secret) -> bytes:
    """PBKDF2 (RFC 8018 section 5.2)."""
    salt = from_base64(child(parameters, "Salt", "Specified"))
    rounds = decimal(_text(parameters, "IterationCount"))
    length = decimal(_text(parameters, "KeyLength"))
    prf = child(parameters, "PRF")
    function = (prf.get("Algorithm", "") if prf is not None else "").rpartition("#")[2].lower()
    if not salt or length not in _KEY_LENGTHS or not 1 <= rounds <= _MOST_ITERATIONS or function not in _PRFS:
        raise Unreadable("its key derivation is not one that is known here")
    return hashlib.pbkdf2_hmac(_PRFS[function], passphrase.reveal(), salt, rounds, length)


def _text(element: Element, name: str) -> str:
    found = child(element, name)
    return (found.text or "") if found is not None else ""


def _cipher_value(sealed: Element) -> bytes:
    return from_base64(child(sealed, "CipherData", "CipherValue"))


def _decrypted(sealed: Element, value: bytes, key: bytes) -> bytes:
    """AES-CBC as XML Encryption has it: the initialisation vector first, the length of the padding last."""
    method = child(sealed, "EncryptionMethod")
    size = _CIPHERS.get(method.get("Algorithm", "") if method is not None else "")
    if size is None:
        raise Unreadable("its encryption is not AES-CBC")
    if len(key) != size:
        raise Unreadable(f"it wants a key of {8 * size} bits")
    if len(value) < 2 * _BLOCK or len(value) % _BLOCK:
        raise Unreadable("an encrypted value is cut short")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(value[:_BLOCK])).decryptor()
    plain = decryptor.update(value[_BLOCK:]) + decryptor.finalize()
    if not 1 <= plain[-1] <= _BLOCK:
        raise Unreadable("another key or pass phrase")
    return plain[: -plain[-1]]
