"""What a gateway knows of a request and its caller when it decides: frozen facts, nothing to look up.

Decides the vocabulary of ``evaluate``. Whoever reads them from a socket or a log line fills them in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from twogate.terms.access import AccessFacts
from twogate.terms.reasons import Reason

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client certificate as the TLS listener found it, with proof of its key."""

    thumbprint: str  # base64url of the SHA-256 of its DER (RFC 8705 section 3.1)
    fault: Reason | None = None  # why it does not count: revoked, expired or untrusted
    self_signed: bool = False  # nobody vouches for its names; a token may still be bound to it (RFC 8705 section 2.2)


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A token that came with the scheme ``DPoP``, and what the proof beside it proves (RFC 9449)."""

    key: str  # JWK thumbprint (RFC 7638) of the key that signed it
    fault: Reason | None = None  # why it does not count


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One request as it came in, before anything was normalised."""

    method: str
    target: str  # the request target of the request line, byte for byte
    host: str
    address: Address
    bearers: int = 0  # tokens in Authorization headers, bearer or DPoP; a comma makes two of one
    authorizations: int = 0  # Authorization headers of any scheme
    cookies: int = 0  # how many times our access cookie is there
    cookie_headers: int = 0  # HTTP/1.1 allows one (RFC 6265 section 5.4)
    origin: str = ""
    accept: str = ""
    fetch_site: str = ""  # Sec-Fetch-Site (W3C Fetch Metadata)
    fetch_mode: str = ""
    requested_with: bool = False  # X-Requested-With is there
    preflight_method: str = ""  # Access-Control-Request-Method
    certificate: Certificate | None = None
    proof: KeyProof | None = None  # None: the token, if there is one, came as a bearer token
    country: str = ""  # of the address, as the gateway's own file has it; empty = not known
    asn: int = 0  # likewise; 0 = not known
    address_blocked: bool = False  # by the change feed; the policy's own list is looked at anyway

    @property
    def credentials(self) -> int:
        """How many credentials of ours it carries. Other Authorization schemes are the upstream's business."""
        return self.bearers + self.cookies


@dataclass(frozen=True, slots=True)
class Absent:
    """No credential of ours."""


@dataclass(frozen=True, slots=True)
class Unverified:
    """A credential that nobody vouches for: bad signature, unknown key, wrong type, unknown API token."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Presented:
    """A credential whose signature or digest is good, and what the change feed says of it."""

    facts: AccessFacts
    revoked: bool = False
    subject_blocked: bool = False
    step_up_since: int = 0  # NumericDate; proofs older than this do not count

    @property
    def person(self) -> bool:
        """Whether somebody proved themselves for it; service accounts and API tokens have no auth_time."""
        return self.facts.auth_time > 0


Identity = Absent | Unverified | Presented


class QuotaKey(NamedTuple):
    """One counter: passed requests of one holder under one window of one rule."""

    rule: str
    limit: int
    seconds: int
    holder: str  # subject, or the address where no credential is looked at


@dataclass(frozen=True, slots=True)
class Usage:
    """How many requests each counter holds in its present window."""

    spent: Mapping[QuotaKey, int] = field(default_factory=dict)

    def exhausted(self, key: QuotaKey) -> bool:
        return self.spent.get(key, 0) >= key.limit
