"""Does what a code or refresh token rests on still stand? (RFC 6749 sections 4.1.2 and 6, RFC 9700 section 4.14).

Decides whether grant, session, account, client and the token itself allow one more access token. Consuming the
token is a conditional statement of the store: what passes here may still lose a race there.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import RedeemCode
from twogate.rules.protocols.oauth2.rfc7636_pkce import challenge
from twogate.terms.account import User
from twogate.terms.binding import of_key
from twogate.terms.client import Client
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.session import AuthorizationCode, Grant, RefreshToken, Session


@dataclass(frozen=True, slots=True)
class Standing:
    """The grant behind a code or refresh token, with its owner."""

    grant: Grant
    user: User
    session: Session


def stands(
    grant: Grant | None,
    user: User | None,
    session: Session | None,
    *,
    now: Instant,
) -> Standing | InvalidGrant:
    """Return the grant and its owner, or why nothing may follow from it any more."""
    if grant is None or grant.revoked is not None:
        return InvalidGrant(Reason.GRANT_INVALID, detail="the grant is revoked")
    if user is None or user.blocked is not None:
        return InvalidGrant(Reason.SUBJECT_BLOCKED, detail="the account is blocked or gone")
    if session is None or session.ended is not None or session.absolute_end <= now:
        return InvalidGrant(Reason.SESSION_ENDED)
    return Standing(grant, user, session)


def code_fits(
    code: AuthorizationCode, request: RedeemCode, client: Client, *, now: Instant, key: str = ""
) -> InvalidGrant | None:
    """Return why this client may not redeem this unused code; ``key``: the thumbprint of the one it proved."""
    if code.client != client.id:
        return InvalidGrant(Reason.GRANT_INVALID, detail="the code is another client's")
    if code.expires <= now:
        return InvalidGrant(Reason.GRANT_INVALID, detail="the code has expired")
    if code.redirect_uri != request.redirect_uri:
        return InvalidGrant(Reason.GRANT_INVALID, "redirect_uri differs from that of the authorization request")
    if code.binding and code.binding != of_key(key):
        return InvalidGrant(Reason.BINDING_MISSING, "the code is for the key that the authorization request named")
    return challenge.answers(request.verifier, code.code_challenge)


def refresh_fits(token: RefreshToken, client: Client, *, now: Instant, idle: int) -> InvalidGrant | None:
    """Return why this client may not use this unused refresh token."""
    if token.client != client.id:
        return InvalidGrant(Reason.GRANT_INVALID, detail="the refresh token is another client's")
    if token.expires <= now or token.issued.plus(idle) <= now:
        return InvalidGrant(Reason.GRANT_INVALID, detail="the refresh token has expired")
    return None


def held(token: RefreshToken, *, key: str) -> InvalidGrant | None:
    """Return why whoever proved ``key`` does not hold this token; a public client's is bound to its key."""
    if token.binding and token.binding != of_key(key):
        return InvalidGrant(Reason.BINDING_MISSING, "the refresh token is bound to another key")
    return None


def answer_lost(
    token: RefreshToken, follower: RefreshToken | None, client: Client, *, now: Instant, grace: int
) -> bool:
    """Whether a used token comes again because its answer was lost, and not because somebody else has it.

    Only a client that proved itself, or its key, can say so; only for a moment; and only while the token that
    followed has not been used, for whoever used that one had the answer.
    """
    proved = client.confidential or token.binding != ""
    unused = follower is not None and follower.used is None
    return proved and unused and token.used is not None and now < token.used.plus(grace)
