"""RSA signatures: one key, one algorithm, whatever a header says."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc import jws
from joserfc.jwk import RSAKey

from twogate.rules.protocols.jose import rsa
from twogate.terms.verdict import Passed, Refused

PRIVATE = generate_private_key(65_537, 2_048)
CLAIMS = {"iss": "https://api.example.com/.twogate", "sub": "usr_ada"}


def _keys(algorithm: str) -> dict[str, rsa.VerifyingKey]:
    return {"k1": rsa.VerifyingKey("k1", algorithm, PRIVATE.public_key())}


def _signed(algorithm: str, typ: str = "JWT") -> str:
    return rsa.sign(CLAIMS, typ=typ, by=rsa.SigningRsa("k1", algorithm, PRIVATE)).text()


@pytest.mark.parametrize("algorithm", rsa.ALGORITHMS)
def test_somebody_else_reads_them(algorithm: str) -> None:
    """RFC 7518 sections 3.3 and 3.5: joserfc verifies ours with the key as it is published."""
    published = RSAKey.import_key(_keys(algorithm)["k1"].as_dict())
    assert json.loads(jws.deserialize_compact(_signed(algorithm), published, algorithms=[algorithm]).payload) == CLAIMS
    assert rsa.verify(_signed(algorithm), _keys(algorithm), typ="JWT") == Passed(CLAIMS)


def test_case_43_header_alg_allow_listed_other_verified() -> None:
    """A key for PS256 verifies no RS256, nor the other way round, and no token that claims the other's name."""
    for ours, other in (rsa.ALGORITHMS, reversed(rsa.ALGORITHMS)):
        assert isinstance(rsa.verify(_signed(other), _keys(ours), typ="JWT"), Refused)
        _head, body, signature = _signed(other).split(".")
        named = base64.urlsafe_b64encode(json.dumps({"typ": "JWT", "alg": ours, "kid": "k1"}).encode()).decode()
        assert isinstance(rsa.verify(f"{named.rstrip('=')}.{body}.{signature}", _keys(ours), typ="JWT"), Refused)


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "jwt"])
def test_another_type_is_another_token(typ: str) -> None:
    """RFC 8725 section 3.11."""
    assert isinstance(rsa.verify(_signed("PS256", typ), _keys("PS256"), typ="JWT"), Refused)


def test_any_change_breaks_it() -> None:
    """Another body, another signature, a shorter one, an unknown key."""
    head, body, signature = _signed("PS256").split(".")
    other = base64.urlsafe_b64encode(json.dumps({"sub": "usr_eve"}).encode()).decode().rstrip("=")
    for bad in (f"{head}.{other}.{signature}", f"{head}.{body}.{signature[:-4]}", f"{head}.{body}.", f"{head}.{body}"):
        assert isinstance(rsa.verify(bad, _keys("PS256"), typ="JWT"), Refused)
    assert isinstance(rsa.verify(_signed("PS256"), {}, typ="JWT"), Refused)
