"""The claims of an access token."""

from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey
from tests.ports import NOON

from twogate.rules.protocols.jose import es256
from twogate.rules.protocols.oauth2.rfc9068_jwt_access_token import claims
from twogate.terms.access import AccessFacts
from twogate.terms.ids import SessionId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

KEY = ECKey.generate_key("P-256")
ISSUER = "https://api.example.com/.twogate"
FACTS = AccessFacts(
    subject="usr_ada",
    grant="gnt_1",
    rank=2,
    auth_time=NOON.seconds,
    expires=NOON.seconds + 300,
    not_before=NOON.seconds,
    factors=2,
    audience="https://api.example.com",
    client="shop",
    amr=("mfa", "otp", "pwd"),
    scope=("openid",),
    issued=NOON.seconds,
)
TOKEN = claims.AccessToken(FACTS, "jti-1", SessionId("ses_1"))


def _read(said: dict[str, Any], *, late: float = 0) -> Passed[claims.AccessToken] | Refused:
    text = es256.sign(said, typ=claims.TYPE, kid="k", key=KEY).text()
    return claims.read(text, {"k": KEY}, issuer=ISSUER, now=NOON.plus(late))


def test_written_and_read_back() -> None:
    """RFC 9068 section 2.2: nothing is lost between writing and reading."""
    text = claims.sealed(TOKEN, issuer=ISSUER, kid="k", key=KEY).text()
    assert claims.read(text, {"k": KEY}, issuer=ISSUER, now=NOON) == Passed(TOKEN)


def test_required_claims_are_there() -> None:
    """RFC 9068 section 2.2: iss, exp, aud, sub, client_id, iat, jti; and acr, amr, auth_time (2.2.1)."""
    said = claims.write(TOKEN, issuer=ISSUER)
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti", "acr", "amr", "auth_time", "sid"} <= said.keys()


def test_a_binding_is_told_as_confirmation() -> None:
    """RFC 7800 section 3.1: a bound token names its key."""
    bound = replace(TOKEN, facts=replace(FACTS, binding="thumb"))
    assert claims.write(bound, issuer=ISSUER)["cnf"] == {"x5t#S256": "thumb"}


@pytest.mark.parametrize(("late", "reason"), [(300, Reason.TOKEN_EXPIRED), (-1, Reason.TOKEN_NOT_YET_VALID)])
def test_times(late: int, reason: Reason) -> None:
    """Good from nbf on and until, not including, exp."""
    assert _read(claims.write(TOKEN, issuer=ISSUER), late=late) == Refused(reason)
    assert isinstance(_read(claims.write(TOKEN, issuer=ISSUER), late=299), Passed)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"sub": "usr_eve"},
        {"aud": "https://other.example"},
        {"exp": NOON.seconds + 9_999},
        {"nbf": 0},
        {"jti": 1},
        {"sid": ["x"]},
        {"tg": "1|x"},
        {"tg": 1},
        {"tg": None},
    ],
)
def test_claims_and_packed_facts_must_agree(change: dict[str, Any]) -> None:
    """A token whose two statements differ is refused even with a good signature."""
    no = _read(claims.write(TOKEN, issuer=ISSUER) | change)
    assert isinstance(no, Refused)
    assert no.reason is Reason.TOKEN_INVALID


@pytest.mark.parametrize("name", ["tg", "iss", "sub", "aud", "exp", "nbf", "jti"])
def test_case_46_no_claim_may_be_missing(name: str) -> None:
    """Every claim that is checked must be there."""
    said = {key: value for key, value in claims.write(TOKEN, issuer=ISSUER).items() if key != name}
    assert isinstance(_read(said), Refused)
