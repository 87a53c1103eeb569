"""An MCP client finds its way with nothing but the API's address: 401, metadata, who it is, PKCE, the right token."""

import json
import re
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from suites.conformance.party import PAGE, Party
from tests.dataplane.decision.known import POLICY, PUBLIC_URL, asked
from tests.services.oauth_house import CHALLENGE, URL, VERIFIER, House

from twogate.outside.fetch import Fetched
from twogate.rules.forward_auth.answers import Asker, refused
from twogate.rules.forward_auth.reading import Read, Where, read
from twogate.rules.policy.decision import Denied
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.rules.policy.paths import NormalPath
from twogate.services.client_documents import ClientDocuments
from twogate.settings.registration import RegistrationSettings
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused
from twogate.web.app import build_app

CALLBACK = "http://127.0.0.1:33418/callback"
DOCUMENT = "https://agent.example/client.json"
MCP = f"{URL}/mcp"


@dataclass
class Web:
    """The internet behind the guarded way out: documents by address."""

    documents: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def get(self, url: str, *, redirects: int = 0) -> Passed[Fetched] | Refused:
        del redirects
        self.asked.append(url)
        if url not in self.documents:
            return Refused(Reason.FETCH_REFUSED, "nothing there")
        return Passed(Fetched(200, "application/json", json.dumps(self.documents[url]).encode(), 60))


def _opened(house: House, web: Web) -> None:
    """The same installation, open to programs that describe or register themselves."""
    dials = RegistrationSettings(open=True, documents=True)
    settings = house.deps.settings.model_copy(update={"registration": dials})
    documents = ClientDocuments(house.store, house.clock, web, dials)  # type: ignore[arg-type]
    house.http._transport = httpx2.ASGITransport(
        app=build_app(replace(house.deps, settings=settings, reach=replace(house.deps.reach, documents=documents)))
    )


def _document(**change: Any) -> dict[str, Any]:
    return {
        "client_id": DOCUMENT,
        "client_name": "Agent",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
    } | change


async def _found(house: House, metadata_url: str) -> dict[str, Any]:
    """From the resource's metadata to the server's, as RFC 9728 and RFC 8414 say."""
    resource = (await house.http.get(metadata_url)).json()
    assert resource["resource"] == URL
    server = resource["authorization_servers"][0]
    place = urlsplit(server)
    about = (await house.http.get(f"{URL}/.well-known/oauth-authorization-server{place.path}")).json()
    assert about["issuer"] == server
    assert "S256" in about["code_challenge_methods_supported"]
    found: dict[str, Any] = about
    return found


async def _walk(house: House, about: dict[str, Any], client: str, **change: str) -> httpx2.Response:
    party = Party(house, client)
    wanted = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "resource": MCP,
    } | change
    return await party.go(await house.http.get(about["authorization_endpoint"], params=wanted, headers=PAGE))


async def _token(
    house: House, about: dict[str, Any], client: str, answer: httpx2.Response, **change: str
) -> httpx2.Response:
    place = urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith(CALLBACK), answer.headers["location"]
    got = {name: values[0] for name, values in parse_qs(place.query).items()}
    assert got["iss"] == about["issuer"]
    form = {
        "grant_type": "authorization_code",
        "client_id": client,
        "code": got["code"],
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "resource": MCP,
    } | change
    return await house.http.post(about["token_endpoint"], data=form)


def _challenged() -> str:
    """What a caller without a credential hears, in the words that the gateway and its stand-ins share."""
    policy = parse(POLICY.replace(PUBLIC_URL, URL))
    assert isinstance(policy, Policy)
    facts = read(asked("/v1/x"), Where(ip_address("::1")), cookie="twogate")
    assert isinstance(facts, Read)
    denied = Denied(Reason.CREDENTIAL_MISSING, 401, path=NormalPath("/v1/x", "", ("v1", "x")))
    answer = refused(denied, Asker(policy, facts.facts, "rid-1"))
    assert answer.status == 401
    return dict(answer.fields)["WWW-Authenticate"]


async def _discover(house: House) -> dict[str, Any]:
    named = re.search(r'resource_metadata="([^"]+)"', _challenged())
    assert named is not None
    return await _found(house, named[1])


