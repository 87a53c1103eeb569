"""ID tokens as hints: ours, also old ones, and nothing that only looks like one."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from twogate.rules.protocols.jose import es256
from twogate.rules.protocols.oidc.core.id_token_hint import Hint, IdentityKeys, read_hint
from twogate.terms.verdict import Passed, Refused

ISSUER = "https://api.example.com/.twogate"
KEY, OTHER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
KEYS = IdentityKeys({"k1": KEY}, {})
GOOD: dict[str, Any] = {
    "iss": ISSUER,
    "sub": "usr_ada",
    "aud": "shop",
    "sid": "ses_1",
    "acr": "aal2",
    "iat": 1,
    "exp": 2,
}


def _token(claims: dict[str, Any], *, typ: str = "JWT", key: ECKey = KEY) -> str:
    return es256.sign(claims, typ=typ, kid="k1", key=key).text()


def test_an_old_id_token_is_a_good_hint() -> None:
    """OpenID Connect Core section 3.1.2.1: it need not be one that is still good."""
    assert read_hint(_token(GOOD), KEYS, issuer=ISSUER) == Passed(Hint("usr_ada", "shop", "ses_1"))


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "asked+jwt"])
def test_case_48_other_tokens_are_no_hint(typ: str) -> None:
    """An access token, a logout token or a mark of ours names nobody here."""
    assert isinstance(read_hint(_token(GOOD, typ=typ), KEYS, issuer=ISSUER), Refused)


@pytest.mark.parametrize(
    "change", [{"iss": "https://evil.example"}, {"sub": 7}, {"aud": ["shop"]}, {"acr": None}, {"iat": "x"}, {"sid": 1}]
)
def test_what_is_not_an_id_token_of_ours(change: dict[str, Any]) -> None:
    """Another issuer, members of another kind or missing."""
    claims = {name: value for name, value in (GOOD | change).items() if value is not None}
    assert isinstance(read_hint(_token(claims), KEYS, issuer=ISSUER), Refused)


def test_case_40_an_unsigned_hint() -> None:
    """``alg: none``, an empty signature, another's key."""
    head, body, _ = _token(GOOD).split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiazEifQ"
    for bad in (f"{unsigned}.{body}.", f"{head}.{body}.", _token(GOOD, key=OTHER), "", "x"):
        assert isinstance(read_hint(bad, KEYS, issuer=ISSUER), Refused)
