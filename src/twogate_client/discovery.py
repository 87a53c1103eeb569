"""From an API to its authorization server: RFC 9728 section 3, then RFC 8414 section 3.

Decides what is believed: the description lies at the API itself and is about it; the server's issuer is, letter for
letter, the one that was asked for; every address is https or this machine itself, and at the issuer's own origin unless
the program itself names that issuer.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx2

from twogate_client.addresses import fit, origin
from twogate_client.faults import AddressRefusedError, DiscoveryError, UnavailableError
from twogate_client.kept import Server
from twogate_client.steps import Flow, Send

_RESOURCE = "/.well-known/oauth-protected-resource"
_SERVER = "/.well-known/oauth-authorization-server"
_ENDPOINTS = ("token_endpoint", "authorization_endpoint", "device_authorization_endpoint", "revocation_endpoint")
_OK, _LONGEST, _FAULT = 200, 256 * 1024, 500


def discover(api: str, metadata: str = "", *, issuer: str = "") -> Flow[Server]:
    """Find the server; ``metadata``: where the API says its description lies; ``issuer``: the only one to trust."""
    where = metadata or api + _RESOURCE
    if not _same_origin(where, api):
        raise DiscoveryError("the API names a description of itself that lies at another server")
    about = yield from _document(where)
    resource = about.get("resource")
    if not isinstance(resource, str) or not _same_origin(resource, api) or _place(resource, _RESOURCE) != where:
        raise DiscoveryError(f"the description at {where} is about {resource!r}, not about this API")
    servers = about.get("authorization_servers")
    named = [one for one in servers if isinstance(one, str)] if isinstance(servers, list) else []
    if issuer and issuer not in named:
        raise DiscoveryError(f"the API does not name {issuer}, the only server that is trusted")
    if not named:
        raise DiscoveryError(f"the description at {where} names no authorization server")
    return (yield from server_of(issuer or named[0], pinned=bool(issuer)))


def server_of(issuer: str, *, pinned: bool = False) -> Flow[Server]:
    """Read a server's metadata; ``pinned``: the program trusts this issuer, wherever its endpoints are."""
    fit(issuer, what="the issuer", fault=DiscoveryError)
    said = yield from _document(_place(issuer, _SERVER))
    if said.get("issuer") != issuer:
        raise DiscoveryError(f"the metadata of {issuer} says that it is {said.get('issuer')!r}")
    found = {name: _address(said, name) for name in _ENDPOINTS}
    if not found["token_endpoint"]:
        raise DiscoveryError(f"the metadata of {issuer} has no token_endpoint")
    strange = [name for name, url in found.items() if url and not pinned and not _same_origin(url, issuer)]
    if strange:
        raise DiscoveryError(f"{strange[0]} of {issuer} is at another server; name the issuer yourself to trust it")
    return Server(
        issuer=issuer,
        token=found["token_endpoint"],
        authorization=found["authorization_endpoint"],
        device=found["device_authorization_endpoint"],
        revocation=found["revocation_endpoint"],
        dpop="ES256" in (said.get("dpop_signing_alg_values_supported") or ()),
        says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(said: dict[str, Any], name: str) -> str:
    if said.get(name) is None:
        return ""
    return fit(said.get(name), what=name, fault=DiscoveryError)


def _place(identifier: str, known: str) -> str:
    """Put the well-known part before the path (RFC 8414 section 3.1, RFC 9728 section 3.1)."""
    parts = urlsplit(identifier)
    return f"{parts.scheme}://{parts.netloc}{known}{parts.path.rstrip('/')}" + (f"?{parts.query}" * bool(parts.query))


def _same_origin(one: str, other: str) -> bool:
    try:
        return origin(one) == origin(other)
    except AddressRefusedError:
        return False


def _document(url: str) -> Flow[dict[str, Any]]:
    try:
        answer: httpx2.Response = yield Send(httpx2.Request("GET", url, headers={"accept": "application/json"}))
    except httpx2.HTTPError as error:
        raise UnavailableError(f"{url} does not answer: {type(error).__name__}") from error
    if answer.status_code >= _FAULT:
        raise UnavailableError(f"{url} answers {answer.status_code}")
    if answer.status_code != _OK or len(answer.content) > _LONGEST:
        raise DiscoveryError(f"{url} answers {answer.status_code}: there is no description")
    try:
        said: Any = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise DiscoveryError(f"{url} is no JSON object")
    return said
