"""The four cookies: their names, their attributes, and how strictly they are read (RFC 6265bis).

Decides the text of ``Set-Cookie`` and what counts as a cookie of ours. A cookie that is malformed, or sent twice,
is absent: it can neither crash a page nor pass for a sign-in. Whether a value opens anything is for ``services``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from twogate.terms.secret import Secret

_VALUE = re.compile(r"[A-Za-z0-9._~-]{16,4000}")
_YEAR = 365 * 86_400


class Cookie(StrEnum):
    """What each cookie carries."""

    ACCESS = "twogate"  # the access token, read by the gateway on every request
    SESSION = "twogate-session"  # the session secret, read by the control plane only
    DEVICE = "twogate-device"  # this browser has signed in before; a budget of its own, nothing more
    FLOW = "twogate-flow"  # the handle of a sign-in under way


@dataclass(frozen=True, slots=True)
class CookieJar:
    """Reads and writes our cookies for one public URL.

    On https every name has the ``__Host-`` prefix, so that no other host and no plain-http page can set it.
    """

    secure: bool

    def name(self, cookie: Cookie) -> str:
        return f"__Host-{cookie.value}" if self.secure else cookie.value

    def read(self, request: Request, cookie: Cookie) -> Secret | None:
        """Return the value, or None when it is absent, malformed or sent more than once."""
        wanted = self.name(cookie)
        found = [value for name, value in _pairs(request.headers.getlist("cookie")) if name == wanted]
        if len(found) != 1 or not _VALUE.fullmatch(found[0]):
            return None
        return Secret(found[0])

    def keep(self, response: Response, cookie: Cookie, value: Secret, *, seconds: int | None = None) -> None:
        """Set the cookie; ``seconds`` is its life, None as long as the browser stays open."""
        life = _YEAR if cookie is Cookie.DEVICE else seconds
        self._write(response, cookie, value.text(), seconds=life)

    def clear(self, response: Response, *cookies: Cookie) -> None:
        for cookie in cookies:
            self._write(response, cookie, "", seconds=0)

    def _write(self, response: Response, cookie: Cookie, value: str, *, seconds: int | None) -> None:
        parts = [f"{self.name(cookie)}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
        if self.secure:
            parts.append("Secure")
        if seconds is not None:
            parts.append(f"Max-Age={max(seconds, 0)}")
        response.headers.append("set-cookie", "; ".join(parts))


def _pairs(headers: Iterable[str]) -> Iterable[tuple[str, str]]:
    for header in headers:
        for part in header.split(";"):
            name, equals, value = part.strip(" \t").partition("=")
            if equals:
                yield name, value
