"""Requests of a client to its authorization server (RFC 6749 sections 2.3 and 5), each with a proof of its key.

Decides how the client names itself, that a nonce is answered once (RFC 9449 section 8), and what is believed of a
token answer. A server that does not answer has said nothing: that is never taken for a no.
"""

import base64
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import quote_plus

import httpx2

from twogate_client.dpop import Key
from twogate_client.faults import BindingError, SignInError, UnavailableError
from twogate_client.kept import Kept, Server
from twogate_client.steps import Flow, Send, World

_OK, _CREATED, _MANY, _FAULT = 200, 201, 429, 500
_SPENDABLE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")


class Binding(Enum):
    """What a token may be worth to somebody who finds it."""

    DPOP = "dpop"  # nothing: it is bound to our key, or we take none
    PREFER_DPOP = "dpop-or-bearer"  # nothing where the server can bind it
    BEARER = "bearer"  # everything


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the authorization server."""

    id: str
    secret: str = field(default="", repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One conversation's way to one server, with one key."""

    server: Server
    client: Client
    key: Key | None
    world: World = field(default_factory=World)
    nonces: dict[str, str] = field(default_factory=dict, repr=False)

    def post(self, url: str, form: dict[str, str]) -> Flow[httpx2.Response]:
        """Send a form, as this client; a nonce that is asked for is given once."""
        answer = yield from self._once(url, form)
        if self.key is not None and self._wants_nonce(answer):
            answer = yield from self._once(url, form)
        if answer.status_code >= _FAULT or answer.status_code == _MANY:
            raise UnavailableError(f"{url} answers {answer.status_code}")
        return answer

    def tokens(self, form: dict[str, str], *, way: str, before: Kept | None = None) -> Flow[Kept]:
        """Ask the token endpoint; ``before``: what is renewed, for what the answer leaves out."""
        answer = yield from self.post(self.server.token, form)
        if answer.status_code != _OK:
            raise refused(answer)
        return self._believed(said(answer), way=way, before=before)

    def _once(self, url: str, form: dict[str, str]) -> Flow[httpx2.Response]:
        headers = {"accept": "application/json"}
        if self.client.secret:
            pair = f"{quote_plus(self.client.id)}:{quote_plus(self.client.secret)}"
            headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form = form | {"client_id": self.client.id}
        if self.key is not None:
            nonce = self.nonces.get(self.server.issuer, "")
            headers["dpop"] = self.key.prove("POST", url, at=self.world.now(), nonce=nonce)
        try:
            answer: httpx2.Response = yield Send(httpx2.Request("POST", url, headers=headers, data=form))
        except httpx2.HTTPError as error:
            raise UnavailableError(f"{url} does not answer: {type(error).__name__}") from error
        if fresh := answer.headers.get("dpop-nonce"):
            self.nonces[self.server.issuer] = fresh
        return answer

    def _wants_nonce(self, answer: httpx2.Response) -> bool:
        refusal = answer.status_code not in (_OK, _CREATED) and "dpop-nonce" in answer.headers
        return refusal and said(answer).get("error") == "use_dpop_nonce"

    def _believed(self, told: dict[str, Any], *, way: str, before: Kept | None) -> Kept:
        access, kind = told.get("access_token"), str(told.get("token_type", "")).lower()
        lives, refresh = told.get("expires_in", 60), told.get("refresh_token") or (before.refresh if before else "")
        if not isinstance(access, str) or not access or not set(access) <= _SPENDABLE or not isinstance(refresh, str):
            raise SignInError("the server's answer has no access token in it")
        if not isinstance(lives, int | float) or isinstance(lives, bool) or not 0 < lives < 1 << 31:
            raise SignInError("the server's answer does not say how long the token lives")
        if kind != ("dpop" if self.key else "bearer"):
            raise BindingError(f"the server gave a token of the type {kind!r}, which is not what was asked for")
        return Kept(
            server=self.server,
            client_id=self.client.id,
            access=access,
            expires=self.world.now() + lives,
            refresh=refresh,
            key=self.key.kept if self.key else "",
            scope=str(told.get("scope") or (before.scope if before else self.client.scope)),
            way=way,
        )


def said(answer: httpx2.Response) -> dict[str, Any]:
    """The members of a JSON answer; none if it is something else."""
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def refused(answer: httpx2.Response) -> SignInError:
    """What a refusal says (RFC 6749 section 5.2)."""
    told = said(answer)
    code, why = str(told.get("error", "")), str(told.get("error_description", ""))
    text = ": ".join(part for part in (_plain(code), _plain(why)) if part) or f"it answers {answer.status_code}"
    return SignInError(f"the authorization server refuses: {text}", code=_plain(code))


def _plain(text: str) -> str:
    return "".join(letter for letter in text[:300] if letter.isprintable())
