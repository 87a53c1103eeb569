"""Which addresses may be talked to with secrets: https, or this machine itself (RFC 8252 section 8.3, RFC 9700).

Decides whether an address is fit, and whether two have the same origin (RFC 6454 section 4).
"""

import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from twogate_client.faults import AddressRefusedError

_PORTS = {"https": 443, "http": 80}
Origin = tuple[str, str, int]


def origin(url: str) -> Origin:
    """Scheme, host and port."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise AddressRefusedError(f"{url!r} is no address") from error
    if scheme not in _PORTS or not host or "@" in parts.netloc:
        raise AddressRefusedError(f"{url!r}: write https://host or https://host:port")
    return scheme, host, port or _PORTS[scheme]


def fit(url: object, *, what: str, fault: Callable[[str], Exception] = AddressRefusedError) -> str:
    """Return the address if secrets may be sent there."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url or "#" in url:
        raise fault(f"{what} is no address")
    try:
        scheme, host, _port = origin(url)
    except AddressRefusedError as error:
        raise fault(f"{what}: {error}") from None
    if scheme != "https" and not _here(host):
        raise fault(f"{what} is {url}: neither https nor this machine itself")
    return url


def base(url: str) -> str:
    """An API's address without path and query, in one spelling."""
    scheme, host, port = origin(fit(url, what="the API's address"))
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + ("" if port == _PORTS[scheme] else f":{port}")


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
