"""Random policies and requests that meet: few words, few addresses, many spellings.

Decides how a handful of random bytes becomes a request: each choice takes its share of a large number, so that one
Hypothesis draw makes hundreds of requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from suites.agreement.credentials import Credentials
from tests.rules.policy.drafts import toml

from twogate.rules.policy.model import Policy, SegmentKind, Template
from twogate.rules.policy.request import Absent, Identity, RequestFacts

T = TypeVar("T")

HOST = "api.example.test"
APP = "https://app.example.test"
BLOCKED_BY_FEED = "127.0.0.9"
BLOCKED_BY_POLICY = "127.0.0.8"
ADDRESSES = (
    *("127.0.0.1",) * 8,
    "127.0.0.2",
    "127.0.0.2",
    "127.0.0.5",
    "127.0.0.5",
    BLOCKED_BY_FEED,
    BLOCKED_BY_POLICY,
)
COUNTRIES = "127.0.0.0/30 DE\n127.0.0.2/32 CH\n::1/128 DE\n127.0.0.8/31 local\n"
ASNS = "127.0.0.0/30 AS64500\n127.0.0.4/31 AS64501\n"
PLACES = {  # what evaluate is told of each address; others are in no line of the maps
    "127.0.0.1": ("DE", 64500),
    "127.0.0.2": ("CH", 64500),
    "127.0.0.5": ("", 64501),
    BLOCKED_BY_POLICY: ("local", 0),
    BLOCKED_BY_FEED: ("local", 0),
}
WORDS = ("a", "b", "v1", "orders", "né", "a%20b", "x@y")
DELIMITED = "x:cancel"
METHODS = ("GET", "POST", "HEAD", "DELETE", "PUT", "OPTIONS", "PROPFIND")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns")
BYTES = 14


# ------------------------------------------------------------------ policies
@st.composite
def template_texts(draw: st.DrawFn) -> str:
    """One template over a small alphabet."""
    words = (*WORDS, *WORDS, DELIMITED, "{id}", "{id}", "*")
    parts = draw(st.lists(st.sampled_from(words), max_size=4))
    method = draw(st.sampled_from(("", "", "", *(f"{method} " for method in METHODS))))
    return f"{method}/{'/'.join([*parts, *draw(st.sampled_from(([], ['**'])))])}"


@st.composite
def hours(draw: st.DrawFn) -> str:
    """A span that begins or ended near the present time, in some zone; never within minutes of a change."""
    zone = draw(st.sampled_from(ZONES))
    local = datetime.now(UTC).astimezone(ZoneInfo(zone))  # noqa: TID251  # the real gateway reads the real clock
    start = (local.hour * 60 + local.minute + draw(st.sampled_from((-700, -120, -20, 20, 120)))) % 1440
    end = (start + draw(st.sampled_from((60, 185, 1400)))) % 1440
    today = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[local.weekday()]
    yesterday = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")[local.weekday()]
    days = draw(st.sampled_from((today, yesterday, "Mon-Sun", f"{today},{yesterday}", "Sat-Sun")))
    return f"{days} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02} {zone}"


REQUIREMENTS = st.fixed_dictionaries(
    {},
    optional={
        "require": st.sampled_from(("none", "none", "aal1", "aal2", "phr", "phrh", "aal3")),
        "max_age": st.sampled_from(("5m", "1h")),
        "factors": st.sampled_from((1, 2, 3)),
        "scopes": st.sampled_from((["read"], ["write:x"], ["read", "write:x"])),
        "networks": st.sampled_from((["127.0.0.1"], ["127.0.0.0/30", "::1"], ["10.0.0.0/8", "127.0.0.0/8"])),
        "client_certificate": st.sampled_from((True, False, False, False)),
        "countries": st.sampled_from((["DE", "CH"], ["DE", "CH", "local"], ["DE"], ["CH", "FR"])),
        "asn": st.sampled_from((["AS64500"], ["AS64500", "AS64501"], ["AS64501", "AS645"])),
        "hours": st.lists(hours(), min_size=1, max_size=2),
        "quota": st.sampled_from(("1/day", ["9/hour", "2/day"], "3/12h")),
        "forward_credential": st.booleans(),
    },
)


@st.composite
def rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rules that do not tie."""
    found: list[dict[str, Any]] = []
    seen: set[tuple[str, str]] = set()
    for number in range(draw(st.integers(1, 14))):
        mode = draw(st.sampled_from(("enforce",) * 5 + ("shadow",)))
        match = []
        for text in draw(st.lists(template_texts(), min_size=1, max_size=3)):
            shape = text.rstrip("/")
            if (shape, mode) not in seen:
                seen.add((shape, mode))
                match.append(text)
        rule = {"name": f"r{number}", "match": match, "mode": mode, **draw(REQUIREMENTS)}
        if rule.get("require") == "none":
            rule = {key: value for key, value in rule.items() if key not in {"max_age", "factors", "scopes"}}
        if match:
            found.append(rule)
    return found


