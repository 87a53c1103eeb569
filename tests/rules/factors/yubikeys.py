"""A YubiKey in software: it is plugged in, it is touched, it types."""

import base64
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from twogate.terms.secret import Secret

_MODHEX = bytes.maketrans(b"0123456789abcdef", b"cbdefghijklnrtuv")


@dataclass
class YubiKey:
    """Public id, private id and key; counters that only it moves."""

    public: str = "vvgrhubjtbgi"
    private: bytes = bytes.fromhex("3cc43cf5b3ff")
    key: bytes = field(default=bytes.fromhex("9a63afb27ae32dd7b9a1d6f3c4fc7ed1"), repr=False)
    counter: int = 1
    use: int = -1
    caps_lock: bool = False

    def plug(self) -> None:
        self.counter, self.use = self.counter + 1, -1

    def touch(self) -> Secret:
        """The next one-time password."""
        self.use += 1
        return self.typed(self.counter, self.use)

    def typed(self, counter: int, use: int, *, private: bytes | None = None, damage: int = 0) -> Secret:
        """The one-time password of these counters; ``damage`` spoils the checksum."""
        stated = (counter | (0x8000 if self.caps_lock else 0)).to_bytes(2, "little")
        body = (private or self.private) + stated + b"\x39\x30\x00" + bytes([use]) + b"\xc8\x9f"
        checksum = (0xFFFF - _crc(body)) ^ damage
        encryptor = Cipher(algorithms.AES(self.key), modes.ECB()).encryptor()  # noqa: S305  # one block
        sealed = encryptor.update(body + checksum.to_bytes(2, "little")) + encryptor.finalize()
        return Secret(self.public.encode() + sealed.hex().encode().translate(_MODHEX))


def signed(parameters: dict[str, str], key: bytes) -> bytes:
    """A validation server's answer, as it writes one."""
    line = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    signature = base64.b64encode(hmac.new(key, line.encode(), "sha1").digest()).decode()
    return "".join(f"{name}={value}\r\n" for name, value in {"h": signature, **parameters}.items()).encode()


def _crc(data: bytes) -> int:
    """CRC-16 by the table of its polynomial, computed bit by bit from the other end."""
    crc = 0xFFFF
    for bit in (byte >> at & 1 for byte in data for at in range(8)):
        crc = (crc >> 1) ^ (0x8408 if (crc & 1) ^ bit else 0)
    return crc
