"""Sign-in on another device (RFC 8628): show a code, wait until somebody has typed it where they have a browser.

Decides how often is asked (section 3.5: more slowly when told so, and when nobody answers) and when to give up.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from twogate_client.addresses import fit
from twogate_client.faults import SignInError, UnavailableError
from twogate_client.kept import Kept
from twogate_client.steps import Do, Flow, Pause
from twogate_client.token_endpoint import Endpoint, refused, said
from twogate_client.ways.way import Need

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_OK, _SLOWER, _MOST = 200, 5, 60
_TEXT = 64


@dataclass(frozen=True, slots=True)
class Code:
    """What to show: open ``address``, type ``code``."""

    code: str
    address: str
    seconds: int


def _print(shown: Code) -> None:
    print(f"To sign in, open {shown.address} and type {shown.code}", file=sys.stderr)  # noqa: T201  # its purpose


@dataclass(frozen=True, slots=True)
class Device:
    """Signs a person in who has a browser somewhere else; ``show`` tells them the code."""

    name: ClassVar[str] = "device"
    person: ClassVar[bool] = True
    secret: ClassVar[str] = ""

    show: Callable[[Code], Any] = field(default=_print)

    def sign_in(self, at: Endpoint, need: Need) -> Flow[Kept]:
        """Ask for a code, show it, poll."""
        if not at.server.device:
            raise SignInError("the server signs no devices in")
        form = need.parameters | ({"scope": at.client.scope} if at.client.scope else {})
        answer = yield from at.post(at.server.device, form)
        if answer.status_code != _OK:
            raise refused(answer)
        told = said(answer)
        shown = _shown(told)
        yield Do(lambda: self.show(shown))
        return (yield from self._poll(at, told, ends=at.world.now() + shown.seconds))

    def _poll(self, at: Endpoint, told: dict[str, Any], *, ends: float) -> Flow[Kept]:
        form = {"grant_type": _GRANT, "device_code": str(told.get("device_code", ""))}
        wait = min(_whole(told.get("interval"), otherwise=5), _MOST)
        while at.world.now() < ends:
            yield Pause(wait)
            try:
                return (yield from at.tokens(form, way=self.name))
            except UnavailableError:
                wait = min(wait * 2, _MOST)
            except SignInError as error:
                if error.code not in ("authorization_pending", "slow_down"):
                    raise
                wait += _SLOWER if error.code == "slow_down" else 0
        raise SignInError("nobody typed the code in time", code="expired_token")


def _shown(told: dict[str, Any]) -> Code:
    code, address = told.get("user_code"), fit(told.get("verification_uri"), what="verification_uri", fault=SignInError)
    if not isinstance(code, str) or not code.isprintable() or not 0 < len(code) <= _TEXT:
        raise SignInError("the server's answer has no code to show in it")
    return Code(code, address, _whole(told.get("expires_in"), otherwise=300))


def _whole(value: object, *, otherwise: int) -> int:
    return value if isinstance(value, int) and 0 < value < 1 << 20 else otherwise