@st.composite
def policy_texts(draw: st.DrawFn) -> str:
    """A whole file; ``{upstream}`` stands for the upstream's port."""
    top: dict[str, Any] = {"public_url": f"{draw(st.sampled_from(('http', 'https')))}://{HOST}"}
    if draw(st.booleans()):
        top["cors"] = [APP]
    if draw(st.booleans()):
        top["block"] = [f"{BLOCKED_BY_POLICY}/32"]
    return toml(draw(rules()), **top).replace("127.0.0.1:9000", "127.0.0.1:{upstream}")


# ------------------------------------------------------------------ requests
class Dice:
    """One number, cut into choices."""

    def __init__(self, data: bytes) -> None:
        self.left = int.from_bytes(data, "big")

    def pick(self, choices: Sequence[T]) -> T:
        self.left, number = divmod(self.left, len(choices))
        return choices[number]

    def often(self, usual: T, others: Sequence[T], *, odds: int) -> T:
        """The usual thing, or one time in ``odds`` another."""
        return self.pick(others) if self.pick(range(odds)) == odds - 1 else usual


@dataclass(frozen=True, slots=True)
class Shot:
    """One request: the bytes on the wire, and what ``evaluate`` is told."""

    wire: bytes
    facts: RequestFacts
    identity: Identity
    token: str
    shown: str  # the credential's name


def shoot(data: bytes, policy: Policy, credentials: Credentials) -> Shot:
    """Make one request for a policy."""
    dice = Dice(data)
    secure = policy.public_url.startswith("https")
    method, target = _line(dice, policy)
    host = dice.often(
        HOST, (HOST.upper(), f"{HOST}:{443 if secure else 80}", "other.test", f"{HOST}:81", "a@b"), odds=12
    )
    address = dice.pick(ADDRESSES)
    lines, facts, identity, shown = _credential(dice, credentials, cookie="__Host-twogate" if secure else "twogate")
    token = credentials.shown[shown][0] if shown else ""
    more, said = _surroundings(dice)
    wire = "\r\n".join((f"{method} {target} HTTP/1.1", f"Host: {host}", *lines, *more, "", ""))
    request = RequestFacts(
        method=method,
        target=target,
        host=host,
        address=ip_address(address),
        address_blocked=address == BLOCKED_BY_FEED,
        country=PLACES[address][0],
        asn=PLACES[address][1],
        **facts,
        **said,
    )
    return Shot(wire.encode("latin-1"), request, identity, token, shown)


def _line(dice: Dice, policy: Policy) -> tuple[str, str]:
    templates = [template for rule in policy.rules for template in rule.match]
    template = dice.pick(templates)
    method = template.method if template.method != "*" else dice.pick(METHODS)
    method = dice.often(method, (*METHODS, "TRACE", "get", "Post", "FOO", "M-SEARCH", "X_Y"), odds=5)
    path = dice.often(_path(dice, template), OWN_PATHS, odds=20)
    for _ in range(dice.pick((0, 0, 0, 1, 1, 2))):
        path = _respell(dice, path)
    query = dice.often("", ("?", "?a=1", "?q=%2e%zz&r=%", "?/../x//;y\\", "?a=b?c"), odds=4)
    prefix = dice.often("", PREFIXES, odds=15)
    return method, f"{prefix}{path}{query}"


