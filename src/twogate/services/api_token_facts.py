"""What an API token stands for at the gateway: level aal1, one factor, no time of proof, because it is no person."""

from twogate.rules.protocols.oauth2.rfc9068_jwt_access_token.claims import MACHINE
from twogate.terms.access import AccessFacts
from twogate.terms.session import ApiToken


def facts_of(token: ApiToken) -> AccessFacts:
    """Return the facts; grant and client are the token's own id, so that log lines tell tokens apart."""
    return AccessFacts(
        subject=token.owner,
        grant=token.id,
        rank=int(MACHINE.level),
        auth_time=0,
        expires=token.expires.seconds,
        not_before=token.created.seconds,
        factors=MACHINE.factors,
        audience=token.audience,
        client=token.id,
        scope=token.scope,
        issued=token.created.seconds,
    )
