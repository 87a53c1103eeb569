"""One table of requests for all proxies: every reason that can be met from outside, every spelling, every lie.

Decides what is asked. What ought to come of it is what our own gateway makes of the same bytes.
"""

from dataclasses import dataclass

from suites.forward_auth.rig import HOST, Stage, written
from tests.rules.policy.drafts import toml

APP = "https://app.example.test"
POLICY = toml(
    [
        {"name": "open", "match": "/public/**", "require": "none"},
        {"name": "orders", "match": ["GET /v1/orders/**", "/v1/orders:cancel"]},
        {"name": "admin", "match": "/admin/**", "require": "aal2", "factors": 2},
        {"name": "transfers", "match": "POST /v1/transfers", "require": "aal2", "max_age": "5m"},
        {"name": "read", "match": "/v1/read", "scopes": ["read"]},
        {"name": "near", "match": "/v1/near", "networks": ["10.0.0.0/8"]},
        {"name": "card", "match": "/v1/card", "client_certificate": True},
        {"name": "rare", "match": "/v1/rare", "quota": "1/day"},
        {"name": "rare-open", "match": "/v1/rare-open", "require": "none", "quota": "1/day"},
        {"name": "with-token", "match": "/v1/with-token", "forward_credential": True},
    ],
    public_url=f"http://{HOST}",
    cors=[APP],
).replace("127.0.0.1:9000", "127.0.0.1:{upstream}")

PAGE = "Accept: text/html,*/*"
SCRIPT = f"Origin: {APP}"


@dataclass(frozen=True, slots=True)
class Row:
    """One request. ``address`` is where it comes from."""

    name: str
    request: bytes
    address: str = "127.0.0.1"
    spelled: bool = False  # its target is not in its normal form
    odd: bool = False  # a proxy's own parser may refuse it, in its own words
    preflight: bool = False
    mended_by: tuple[str, ...] = ()  # proxies that make another request of it before anybody is asked

    def __str__(self) -> str:
        return self.name


def rows(stage: Stage) -> list[Row]:
    """The table, with the tokens of a stage."""
    return [*_credentials(stage), *_rules(stage), *_spellings(stage), *_lies(stage), *_dialects(stage)]


def _bearer(stage: Stage, name: str) -> str:
    return f"Authorization: Bearer {stage.token(name)}"


def _credentials(stage: Stage) -> list[Row]:
    known = ("one", "two", "early", "elsewhere", "bound", "revoked", "blocked", "tombstone", "demanded", "expired")
    forged = ("other_key", "other_type", "other_issuer", "hmac_with_public_key", "no_algorithm", "changed_body")
    opaque = ("pat", "svc", "pat_expired", "pat_unknown", "twin_signature", "another_spelling", "padded")
    found = [
        Row(f"token {name}", written("GET", "/v1/orders/7?a=%2F..", _bearer(stage, name)))
        for name in (*known, *forged, *opaque)
    ]
    one, cookie = _bearer(stage, "one"), f"twogate={stage.token('one')}"
    basic = "Authorization: Basic dXNlcjpwYXNz"
    ways = {
        "none": (),
        "cookie": (f"Cookie: a=b; {cookie}; twogate-session=s; c=d",),
        "cookie beside basic": (f"Cookie: {cookie}", basic),
        "cookie and bearer": (f"Cookie: {cookie}", one),
        "cookie twice": (f"Cookie: {cookie}; {cookie}",),
        "cookie empty": ("Cookie: twogate=",),
        "cookie of another name": (f"Cookie: __Host-{cookie}; xtwogate=1",),
        "cookie expired": (f"Cookie: a=b; twogate={stage.token('expired')}",),
        "cookie revoked": (f"Cookie: twogate={stage.token('revoked')}",),
        "bearer list": (f"{one}, x",),
        "scheme in capitals": (one.replace("Bearer", "BEARER"),),
        "basic": (basic,),
        "words": ("Authorization: Bearer let-me-in",),
    }
    found += [Row(f"way {name}", written("GET", "/v1/orders/7", *lines)) for name, lines in ways.items()]
    found.append(Row("two authorizations", written("GET", "/v1/orders/7", one, basic), odd=True))
    twice = written("GET", "/v1/orders/7", f"Cookie: {cookie}", "Cookie: a=b")
    found.append(Row("two cookie headers", twice, odd=True, mended_by=("envoy",)))
    return found