PREFIXES = (
    *(f"{scheme}://{HOST}" for scheme in ("http", "https", "HTTP")),
    *(f"{scheme}://other.test" for scheme in ("http", "https")),
    *(f"{scheme}://{HOST}:{port}" for scheme in ("http", "https") for port in ("80", "443", "81", "")),
    *(f"http://{user}@{host}" for user in ("u", "u:p", HOST) for host in (HOST, "other.test")),
    f"http://{HOST.upper()}",
    "http://",
    "x+y.z-1://",
    f"ftp://{HOST}",
    f"ftp://{HOST}:80",
    f"//{HOST}",
)
"""What makes an origin form absolute (RFC 9112 section 3.2.2), or something like it."""

OWN_PATHS = (
    "/.twogate/sign-in",
    "/.twogate",
    "/.twogate/renew",
    "/.twogate/renew/",
    "/.twogatex",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/",
    "/.well-known/security.txt",
    "/",
    "*",
    "",
    "a/b",
)


def _path(dice: Dice, template: Template) -> str:
    parts: list[str] = []
    for segment in template.segments:
        match segment.kind:
            case SegmentKind.LITERAL:
                parts.append(segment.text)
            case SegmentKind.REST:
                parts += [dice.pick(("a", "zz", "v1", "orders"))] * dice.pick((0, 1, 1, 2, 5))
            case _:
                parts.append(dice.pick(("a", "b", "v1", "zz", "né".encode().decode("latin-1"), "%C3%A9", "7", "...")))
    return "/" + "/".join(part.encode("latin-1").decode("latin-1") for part in parts)


def _respell(dice: Dice, path: str) -> str:
    """Write a path in another way: most of them mean the same, some mean two things, some another path."""
    cut = path.find("/", dice.pick(range(max(1, len(path)))))
    cut = max(cut, 0)
    head, tail = path[:cut], path[cut:]
    spot = dice.pick(range(max(1, len(path))))
    match dice.pick(range(9)):
        case 0:
            return path + "/"
        case 1:
            return f"{head}/{tail}"
        case 2:
            return f"{head}{dice.pick(('/.', '/zz/..', '/%2e', '/zz/%2E%2e', '/..', '/../..'))}{tail}"
        case 3:
            return f"{path[:spot]}%{ord(path[spot]):02x}{path[spot + 1 :]}" if path and path[spot].isalnum() else path
        case 4:
            return path + dice.pick(
                ("/zz", "/a/b", "/.", "/..", "/%2e%2e", "/*", "/{id}", "/{}", "/|", "/[x]", "/{**}")
            )
        case 5:
            return path[:spot] + dice.pick(EVIL) + path[spot:]
        case 6:
            return path.lower() if path != path.lower() else path.upper()
        case 7:
            return path.replace(":", "%3A").replace("@", "%40") if spot % 2 else path.replace(":", "%3a")
        case _:
            return "/".join(path.split("/")[:-1]) or "/"


EVIL = (
    "%2f",
    "%2F",
    "%5c",
    "\\",
    ";x",
    ";",
    "%3b",
    "%00",
    "%0a",
    "%7F",
    "%",
    "%4",
    "%zz",
    "%25",
    "%252e",
    "%252f",
    "%u002f",
    "%c0%af",
    "%e0%80%af",
    "#",
    "%23",
    "{",
    "}",
    "<",
    '"',
    "^",
    "`",
    "|",
    "\xe9",
    "\x01",
    "\x7f",
)


def _credential(
    dice: Dice, credentials: Credentials, *, cookie: str
) -> tuple[list[str], dict[str, int], Identity, str]:
    """Return header lines, facts, identity and the credential's name."""
    name = dice.pick((*credentials.shown, *FAVOURITES * 4))
    token, identity = credentials.shown[name]
    way = dice.pick(WAYS)
    said = {"{bearer}": f"Bearer {token}", "{ours}": f"{cookie}={token}", "{empty}": f"{cookie}="}
    lines = []
    for line in way.lines:
        text = line
        for mark, value in said.items():
            text = text.replace(mark, value)
        lines.append(text)
    if way.bearers + way.cookies == 0:  # an empty cookie is none
        return lines, way.facts, Absent(), ""
    return lines, way.facts, identity, name


@dataclass(frozen=True, slots=True)
class Way:
    """One way to show a credential."""

    lines: tuple[str, ...] = ()
    bearers: int = 0
    authorizations: int = 0
    cookies: int = 0
    cookie_headers: int = 0

    @property
    def facts(self) -> dict[str, int]:
        return {
            "bearers": self.bearers,
            "authorizations": self.authorizations,
            "cookies": self.cookies,
            "cookie_headers": self.cookie_headers,
        }