async def test_an_agent_that_describes_itself(house: House) -> None:
    """401 → resource metadata → server metadata → its document as client_id → consent → token for this API."""
    web = Web({DOCUMENT: _document()})
    _opened(house, web)
    about = await _discover(house)
    assert about["client_id_metadata_document_supported"] is True
    got = await _token(house, about, DOCUMENT, await _walk(house, about, DOCUMENT))
    assert got.status_code == 200, got.text
    told = await house.introspect(got.json()["access_token"])
    assert (told["aud"], told["client_id"], told["scope"]) == (URL, DOCUMENT, "openid profile")
    renewed = await house.token(
        grant_type="refresh_token", refresh_token=got.json()["refresh_token"], client_id=DOCUMENT, resource=MCP
    )
    assert renewed.status_code == 200
    assert web.asked == [DOCUMENT]


async def test_an_agent_that_registers(house: House) -> None:
    """The same with RFC 7591 where there is no document."""
    _opened(house, Web())
    about = await _discover(house)
    said = {"client_name": "Agent", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
    made = (await house.http.post(about["registration_endpoint"], json=said)).json()
    got = await _token(house, about, made["client_id"], await _walk(house, about, made["client_id"]))
    assert (await house.introspect(got.json()["access_token"]))["aud"] == URL


async def test_a_token_for_another_resource_is_not_to_be_had(house: House) -> None:
    """RFC 8707 section 2: invalid_target, at both endpoints, and the code is still unused."""
    _opened(house, Web({DOCUMENT: _document()}))
    about = await _discover(house)
    elsewhere = await _walk(house, about, DOCUMENT, resource="https://other.example/mcp")
    assert "error=invalid_target" in elsewhere.headers["location"]
    answer = await _walk(house, about, DOCUMENT)
    wrong = await _token(house, about, DOCUMENT, answer, resource="https://other.example/mcp")
    assert wrong.json()["error"] == "invalid_target"
    assert (await _token(house, about, DOCUMENT, answer)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "https://evil.example/client.json"},
        {"client_id": None},
        {"client_secret": "x"},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"redirect_uris": []},
        {"redirect_uris": ["http://evil.example/"]},
        {"grant_types": ["client_credentials"]},
        {"client_name": "x" * 6000},
    ],
)
async def test_a_document_that_is_none(house: House, change: dict[str, Any]) -> None:
    """Another's id, a secret, no address, a service account, too large: our own page, nobody sent anywhere."""
    _opened(house, Web({DOCUMENT: _document(**change)}))
    answer = await house.http.get(
        "/.twogate/oauth2/authorize", params={"client_id": DOCUMENT, "redirect_uri": CALLBACK}, headers=PAGE
    )
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert [one.id for one in await house.clients.list() if one.id.startswith("http")] == []


async def test_strangers_make_no_rows_and_no_storm(house: House) -> None:
    """A hundred visits read the document once and write nothing; a consent writes one row; a block holds."""
    web = Web({DOCUMENT: _document()})
    _opened(house, web)
    about = await _discover(house)
    for _ in range(100):
        params = {"client_id": DOCUMENT, "redirect_uri": CALLBACK, "response_type": "code"}
        await house.http.get(about["authorization_endpoint"], params=params, headers=PAGE)
    assert web.asked == [DOCUMENT]
    assert DOCUMENT not in {one.id for one in await house.clients.list()}
    await _walk(house, about, DOCUMENT)
    assert [one.third_party for one in await house.clients.list() if one.id == DOCUMENT] == [True]
    await house.clients.block(next(one.id for one in await house.clients.list() if one.id == DOCUMENT), actor="test")
    house.clock.advance(7_200)
    assert (await house.http.get(about["authorization_endpoint"], params=params, headers=PAGE)).status_code == 400


async def test_documents_count_only_where_they_are_switched_on(house: House) -> None:
    """By default an address is no client, and nothing is fetched."""
    answer = await house.http.get(
        "/.twogate/oauth2/authorize", params={"client_id": DOCUMENT, "redirect_uri": CALLBACK}, headers=PAGE
    )
    assert answer.status_code == 400
