"""What a client may be registered as (RFC 6749 section 2, RFC 7591 section 2).

Decides from kind, id, redirect URIs and scope whether the registration makes sense; every mistake is named at once.
Nobody registers themselves: clients are added by the operator and are the operator's own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework import redirect_uri, scope
from twogate.terms.client import ClientKind
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
class Registration:
    """What the operator asks for."""

    name: str
    kind: ClientKind
    redirect_uris: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    id: str = ""  # empty = one is made


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


def _redirects(wanted: Registration) -> Iterable[Refused]:
    needs_one = wanted.kind in (ClientKind.BROWSER, ClientKind.NATIVE, ClientKind.WEB)
    if needs_one and not wanted.redirect_uris:
        yield Refused(Reason.REDIRECT_URI_WRONG, f"redirect_uri: a {wanted.kind.value} client needs one")
    if len(wanted.redirect_uris) > _MOST_URIS:
        yield Refused(Reason.REDIRECT_URI_WRONG, f"redirect_uri: at most {_MOST_URIS}")
    for uri in wanted.redirect_uris:
        no = redirect_uri.registrable(uri, wanted.kind)
        if no is not None:
            yield Refused(no.reason, f"redirect_uri {uri!r}: {no.detail}")
