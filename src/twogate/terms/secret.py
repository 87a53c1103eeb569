"""A value that must not be seen: it hides itself from ``repr``, logs and tracebacks.

Decides how a secret is carried and compared. Where it is stored, and sealed how, is ``store.sealing``.
"""

import base64
import hashlib
import hmac

from twogate.terms.ports import Entropy


class Secret:
    """Bytes that print as ``Secret(***)`` and compare in constant time."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes | str) -> None:
        self._value = value.encode() if isinstance(value, str) else bytes(value)

    def reveal(self) -> bytes:
        return self._value

    def text(self) -> str:
        return self._value.decode()

    def matches(self, other: "Secret") -> bool:
        return hmac.compare_digest(self._value, other.reveal())

    def sha256(self) -> str:
        """Lower-case hexadecimal SHA-256: how bearer secrets of full entropy are stored and looked up."""
        return hashlib.sha256(self._value).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other)

    def __hash__(self) -> int:
        return hash(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Secret is not pickled")


def new_secret(prefix: str, entropy: Entropy, *, size: int = 32) -> Secret:
    """Return ``prefix`` and ``size`` random bytes in base64url without padding (43 characters for 256 bits)."""
    return Secret(prefix + base64.urlsafe_b64encode(entropy.bytes(size)).decode("ascii").rstrip("="))