_BEARER = "Authorization: {bearer}"
_BASIC = "Authorization: Basic dXNlcjpwYXNz"
WAYS = (
    *(Way((_BEARER,), bearers=1, authorizations=1),) * 12,
    *(Way(("Cookie: {ours}",), cookies=1, cookie_headers=1),) * 4,
    *(Way(("Cookie: theme=dark; {ours}; last=1",), cookies=1, cookie_headers=1),) * 2,
    *(Way(("Cookie: twogatex=1;{ours}",), cookies=1, cookie_headers=1),) * 2,
    *(Way(),) * 3,
    Way((_BEARER, "Cookie: {ours}"), bearers=1, authorizations=1, cookies=1, cookie_headers=1),
    Way((_BEARER, _BEARER), bearers=2, authorizations=2),
    Way(("Authorization: {bearer}, {bearer}",), bearers=2, authorizations=1),
    Way(("Authorization: {bearer},x",), bearers=2, authorizations=1),
    Way((_BASIC,), authorizations=1),
    Way((_BASIC, "Cookie: {ours}"), authorizations=1, cookies=1, cookie_headers=1),
    Way((_BASIC, _BEARER), bearers=1, authorizations=2),
    Way(("Cookie: {ours}; {ours}",), cookies=2, cookie_headers=1),
    Way(("Cookie: {ours}", "Cookie: a=b"), cookies=1, cookie_headers=2),
    Way(("authorization: b{bearer}",), authorizations=1),
    Way(("AUTHORIZATION: {bearer}",), bearers=1, authorizations=1),
    Way(("Cookie: a=b",), cookie_headers=1),
    Way(("Cookie: {empty}",), cookie_headers=1),
)


FAVOURITES = (
    "one",
    "two",
    "two_scoped",
    "two_scoped",
    "writer",
    "phrh",
    "aal3",
    "aal3",
    "aal3",
    "svc",
    "two_old",
    "demanded",
)


def _surroundings(dice: Dice) -> tuple[list[str], dict[str, Any]]:
    """Headers about where a request comes from, some of them lies."""
    lines: list[str] = []
    facts: dict[str, Any] = {}
    fields = {
        "origin": ("Origin", dice.often("", (APP, "https://evil.test", "null"), odds=5)),
        "fetch_site": ("Sec-Fetch-Site", dice.often("", ("cross-site", "same-origin", "same-site"), odds=4)),
        "fetch_mode": ("Sec-Fetch-Mode", dice.often("", ("navigate", "cors", "no-cors", "websocket"), odds=5)),
        "accept": ("Accept", dice.often("", ("text/html,*/*", "application/json"), odds=4)),
        "preflight_method": ("Access-Control-Request-Method", dice.often("", ("PUT", "DELETE"), odds=8)),
    }
    for name, (header, value) in fields.items():
        if value:
            lines.append(f"{header}: {value}")
            facts[name] = value
    lines += dice.often([], UPGRADES, odds=15)
    if dice.pick(range(8)) == 0:
        lines.append("X-Requested-With: XMLHttpRequest")
        facts["requested_with"] = True
    if dice.pick(range(3)) == 0:
        lines += dice.pick(LIES)
    return lines, facts


UPGRADES = (
    [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
    ],
    ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
    ["Connection: Upgrade", "Upgrade: H2C, other"],
)
"""HAProxy takes ``h2c`` out of Upgrade by itself, so the tunnel is never offered to the upstream."""

LIES = (
    ["X-Auth-Subject: usr_root", "X-Auth-Level: aal3"],
    ["x_auth_subject: usr_root", "X_Forwarded_For: 10.0.0.1"],
    ["X-Forwarded-For: 10.0.0.1", "X-Forwarded-Uri: /public", "X-Original-Url: /public", "X-Rewrite-Url: /public"],
    ["X-Http-Method-Override: GET", "X-Method-Override: GET", "X-Http-Method: GET"],
    ["Forwarded: for=10.0.0.1;host=evil.test", "X-Forwarded-Host: evil.test", "X-Real-Ip: 10.0.0.1"],
    ["Connection: X-Auth-Subject, X-Auth-Level"],
    ["X-Twogate-Address: 10.0.0.1", "X-Request-Id: chosen"],
)
