"""Who is at the door before anybody has proved anything: an address, a program, perhaps a known device."""

import ipaddress
import json
import re
from dataclasses import asdict, dataclass

from twogate.terms.ids import DeviceId
from twogate.terms.language import Language
from twogate.terms.secret import Secret

_LONGEST_NAME = 64
_ESCAPE = re.compile(rb"\\(?:([0-9A-Fa-f]{2})|(.))")
_COMMON_NAME = re.compile(r"(?:^|,)CN=((?:\\.|[^,\\])*)")


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate that the connection showed and that the gateway found good."""

    thumbprint: str  # base64url of the SHA-256 of its DER (RFC 8705 section 3.1)
    issuer: str  # names as RFC 2253 spells them
    subject: str

    @property
    def common_name(self) -> str:
        """What its owner may know it by; empty where the subject has none."""
        found = _COMMON_NAME.search(self.subject)
        return _unescaped(found[1]) if found else ""

    def handed(self) -> Secret:
        """Write it as a proof, for a factor to read."""
        return Secret(json.dumps(asdict(self)))

    @classmethod
    def read(cls, given: Secret) -> "ClientCertificate | None":
        """Read what ``handed`` wrote; None for anything else."""
        try:
            found = json.loads(given.reveal())
            return cls(str(found["thumbprint"]), str(found["issuer"]), str(found["subject"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return None


def _unescaped(value: str) -> str:
    """Undo the escapes of RFC 2253 section 2.4; what cannot be printed is left out."""
    octets = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]) if found[1] else found[2], value.encode())
    return "".join(letter for letter in octets.decode("utf-8", "replace") if letter.isprintable())[:_LONGEST_NAME]


@dataclass(frozen=True, slots=True)
class Caller:
    """Facts about a request that the gateway vouches for; none of them grants anything."""

    address: str  # IPv4 or IPv6 text, as the gateway saw it
    user_agent: str
    request_id: str
    device: DeviceId | None = None  # proved by the device cookie; gives the owner a budget of their own
    position: str = ""  # where the device says it is: a claim that can only keep it out
    certificate: ClientCertificate | None = None  # tokens are bound to it; it may be a factor
    self_signed: str = ""  # thumbprint of a certificate that nobody else has signed; a client may have registered it
    key: str = ""  # JWK thumbprint of the key whose DPoP proof came with the request, and was used up
    language: Language | None = None  # what they wish to read; None = they said nothing that is spoken here

    @property
    def neighbourhood(self) -> str:
        """What shares a budget of wrong tries: the address, of IPv6 the /64 that its holder can choose from."""
        try:
            found = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(found, ipaddress.IPv4Address):
            return str(found)
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
