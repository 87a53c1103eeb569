"""What introspection says."""

from dataclasses import replace

from tests.ports import NOON
from tests.services.oauth_standins import proofs

from twogate.rules.protocols.oauth2.rfc7662_introspection import response
from twogate.terms.access import AccessFacts
from twogate.terms.ids import ClientId, GrantId
from twogate.terms.session import RefreshToken

FACTS = AccessFacts(
    subject="usr_ada",
    grant="gnt_1",
    rank=2,
    auth_time=100,
    expires=500,
    not_before=200,
    factors=2,
    audience="https://api.example.com",
    client="shop",
    amr=("mfa", "otp", "pwd"),
    scope=("a", "b"),
    issued=200,
)


def test_an_access_token_in_force() -> None:
    """RFC 7662 section 2.2 and RFC 9470 section 6.2: acr and auth_time are shown."""
    told = response.active(FACTS, issuer="https://i", token_type="Bearer", jti="j", sid="")
    assert told == {
        "active": True,
        "iss": "https://i",
        "sub": "usr_ada",
        "aud": "https://api.example.com",
        "client_id": "shop",
        "token_type": "Bearer",
        "scope": "a b",
        "acr": "aal2",
        "amr": ["mfa", "otp", "pwd"],
        "auth_time": 100,
        "exp": 500,
        "iat": 200,
        "nbf": 200,
        "jti": "j",
    }


def test_an_inactive_token_says_nothing_else() -> None:
    """RFC 7662 section 2.2."""
    assert response.INACTIVE == {"active": False}


def test_a_refresh_token() -> None:
    """Its own client learns whose it is and until when; nothing about assurance."""
    token = RefreshToken("d", GrantId("g"), ClientId("shop"), proofs(), ("a",), NOON, NOON.plus(60))
    told = response.active_refresh(token, issuer="https://i", subject="usr_ada")
    assert (told["active"], told["sub"], told["client_id"], told["exp"]) == (
        True,
        "usr_ada",
        "shop",
        NOON.seconds + 60,
    )
    assert told.keys().isdisjoint({"acr", "amr", "auth_time"})


def test_a_bound_token_names_its_certificate() -> None:
    """RFC 8705 section 3.2: a resource that asks here can check the binding."""
    told = response.active(replace(FACTS, binding="thumb"), issuer="https://i", token_type="Bearer")
    assert told["cnf"] == {"x5t#S256": "thumb"}
