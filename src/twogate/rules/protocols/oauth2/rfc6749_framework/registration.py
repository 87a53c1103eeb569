"""What a client may be registered as (RFC 6749 section 2, RFC 7591 section 2).

Decides from kind, id, redirect URIs and scope whether the registration makes sense; every mistake is named at once.
Clients that the operator adds are the operator's own unless said otherwise; those that register themselves
(``rfc7591_registration``) never are.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from twogate.rules.protocols.jose import rsa
from twogate.rules.protocols.jose.public_key import ALGORITHMS, whole_set
from twogate.rules.protocols.oauth2.rfc6749_framework import redirect_uri, scope
from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.client_authentication import subject_well_formed, thumbprints
from twogate.terms.client import AuthMethod, ClientKind
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
_RESERVED = frozenset({"browser", "system", "unknown", "local"})
_PREFIXES = ("usr_", "tok_", "gnt_", "ses_", "edg_")  # a client's id is a subject too: never take another's
_LONGEST_NAME = 64
_MOST_URIS = 20
CONFIDENTIAL = frozenset({ClientKind.WEB, ClientKind.SERVICE})
DEFAULT_SCOPE = ("openid", "profile", "email")


@dataclass(frozen=True, slots=True)
class Proving:
    """How it proves itself, and what that needs (RFC 7591 names; RFC 8705 section 2.1.2 for the subject)."""

    method: AuthMethod = AuthMethod.BY_KIND
    jwks: str = ""
    jwks_uri: str = ""
    tls_subject: str = ""


@dataclass(frozen=True, slots=True)
class Logout:
    """Where people come back to after signing out, and where the client is told that a session has ended."""

    redirect_uris: tuple[str, ...] = ()
    backchannel_uri: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What is asked for."""

    name: str
    kind: ClientKind
    redirect_uris: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    id: str = ""  # empty = one is made
    proving: Proving = field(default_factory=Proving)
    require_pushed: bool = False  # RFC 9126 section 6
    require_dpop: bool = False  # RFC 9449 section 5.2
    third_party: bool = False  # people are asked before it learns anything
    logout: Logout = field(default_factory=Logout)
    id_token_alg: str = ""  # empty = ES256
    device: bool = False  # it signs people in by the device grant, and needs no redirect URI


def mistakes(wanted: Registration) -> tuple[Refused, ...]:
    """Return everything that is wrong with it; nothing = it may be registered."""
    return tuple(_mistakes(wanted))


def _mistakes(wanted: Registration) -> Iterator[Refused]:
    if not 1 <= len(wanted.name) <= _LONGEST_NAME or not wanted.name.isprintable():
        yield Refused(Reason.INPUT_MALFORMED, f"name: 1 to {_LONGEST_NAME} printable characters")
    if wanted.id and not _ID.fullmatch(wanted.id):
        yield Refused(Reason.INPUT_MALFORMED, "id: 3 to 64 letters, digits and . _ -")
    if wanted.id in _RESERVED or wanted.id.startswith(_PREFIXES):
        yield Refused(Reason.NAME_TAKEN, "id: reserved for Twogate itself")
    if not scope.well_formed(wanted.scope):
        yield Refused(Reason.SCOPE_REFUSED, "scope: letters, digits and . _ : / - (at most 64 in each)")
    yield from _redirects(wanted)
    if wanted.id_token_alg not in ("", "ES256", *rsa.ALGORITHMS):
        yield Refused(Reason.INPUT_MALFORMED, "id_token_alg: ES256, PS256 or RS256")
    yield from _logout(wanted)
    yield from _proving(wanted.proving, wanted.kind)


def _logout(wanted: Registration) -> Iterator[Refused]:
    if len(wanted.logout.redirect_uris) > _MOST_URIS:
        yield Refused(Reason.REDIRECT_URI_WRONG, f"post_logout_redirect_uri: at most {_MOST_URIS}")
    for uri in wanted.logout.redirect_uris:
        no = redirect_uri.registrable(uri, wanted.kind)
        if no is not None:
            yield Refused(no.reason, f"post_logout_redirect_uri {uri!r}: {no.detail}")
    told = wanted.logout.backchannel_uri
    if told and (not told.startswith(("https://", "http://")) or redirect_uri.registrable(told, ClientKind.WEB)):
        yield Refused(Reason.INPUT_MALFORMED, "backchannel_logout_uri: an https address without a fragment")


def _redirects(wanted: Registration) -> Iterable[Refused]:
    needs_one = wanted.kind in (ClientKind.BROWSER, ClientKind.NATIVE, ClientKind.WEB) and not wanted.device
    if needs_one and not wanted.redirect_uris:
        yield Refused(Reason.REDIRECT_URI_WRONG, f"redirect_uri: a {wanted.kind.value} client needs one")
    if len(wanted.redirect_uris) > _MOST_URIS:
        yield Refused(Reason.REDIRECT_URI_WRONG, f"redirect_uri: at most {_MOST_URIS}")
    for uri in wanted.redirect_uris:
        no = redirect_uri.registrable(uri, wanted.kind)
        if no is not None:
            yield Refused(no.reason, f"redirect_uri {uri!r}: {no.detail}")


def _proving(wanted: Proving, kind: ClientKind) -> Iterator[Refused]:
    """One method, with what it needs and nothing else; whoever keeps no secret has no method."""
    public = wanted.method is AuthMethod.NONE
    if wanted.method is not AuthMethod.BY_KIND and public is (kind in CONFIDENTIAL):
        yield Refused(Reason.INPUT_MALFORMED, f"auth_method: not one of a {kind.value} client")
    keys = wanted.method in (AuthMethod.PRIVATE_KEY_JWT, AuthMethod.SELF_SIGNED_TLS)
    fetched = wanted.method is AuthMethod.PRIVATE_KEY_JWT and bool(wanted.jwks_uri)
    if (keys and not fetched) is not bool(wanted.jwks):
        yield Refused(Reason.INPUT_MALFORMED, "jwks: for private_key_jwt and self_signed_tls_client_auth alone")
    elif bool(wanted.jwks_uri) is not fetched:
        yield Refused(Reason.INPUT_MALFORMED, "jwks_uri: for private_key_jwt alone")
    elif fetched and redirect_uri.registrable(wanted.jwks_uri, ClientKind.WEB):
        yield Refused(Reason.INPUT_MALFORMED, "jwks_uri: an https address without a fragment")
    elif fetched:
        pass
    elif wanted.method is AuthMethod.PRIVATE_KEY_JWT and not whole_set(wanted.jwks):
        yield Refused(Reason.INPUT_MALFORMED, f"jwks: public keys for {', '.join(ALGORITHMS)}, and no others")
    elif wanted.method is AuthMethod.SELF_SIGNED_TLS and not thumbprints(wanted.jwks):
        yield Refused(Reason.INPUT_MALFORMED, "jwks: keys with the client's certificate as x5c")
    if (wanted.method is AuthMethod.TLS) is not bool(wanted.tls_subject):
        yield Refused(Reason.INPUT_MALFORMED, "tls_subject: for tls_client_auth, and only for it")
    elif wanted.tls_subject and not subject_well_formed(wanted.tls_subject):
        yield Refused(Reason.INPUT_MALFORMED, "tls_subject: a name such as CN=job,O=Example")
