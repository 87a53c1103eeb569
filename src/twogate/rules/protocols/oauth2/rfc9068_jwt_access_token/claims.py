"""What an access token says (RFC 9068 section 2.2, RFC 9470 section 6.1), written from and read back to one type.

Decides the claims and what makes them acceptable. Whether the grant behind them still stands is for the caller;
whether they suffice for a request is for ``rules.policy`` and, compiled, for the gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import ECKey

from twogate.rules.assurance.level import Assurance, Level
from twogate.rules.protocols.jose import es256
from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.confirmation import confirmation
from twogate.terms.access import AccessFacts
from twogate.terms.ids import SessionId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

TYPE = "at+jwt"
MACHINE = Assurance(Level.AAL1, 1, (), Instant(0))
"""A service account: it holds a secret, and is never a person (``auth_time`` 0)."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token whose signature, issuer and times are good."""

    facts: AccessFacts
    id: str  # jti
    session: SessionId | None


def write(token: AccessToken, *, issuer: str) -> dict[str, Any]:
    """Return the claims; the packed one comes first because the gateway looks for it in every unseen token."""
    facts = token.facts
    claims: dict[str, Any] = {
        "tg": facts.pack(),
        "iss": issuer,
        "sub": facts.subject,
        "aud": facts.audience,
        "exp": facts.expires,
        "nbf": facts.not_before,
        "iat": facts.issued,
        "jti": token.id,
        "client_id": facts.client,
        "acr": Level(facts.rank).acr,
    }
    optional = {
        "scope": " ".join(facts.scope),
        "sid": token.session or "",
        "amr": list(facts.amr),
        "auth_time": facts.auth_time,
        "cnf": confirmation(facts.binding),
    }
    return claims | {name: value for name, value in optional.items() if value}


def read(
    text: str,
    keys: Mapping[str, ECKey],
    *,
    issuer: str,
    now: Instant,
) -> Passed[AccessToken] | Refused:
    """Return what an access token of this issuer says, if its signature is good and it is in force now."""
    match es256.verify(text, keys, typ=TYPE):
        case Refused() as no:
            return no
        case Passed(claims):
            return _in_force(claims, issuer, now)


def _in_force(claims: dict[str, Any], issuer: str, now: Instant) -> Passed[AccessToken] | Refused:
    try:
        facts = AccessFacts.unpack(claims["tg"])
        session, identifier = claims.get("sid"), claims["jti"]
    except (KeyError, ValueError, AttributeError):
        return Refused(Reason.TOKEN_INVALID, "claims are not those of an access token")
    if not isinstance(identifier, str) or not isinstance(session, str | None):
        return Refused(Reason.TOKEN_INVALID, "jti or sid is no text")
    said = (claims.get("iss"), claims.get("sub"), claims.get("aud"), claims.get("exp"), claims.get("nbf"))
    if said != (issuer, facts.subject, facts.audience, facts.expires, facts.not_before):
        return Refused(Reason.TOKEN_INVALID, "iss, sub, aud, exp, nbf and the packed facts do not agree")
    if facts.expires <= now.seconds:
        return Refused(Reason.TOKEN_EXPIRED)
    if facts.not_before > now.seconds:
        return Refused(Reason.TOKEN_NOT_YET_VALID)
    return Passed(AccessToken(facts, identifier, SessionId(session) if session else None))


def sealed(token: AccessToken, *, issuer: str, kid: str, key: ECKey) -> Secret:
    """Return the signed token."""
    return es256.sign(write(token, issuer=issuer), typ=TYPE, kid=kid, key=key)