def _rules(stage: Stage) -> list[Row]:
    two, stale, one = (_bearer(stage, name) for name in ("two", "two_stale", "one"))
    asks = {
        "no rule": ("GET", "/nowhere", two),
        "no rule for the method": ("PUT", "/v1/orders/7", two),
        "head": ("HEAD", "/v1/orders/7", one),
        "level": ("GET", "/admin/x", one),
        "factors": ("GET", "/admin/x", two),
        "too old": ("POST", "/v1/transfers", stale),
        "fresh": ("POST", "/v1/transfers", two),
        "person": ("POST", "/v1/transfers", _bearer(stage, "svc_strong")),
        "scope": ("GET", "/v1/read", one),
        "scope enough": ("GET", "/v1/read", _bearer(stage, "reader")),
        "scope look-alike": ("GET", "/v1/read", _bearer(stage, "lookalike")),
        "network": ("GET", "/v1/near", one),
        "certificate": ("GET", "/v1/card", one),
        "quota, first": ("GET", "/v1/rare", one),
        "quota, second": ("GET", "/v1/rare", one),
        "quota, somebody else": ("GET", "/v1/rare", two),
        "open quota, first": ("GET", "/v1/rare-open", "X-A: b"),
        "open quota, second": ("GET", "/v1/rare-open", "X-A: b"),
        "forwarded credential": ("GET", "/v1/with-token", one),
        "open with a token": ("GET", "/public/x", two),
        "an unknown method": ("PROPFIND", "/v1/orders/7", one),
    }
    found = [Row(name, written(method, target, line)) for name, (method, target, line) in asks.items()]
    found.append(Row("blocked address", written("GET", "/public/x"), address="127.0.0.9"))
    found.append(Row("trace", written("TRACE", "/public/x"), odd=True))
    found.append(Row("another host", written("GET", "/public/x", host="other.test"), odd=True))
    found.append(Row("our host in capitals", written("GET", "/public/x", host=HOST.upper())))
    found.append(Row("our host with its port", written("GET", "/public/x", host=f"{HOST}:80")))
    found.append(Row("our own internal path", written("GET", "/.twogate/renew", two)))
    return found


def _spellings(stage: Stage) -> list[Row]:
    one = _bearer(stage, "one")
    spelled = {
        "slashes": "/v1//orders///7",
        "dots": "/public/../v1/./orders/7",
        "dots the other way": "/v1/orders/../../public/x",
        "escaped dots": "/v1/orders/%2e%2E/%2e./public/x",
        "escaped dots into admin": "/public/%2e%2e/admin/x",
        "escaped letter": "/v1/%6frders/7",
        "lower-case escape": "/v1/orders/%c3%a9",
        "query with a path": "/v1/orders/7?x=/../admin/x",
        "trailing dot": "/public/x/.",
    }
    odd = {
        "escaped slash": "/public%2f..%2fadmin/x",
        "escaped backslash": "/public/..%5cadmin/x",
        "semicolon": "/public/;/../admin/x",
        "semicolon at the end": "/admin;x/y",
        "double escape": "/public/%252e%252e/admin/x",
        "escaped fragment": "/public/%23/../../admin/x",
        "escaped nul": "/public/%00",
        "broken escape": "/public/%zz",
        "overlong": "/public/%c0%ae%c0%ae/admin",
        "escaped delimiter": "/v1/orders%3Acancel",
        "fragment": "/public/#/../admin",
        "above the root": "/../../v1/orders/7",
        "absolute form": f"http://{HOST}/v1/orders/7",
        "absolute form of another host": "http://other.test/public/x",
        "asterisk": "*",
    }
    found = [Row(f"spelled: {name}", written("GET", target, one), spelled=True) for name, target in spelled.items()]
    resolved = {"semicolon", "escaped fragment"}  # by those that take dot segments out themselves
    found += [
        Row(
            f"odd: {name}",
            written("GET", target, one),
            spelled=True,
            odd=True,
            mended_by=("traefik", "envoy") if name in resolved else (),
        )
        for name, target in odd.items()
    ]
    found.append(Row("case matters", written("GET", "/V1/orders/7", one)))
    return found


