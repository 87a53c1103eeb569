"""Does ``htu`` name the place that a request was sent to (RFC 9449 section 4.3, check 9)?

Decides that scheme, host, port and path are compared as RFC 3986 sections 6.2.2 and 6.2.3 normalise them, and that
query and fragment are left out. The path is normalised by the same rule as the requests that the gateway judges.
"""

from urllib.parse import urlsplit

from twogate.rules.policy.paths import NormalPath, normalise

_LONGEST = 8_192
_DEFAULT_PORT = {"http": 80, "https": 443}
_Place = tuple[str, str, int | None, str]


def same_place(htu: object, url: str) -> bool:
    """Whether ``htu`` of a proof is the URL of the request, as this server knows it."""
    named = _place(htu) if isinstance(htu, str) else None
    return named is not None and named == _place(url)


def _place(url: str) -> _Place | None:
    if len(url) > _LONGEST or not url.isascii() or any(letter <= " " for letter in url):
        return None  # urlsplit would drop some of these silently
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT or not host or "@" in parts.netloc:
        return None
    path = normalise(parts.path or "/", host)
    if not isinstance(path, NormalPath):
        return None
    return scheme, host, port or _DEFAULT_PORT[scheme], path.path
