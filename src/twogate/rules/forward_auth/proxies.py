"""The proxies that may ask: how each tells of a request, and which answers it can carry back.

Decides from which header fields method, target, host and address are taken: only from those that the proxy itself
writes over whatever the caller sent (the how-to of each proxy has the lines). A field that is missing or there twice
means that the proxy is not set up like that, and is refused. What a caller may claim about its target is never read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

Headers = Sequence[tuple[bytes, bytes]]
"""Names in lower case, values as they came."""

METHOD = b"x-forwarded-method"
TARGET = b"x-forwarded-uri"
HOST = b"x-forwarded-host"
ADDRESS = b"x-forwarded-for"


@dataclass(frozen=True, slots=True)
class Proxy:
    """One kind of proxy, as its how-to sets it up."""

    name: str
    own_line: bool = False  # it asks with the caller's own method and target (Envoy), not in header fields
    any_2xx_passes: bool = False  # then an answer of 204 to a preflight would let the preflight through
    two_answers: bool = False  # its question is answered yes or no only; it asks again for the refusal (nginx)
    leads: bool = False  # Twogate's own paths may be asked for here
    rewrites: bool = False  # it passes on the target that we answer; else a target that is not normal is refused

    def rewriting(self) -> "Proxy":
        """The same, passing on our target instead of the caller's."""
        return replace(self, rewrites=True)


NGINX = Proxy("nginx", two_answers=True)
CADDY = Proxy("caddy")
TRAEFIK = Proxy("traefik", any_2xx_passes=True)
ENVOY = Proxy("envoy", own_line=True)
HAPROXY = Proxy("haproxy", rewrites=True)
WITHIN = Proxy("within", rewrites=True, leads=True)
"""No proxy: the application asks for itself."""

CONTROL = Proxy("control", leads=True)
"""Any of them, for Twogate's own paths."""


class Asked(NamedTuple):
    """One request, as whoever asks has it."""

    method: str
    target: str  # path and query as they were sent
    host: str
    address: str
    headers: Headers  # of the caller


def asked_in_fields(headers: Headers) -> Asked | Refused:
    """Read a question whose subject is told in header fields."""
    told: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _TOLD:
            if name in told and name != ADDRESS:
                return Refused(Reason.REQUEST_MALFORMED, f"{name.decode('latin-1')} is there twice")
            told[name] = value
    if len(told) < len(_TOLD):
        missing = ", ".join(sorted(name.decode() for name in _TOLD - told.keys()))
        return Refused(Reason.REQUEST_MALFORMED, f"the proxy does not tell {missing}")
    return Asked(
        told[METHOD].decode("latin-1"),
        told[TARGET].decode("latin-1"),
        told[HOST].decode("latin-1"),
        last_address(told[ADDRESS]),
        headers,
    )


def asked_in_line(method: str, target: bytes, headers: Headers) -> Asked | Refused:
    """Read a question that has the caller's own request line."""
    host = address = None
    for name, value in headers:
        if name == b"host":
            if host is not None:
                return Refused(Reason.REQUEST_MALFORMED, "host is there twice")
            host = value
        elif name == ADDRESS:
            address = value
    if host is None or address is None:
        return Refused(Reason.REQUEST_MALFORMED, "the proxy does not tell host and address")
    return Asked(method, target.decode("latin-1"), host.decode("latin-1"), last_address(address), headers)


def last_address(field: bytes) -> str:
    """Whoever stands before the proxy: it writes at the end, behind what the caller may have made up (RFC 7239, 8.1).

    The last field counts where there are several, and the last element in it.
    """
    return field.rpartition(b",")[2].strip().decode("latin-1")


_TOLD = frozenset({METHOD, TARGET, HOST, ADDRESS})