def _lies(stage: Stage) -> list[Row]:
    one = _bearer(stage, "one")
    lies = {
        "forwarded uri": ("X-Forwarded-Uri: /public/x", "X-Original-URL: /public/x", "X-Rewrite-Url: /public/x"),
        "forwarded uri twice": ("X-Forwarded-Uri: /public/x", "X-Forwarded-Uri: /public/y"),
        "forwarded method": ("X-Forwarded-Method: GET", "X-HTTP-Method-Override: GET", "X-Method-Override: GET"),
        "forwarded host": ("X-Forwarded-Host: other.test", "Forwarded: for=10.0.0.1;host=other.test"),
        "health check": ("User-Agent: GoogleHC/1.0", "X-Health-Check: 1"),
        "identity": ("X-Auth-Subject: usr_root", "X-Auth-Level: aal3", "x-auth-scope: admin"),
        "connection names ours": ("Connection: close, X-Auth-Subject, X-Forwarded-Uri, x-auth-level",),
    }
    found = []
    for name, lines in lies.items():
        found.append(Row(f"lie: {name}", written("GET", "/v1/orders/7", *lines)))
        found.append(Row(f"lie with a token: {name}", written("GET", "/v1/orders/7", one, *lines)))
        found.append(Row(f"lie at an open path: {name}", written("GET", "/public/x", *lines)))
    near = ("X-Forwarded-For: 10.0.0.1", "X-Real-IP: 10.0.0.1", "True-Client-IP: 10.0.0.1")
    found.append(Row("lie: an address in the network", written("GET", "/v1/near", one, *near)))
    return found


def _dialects(stage: Stage) -> list[Row]:
    one, stale = _bearer(stage, "one"), f"Cookie: twogate={stage.token('two_stale')}"
    navigate = "Sec-Fetch-Mode: navigate"
    return [
        Row("page without a session", written("GET", "/v1/orders/7?a=b&c=d", PAGE)),
        Row("page, by fetch metadata", written("GET", "/v1/orders/7", navigate)),
        Row("page, step-up", written("POST", "/v1/transfers", navigate, stale)),
        Row("page, no rule", written("GET", "/nowhere", PAGE)),
        Row(
            "page, expired cookie",
            written("GET", "/v1/orders/7?x=1", PAGE, f"Cookie: twogate={stage.token('expired')}"),
        ),
        Row("script without a session", written("GET", "/v1/orders/7", SCRIPT)),
        Row("script, level", written("GET", "/admin/x", SCRIPT, one)),
        Row("script, cross-site", written("POST", "/v1/transfers", "Sec-Fetch-Site: cross-site", stale)),
        Row("program with html", written("GET", "/admin/x", one, PAGE)),
        Row(
            "preflight",
            written("OPTIONS", "/v1/orders/7", SCRIPT, "Access-Control-Request-Method: GET"),
            preflight=True,
        ),
        Row(
            "preflight of a stranger",
            written("OPTIONS", "/v1/orders/7", "Origin: https://evil.test", "Access-Control-Request-Method: GET"),
            preflight=True,
        ),
        Row("options", written("OPTIONS", "/v1/orders/7", one)),
    ]
