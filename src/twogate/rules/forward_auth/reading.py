"""A caller's header fields as the facts that a policy is asked about.

Decides which field counts for what, as the gateway decides it (``rules.haproxy.emit``): the last one of a name, one
Cookie header, our cookie by its exact name. A field that only the gateway may write, spelled with ``_``, is refused:
some proxies pass it on, and CGI and WSGI servers cannot tell it from the one with ``-``.
"""

import re
from typing import NamedTuple

from twogate.rules.forward_auth.proxies import Asked
from twogate.rules.haproxy.cookies import IN_COOKIE
from twogate.rules.haproxy.emit.request import SPOKEN_BY_US
from twogate.rules.policy.request import Address, RequestFacts
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

_OURS_TO_SAY = re.compile(SPOKEN_BY_US)
_OUR_COOKIES = re.compile(IN_COOKIE)
_SCHEME = b"bearer "


class Read(NamedTuple):
    """One request, read."""

    facts: RequestFacts
    token: str  # the credential of ours; empty = none
    authorization: str  # as sent; empty = none
    cookies: str  # what the upstream may see of them


class Where(NamedTuple):
    """Where a request comes from, as this node has it."""

    address: Address
    blocked: bool = False
    country: str = ""
    asn: int = 0


def read(asked: Asked, where: Where, *, cookie: str) -> Read | Refused:
    """Read a request; ``cookie`` is the name of our access cookie."""
    found: dict[bytes, bytes] = {}
    cookie_headers = authorizations = bearers = 0
    for name, value in asked.headers:
        if name == b"authorization":
            authorizations += 1
            if value[:7].lower() == _SCHEME:
                bearers += 1 + (b"," in value)
        elif name == b"cookie":
            cookie_headers += 1
        elif b"_" in name and _OURS_TO_SAY.search(name.decode("latin-1")):
            return Refused(Reason.REQUEST_MALFORMED, f"a field that only the gateway writes: {name.decode('latin-1')}")
        elif name not in _LOOKED_AT:
            continue
        found[name] = value
    if b"h2c" in found.get(b"upgrade", b"").lower():
        return Refused(Reason.REQUEST_MALFORMED, "an upgrade to HTTP/2 in clear")
    said = {key: value.decode("latin-1") for key, value in found.items()}
    ours, left = cookies(said[b"cookie"], cookie) if cookie_headers else ([], "")
    facts = RequestFacts(
        method=asked.method,
        target=asked.target,
        host=asked.host,
        address=where.address,
        bearers=bearers,
        authorizations=authorizations,
        cookies=len(ours),
        cookie_headers=cookie_headers,
        origin=said.get(b"origin", ""),
        accept=said.get(b"accept", ""),
        fetch_site=said.get(b"sec-fetch-site", ""),
        fetch_mode=said.get(b"sec-fetch-mode", ""),
        requested_with=b"x-requested-with" in found,
        preflight_method=said.get(b"access-control-request-method", ""),
        country=where.country,
        asn=where.asn,
        address_blocked=where.blocked,
    )
    authorization = said.get(b"authorization", "")
    return Read(facts, ours[0] if ours else _bearer(authorization, bearers), authorization, left)


def _bearer(authorization: str, bearers: int) -> str:
    return authorization[len(_SCHEME) :].lstrip(" ") if bearers else ""


def cookies(header: str, name: str) -> tuple[list[str], str]:
    """Return the values of our access cookie, and the header without any cookie of ours."""
    if "twogate" not in header:
        return [], header
    values = []
    for part in re.split("[;,]", header):
        key, equals, value = part.partition("=")
        if equals and key.strip(" \t") == name and value.strip(" \t"):
            values.append(value.strip(" \t"))
    return values, _OUR_COOKIES.sub("", header).lstrip(";, ")


_LOOKED_AT = frozenset(
    {
        b"origin",
        b"accept",
        b"sec-fetch-site",
        b"sec-fetch-mode",
        b"x-requested-with",
        b"access-control-request-method",
        b"upgrade",
    }
)
