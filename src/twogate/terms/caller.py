"""Who is at the door before anybody has proved anything: an address, a program, perhaps a known device."""

from dataclasses import dataclass

from twogate.terms.ids import DeviceId


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate that the connection showed and that the gateway found good."""

    thumbprint: str  # base64url of the SHA-256 of its DER (RFC 8705 section 3.1)
    issuer: str  # names as RFC 2253 spells them
    subject: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Facts about a request that the gateway vouches for; none of them grants anything."""

    address: str  # IPv4 or IPv6 text, as the gateway saw it
    user_agent: str
    request_id: str
    device: DeviceId | None = None  # proved by the device cookie; gives the owner a budget of their own
    position: str = ""  # where the device says it is: a claim that can only keep it out
    certificate: ClientCertificate | None = None  # tokens are bound to it; it may be a factor
