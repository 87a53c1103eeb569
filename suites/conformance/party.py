"""A relying party: what it asks, what its person's browser does, what it gets."""

import base64
import html
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from joserfc import jws, jwt
from joserfc.jwk import KeySet
from tests.services.oauth_house import CHALLENGE, OAUTH, REDIRECT, VERIFIER, House

_FORM = re.compile(r'<form method="post" action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}


@dataclass
class Party:
    """One relying party at one installation, and the browser of its person."""

    house: House
    name: str
    keys: KeySet | None = None
    visited: list[str] = field(default_factory=list)

    async def ask(self, **change: str) -> httpx2.Response:
        """Send the browser with an authentication request; an empty text takes a parameter away."""
        asked = {
            "response_type": "code",
            "client_id": self.name,
            "redirect_uri": REDIRECT,
            "scope": "openid",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | change
        kept = {name: value for name, value in asked.items() if value}
        return await self.house.http.get(f"{OAUTH}/authorize", params=kept, headers=PAGE)

    async def go(self, answer: httpx2.Response, *, allow: bool = True) -> httpx2.Response:
        """Do what a person would until the browser leaves for the client: sign in, prove more, allow."""
        for _ in range(6):
            place = urlsplit(answer.headers.get("location", ""))
            back = parse_qs(place.query).get("return_to", [""])[0]
            if place.netloc or not back:
                return answer
            self.visited.append(place.path)
            if place.path == "/.twogate/consent":
                answer = await self.consent(answer.headers["location"], allow=allow)
                continue
            self.house.clock.advance(1)
            await self.house.sign_in()
            answer = await self.house.http.get(back, headers=PAGE)
        raise AssertionError(f"the browser goes in a circle: {self.visited}")

    async def consent(self, address: str, *, allow: bool = True) -> httpx2.Response:
        """Answer the question whether this program may."""
        page = await self.house.http.get(address, headers=PAGE)
        assert page.status_code == 200, page.text
        answered = await self.send_form(page, answer="allow" if allow else "deny")
        target = answered.headers.get("location", "")
        if target.startswith("/"):
            return await self.house.http.get(target, headers=PAGE)
        return answered

    async def send_form(self, page: httpx2.Response, **more: str) -> httpx2.Response:
        """Send the form of a page of ours, as its own button would."""
        action, inner = _FORM.findall(page.text)[0]
        fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(inner)}
        origin = {"origin": "https://api.example.com"}
        return await self.house.http.post(html.unescape(action), data=fields | more, headers=PAGE | origin)

    async def answer(self, **change: str) -> dict[str, str]:
        """Ask, do what is asked, and return what the client gets."""
        return answer_of(await self.go(await self.ask(**change)))

    async def redeem(self, code: str, **change: str) -> httpx2.Response:
        """Redeem a code with the client's secret."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        return await self.house.http.post(f"{OAUTH}/token", data=form | change, auth=self.house.basic(self.name))

    async def tokens(self, **change: str) -> dict[str, Any]:
        """The whole flow."""
        got = await self.redeem((await self.answer(**change))["code"])
        assert got.status_code == 200, got.text
        found: dict[str, Any] = got.json()
        return found

    async def claims(self, id_token: str, *, algorithm: str = "ES256") -> dict[str, Any]:
        """Check an ID token as a client does, with a library that is not ours, and return its claims."""
        published = (await self.house.http.get(f"{OAUTH}/jwks")).json()
        read = jwt.decode(id_token, KeySet.import_key_set(published), algorithms=[algorithm])
        said = read.claims
        assert said["iss"] == "https://api.example.com/.twogate"
        assert said["aud"] == self.name
        assert said["exp"] > self.house.clock.now().seconds >= said["iat"]
        return dict(said)


def answer_of(response: httpx2.Response) -> dict[str, str]:
    """The parameters of a redirect to the client."""
    assert response.status_code == 303, response.text
    place = urlsplit(response.headers["location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == REDIRECT, response.headers["location"]
    return {name: values[0] for name, values in parse_qs(place.query).items()}


def header_of(token: str) -> dict[str, Any]:
    """The header of a token, unchecked."""
    return dict(jws.extract_compact(token.encode()).headers())


def unsigned(claims: dict[str, Any]) -> str:
    """A token with ``alg: none``."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + "."


def query(**values: str) -> str:
    return urlencode(values)
