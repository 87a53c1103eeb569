"""Sign-in in the browser, with the answer to this machine (RFC 8252, RFC 7636, RFC 9207).

Decides what answer is believed: the one with our ``state``; from the server that was asked; its code is worth nothing
without the verifier, which never leaves this process before it is spent.
"""

import hashlib
import hmac
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode

from twogate_client.dpop import encoded
from twogate_client.faults import MixUpError, SignInError
from twogate_client.kept import Kept
from twogate_client.outside import random_text
from twogate_client.steps import Do, Flow, Pause
from twogate_client.token_endpoint import Endpoint
from twogate_client.ways.loopback import PATH, Loopback
from twogate_client.ways.way import Need

_LOOK = 0.05  # seconds between two looks for the answer


def _open(address: str) -> None:
    if not webbrowser.open(address):
        print(f"To sign in, open {address}", file=sys.stderr)  # noqa: T201  # there is no browser here to do it


@dataclass(frozen=True, slots=True)
class Browser:
    """Signs a person in who sits at this machine; ``open`` shows them an address."""

    name: ClassVar[str] = "browser"
    person: ClassVar[bool] = True
    secret: ClassVar[str] = ""

    open: Callable[[str], Any] = field(default=_open)
    seconds: float = 300.0
    path: str = PATH

    def sign_in(self, at: Endpoint, need: Need) -> Flow[Kept]:
        """Send the person to the server and wait for its answer."""
        if not at.server.authorization:
            raise SignInError("the server signs nobody in by browser")
        state, verifier = random_text(), random_text()
        with Loopback(self.path, accept=lambda given: hmac.compare_digest(given.encode(), state.encode())) as here:
            asked = self._asked(at, here.address, need) | {"state": state, "code_challenge": _challenge(verifier)}
            joint = "&" if "?" in at.server.authorization else "?"
            address = f"{at.server.authorization}{joint}{urlencode(asked)}"
            yield Do(lambda: self.open(address))
            answer = yield from self._wait(here, at)
        code = _code(answer, at)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": here.address,
            "code_verifier": verifier,
        }
        return (yield from at.tokens(form, way=self.name))

    def _asked(self, at: Endpoint, back: str, need: Need) -> dict[str, str]:
        asked = {
            "response_type": "code",
            "client_id": at.client.id,
            "redirect_uri": back,
            "code_challenge_method": "S256",
        }
        if at.client.scope:
            asked["scope"] = at.client.scope
        if at.key is not None:
            asked["dpop_jkt"] = at.key.thumbprint
        return asked | need.parameters

    def _wait(self, here: Loopback, at: Endpoint) -> Flow[dict[str, str]]:
        ends = at.world.now() + self.seconds
        while here.answer is None:
            if at.world.now() >= ends:
                strange = "; an answer came that nobody here had asked for" if here.strange else ""
                raise SignInError(f"no answer came from the browser in time{strange}")
            yield Pause(_LOOK)
        return here.answer


def _challenge(verifier: str) -> str:
    return encoded(hashlib.sha256(verifier.encode()).digest())


def _code(answer: dict[str, str], at: Endpoint) -> str:
    issuer = answer.get("iss")
    if issuer is None and at.server.says_issuer:
        raise MixUpError("the answer does not say which server it is from, though this server always does")
    if issuer is not None and issuer != at.server.issuer:
        raise MixUpError(f"the answer is from another server than the one that was asked: not from {at.server.issuer}")
    if "error" in answer:
        why = ": ".join(answer[name][:300] for name in ("error", "error_description") if name in answer)
        text = "".join(letter for letter in why if letter.isprintable())
        raise SignInError(f"the authorization server refuses: {text}", code=answer["error"][:64])
    if not answer.get("code"):
        raise SignInError("the answer has no code in it")
    return answer["code"]
