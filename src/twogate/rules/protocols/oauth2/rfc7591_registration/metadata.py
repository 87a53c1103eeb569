"""Client metadata (RFC 7591 section 2, OpenID Connect Registration 1.0 section 2), in and out.

Decides what a program may say of itself, and what kind of client that makes. What it does not say gets the defaults of
its kind; what is not supported here is replaced where the RFC lets a server do so, and refused where an answer would
promise something else.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from twogate.rules.protocols.jose.rsa import ALGORITHMS as RSA
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Logout, Proving, Registration, mistakes
from twogate.rules.protocols.oauth2.rfc7591_registration.errors import (
    InvalidClientMetadata,
    InvalidRedirectUri,
    UnapprovedSoftwareStatement,
)
from twogate.terms.client import AuthMethod, Client, ClientKind
from twogate.terms.reasons import Reason

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_GRANTS = {
    ClientKind.BROWSER: ("authorization_code", "refresh_token"),
    ClientKind.NATIVE: ("authorization_code", "refresh_token", DEVICE_GRANT),
    ClientKind.WEB: ("authorization_code", "refresh_token"),
    ClientKind.SERVICE: ("client_credentials",),
}
_LONGEST_NAME = 64
_WORDS = {
    "response_types": frozenset({"code"}),
    "grant_types": frozenset(one for grants in _GRANTS.values() for one in grants),
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "token_endpoint_auth_method": tuple(str(one) for one in AuthMethod if one),
    "subject_type": ("public",),
    "application_type": ("web", "native"),
    "id_token_signed_response_alg": ("ES256", *RSA),
}
_TEXTS = ("client_name", "scope", "jwks_uri", "backchannel_logout_uri", "tls_client_auth_subject_dn")
_LISTS = ("redirect_uris", "grant_types", "response_types", "post_logout_redirect_uris", "contacts")


def read_metadata(said: Mapping[str, Any], *, scopes: Collection[str], services: bool) -> Registration | OAuthRefusal:
    """Read what a program says; ``scopes``: what it may ask for; ``services``: whether it may be a service account."""
    if wrong := _wrong(said):
        return wrong
    grants = tuple(said.get("grant_types", ("authorization_code",)))
    method = said.get("token_endpoint_auth_method", AuthMethod.SECRET_BASIC)
    kind = _kind(said, grants, method)
    if kind is ClientKind.SERVICE and not services:
        return _no("grant_types: client_credentials needs a registration token of the operator")
    uris = tuple(said.get("redirect_uris", ()))
    asked = said.get("scope", "").split()
    wanted = Registration(
        _name(said, uris),
        kind,
        redirect_uris=uris,
        scope=tuple(one for one in scopes if not asked or one in asked),
        proving=Proving(
            AuthMethod.BY_KIND if kind not in _CONFIDENTIAL else AuthMethod(method),
            jwks=json.dumps(said["jwks"]) if "jwks" in said else "",
            jwks_uri=said.get("jwks_uri", ""),
            tls_subject=said.get("tls_client_auth_subject_dn", ""),
        ),
        require_pushed=said.get("require_pushed_authorization_requests") is True,
        require_dpop=said.get("dpop_bound_access_tokens") is True,
        third_party=True,
        logout=Logout(tuple(said.get("post_logout_redirect_uris", ())), said.get("backchannel_logout_uri", "")),
        id_token_alg=said.get("id_token_signed_response_alg", ""),
        device=DEVICE_GRANT in grants,
    )
    for mistake in mistakes(wanted):
        refused = InvalidRedirectUri if mistake.reason is Reason.REDIRECT_URI_WRONG else InvalidClientMetadata
        return refused(mistake.reason, detail=mistake.detail)
    return wanted


_CONFIDENTIAL = (ClientKind.WEB, ClientKind.SERVICE)


def _wrong(said: Mapping[str, Any]) -> OAuthRefusal | None:
    """What is of the wrong kind, or is not done here."""
    if "software_statement" in said:
        return UnapprovedSoftwareStatement(Reason.NOT_SUPPORTED)
    for name in _TEXTS:
        if not isinstance(said.get(name, ""), str):
            return _no(f"{name} is a text")
    for name, choice in _CHOICES.items():
        if said.get(name, choice[0]) not in choice:
            return _no(f"{name} is one of: {', '.join(choice)}")
    for name in _LISTS:
        value = said.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            return _no(f"{name} is a list of texts")
        if name in _WORDS and not set(value) <= _WORDS[name]:
            return _no(f"{name} has one that is not supported")
    return None


def _kind(said: Mapping[str, Any], grants: Collection[str], method: str) -> ClientKind:
    """What the program is: by its grants, by whether it can keep a secret, by where it is redirected to."""
    if "client_credentials" in grants:
        return ClientKind.SERVICE
    if method != AuthMethod.NONE:
        return ClientKind.WEB
    own = any(not uri.startswith("https:") for uri in said.get("redirect_uris", []))
    native = own or DEVICE_GRANT in grants or said.get("application_type") == "native"
    return ClientKind.NATIVE if native else ClientKind.BROWSER


def _name(said: Mapping[str, Any], uris: Collection[str]) -> str:
    """Its name, or where it lives: people are shown that host as well, so that a name alone convinces nobody."""
    given = "".join(sign for sign in said.get("client_name", "") if sign.isprintable()).strip()
    try:
        host = urlsplit(next(iter(uris), "")).hostname or ""
    except ValueError:
        host = ""
    return (given or host or "Unnamed program")[:_LONGEST_NAME]


def describe(client: Client) -> dict[str, Any]:
    """What is registered, in the words of RFC 7591 section 3.2.1. The secret is not among it."""
    public = AuthMethod.SECRET_BASIC if client.confidential else AuthMethod.NONE
    said: dict[str, Any] = {
        "client_id": client.id,
        "client_id_issued_at": client.created.seconds,
        "client_name": client.name,
        "redirect_uris": list(client.redirect_uris),
        "grant_types": list(_GRANTS.get(client.kind, ("authorization_code", "refresh_token"))),
        "response_types": [] if client.kind is ClientKind.SERVICE else ["code"],
        "token_endpoint_auth_method": str(client.auth_method or public),
        "application_type": "native" if client.kind is ClientKind.NATIVE else "web",
        "scope": " ".join(client.scope),
        "id_token_signed_response_alg": client.id_token_alg or "ES256",
        "subject_type": "public",
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "require_pushed_authorization_requests": client.require_pushed,
        "dpop_bound_access_tokens": client.require_dpop,
    }
    given = {
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "jwks_uri": client.jwks_uri,
        "tls_client_auth_subject_dn": client.tls_subject,
    }
    keys = {"jwks": json.loads(client.jwks)} if client.jwks and not client.jwks_uri else {}
    return said | {name: value for name, value in given.items() if value} | keys


def _no(hint: str) -> InvalidClientMetadata:
    return InvalidClientMetadata(Reason.INPUT_MALFORMED, hint)
