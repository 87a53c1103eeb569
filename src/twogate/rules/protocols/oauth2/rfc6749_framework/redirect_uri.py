"""Redirect URIs: which may be registered, and which of them a request may name (RFC 6749 section 3.1.2).

Decides by exact comparison of the text (RFC 9700 section 4.1.3): no pattern, no prefix, no normalisation. The one
exception is the port of a native app's loopback address.
"""

import re
from urllib.parse import urlsplit

from twogate.rules.protocols.oauth2.rfc8252_native_apps.loopback import same_but_port
from twogate.terms.client import Client, ClientKind
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

_LONGEST = 512
_TEXT = re.compile(r"[!-~]+")  # printable ASCII without the blank
_NEVER = frozenset("#*\\<>\"'`{}|^")  # fragment, wildcard, and what RFC 3986 has no place for
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+")  # a reversed domain (RFC 8252 section 7.1)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def registrable(uri: str, kind: ClientKind) -> Refused | None:
    """Return why this URI may not be registered for a client of this kind; None: it may."""
    if kind is ClientKind.SERVICE:
        return _no("a service has no redirect URI: it uses client credentials")
    if len(uri) > _LONGEST or not _TEXT.fullmatch(uri) or _NEVER & set(uri):
        return _no("write it in printable ASCII without blanks, fragments and wildcards, at most 512 characters")
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return _no("it is not a URI")
    if "@" in parts.netloc or parts.netloc.endswith(":"):
        return _no("no user name in a redirect URI, and no empty port")
    if any(segment in (".", "..") for segment in parts.path.split("/")) or "%2e" in parts.path.lower():
        return _no("no dot segments in the path")
    match parts.scheme:
        case "https":
            return None if host else _no("the host is missing")
        case "http":
            return None if host in _LOOPBACK else _no("http only to 127.0.0.1, [::1] or localhost; else https")
        case scheme:
            return _private_use(scheme, parts.netloc, kind)


def _private_use(scheme: str, authority: str, kind: ClientKind) -> Refused | None:
    if kind not in (ClientKind.NATIVE, ClientKind.FIRST_PARTY):
        return _no("use https; only apps have schemes of their own")
    if not _PRIVATE_SCHEME.fullmatch(scheme) or authority:
        return _no("a scheme of your own is a reversed domain and one slash: com.example.app:/callback")
    return None


def matches(client: Client, uri: str) -> bool:
    """Whether the client registered exactly this URI."""
    if uri in client.redirect_uris:
        return True
    native = client.kind in (ClientKind.NATIVE, ClientKind.FIRST_PARTY)
    return native and any(same_but_port(registered, uri) for registered in client.redirect_uris)


def _no(sentence: str) -> Refused:
    return Refused(Reason.REDIRECT_URI_WRONG, sentence)
