"""A policy as frozen types: upstreams, rules, what a rule requires.

Decides what a policy can say. Reading it from TOML is ``parse``, its mistakes ``lint``, its meaning ``evaluate``.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from twogate.rules.assurance.level import Level

Network = IPv4Network | IPv6Network


class SegmentKind(StrEnum):
    """What a template's segment stands for, most specific first (the order of the letters below)."""

    LITERAL = "a"
    PARAMETER = "b"  # {name}: exactly one segment, not empty
    ANY = "c"  # *: exactly one segment, not empty
    REST = "d"  # **: no, one or many segments; only as the last one


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a path template between slashes."""

    kind: SegmentKind
    text: str = ""  # the literal in normalised spelling, or the parameter's name


@dataclass(frozen=True, slots=True)
class Template:
    """A method (``*`` = any) and a path template.

    ``/a`` also matches ``/a/``: many servers treat both alike, and a rule must not be dodged by a slash.
    ``/a/**`` also matches ``/a``. Matching is by segment on the normalised path, case-sensitive.
    """

    method: str
    segments: tuple[Segment, ...]
    source: str  # as written

    @property
    def specificity(self) -> str:
        """Sorts templates that match one path: smaller is more specific (end of path sorts before REST).

        Literal beats ``{param}`` beats ``*`` beats ``**``, from the left; on equal shapes a named method
        beats any.
        """
        kinds = "".join(segment.kind.value for segment in self.segments)
        return kinds + ("0" if self.method != "*" else "1")


class Mode(StrEnum):
    """Whether a rule is in force or only observed."""

    ENFORCE = "enforce"
    SHADOW = "shadow"  # evaluated and logged; the request then obeys the next most specific enforced rule


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``limit`` passed requests in any sliding window of ``seconds``, for each account."""

    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Days of the week (0 = Monday) and a span of the day [start, end) in minutes, in an IANA time zone.

    ``end`` <= ``start`` means over midnight; the day is then the one it began on.
    """

    days: frozenset[int]
    start: int
    end: int
    zone: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a request must bring. The default is the strictest thing that needs no further setting: a sign-in."""

    level: Level = Level.AAL1
    max_age: int | None = None  # seconds since auth_time; None = as long as the token lives
    factors: int = 0  # distinct categories; 0 = as the level says
    client_certificate: bool = False  # a good one, shown when the connection was made
    scopes: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()  # empty = any
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2 or terms.place.LOCAL; empty = any, known or not
    asn: tuple[int, ...] = ()  # autonomous systems; empty = any, known or not
    hours: tuple[Hours, ...] = ()  # empty = always; several = any of them
    quota: tuple[Quota, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One ``[[rule]]``. ``name`` is the id in logs and explanations: given, or made from the first match."""

    name: str
    match: tuple[Template, ...]
    require: Requirement
    upstream: str
    mode: Mode = Mode.ENFORCE
    forward_credential: bool = False  # the caller's token goes upstream too
    line: int = 0  # where it stands in the file


@dataclass(frozen=True, slots=True)
class Upstream:
    """One ``[[upstream]]``: a server behind the gateway."""

    name: str
    url: str  # http://host:port or https://host:port, no path
    host: str = ""  # Host header to send; empty = the caller's
    ca_file: str = ""  # for https: the CA bundle; empty = the system's
    timeout: int = 60  # seconds the upstream may stay silent


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole ``twogate.toml``."""

    public_url: str  # scheme://host[:port], lower case, no trailing slash
    upstreams: tuple[Upstream, ...]
    rules: tuple[Rule, ...]
    cors_origins: tuple[str, ...] = ()  # browser origins that may read answers (never "*" with credentials)
    blocked_networks: tuple[Network, ...] = field(default=())

    @property
    def audience(self) -> str:
        """The ``aud`` of access tokens for this API: its public URL (RFC 9728 resource identifier)."""
        return self.public_url

    @property
    def issuer(self) -> str:
        """The ``iss`` of everything Twogate signs (RFC 8414 section 2)."""
        return f"{self.public_url}/.twogate"
