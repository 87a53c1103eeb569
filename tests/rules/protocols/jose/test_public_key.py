"""Keys of others: for one algorithm each, by what the key is."""

import json
from typing import Any

import pytest
from tests.rules.protocols.keys import Caller

from twogate.rules.protocols.jose import compact
from twogate.rules.protocols.jose.public_key import PublicKey, read_key, read_keys, signer_of
from twogate.terms.verdict import Passed, Refused

KINDS = (("EC", "ES256"), ("RSA", "PS256"), ("OKP", "EdDSA"))


def _jws(caller: Caller, **header: Any) -> compact.Jws:
    read = compact.read(caller.sign({"alg": caller.algorithm} | header, {"a": 1}))
    assert isinstance(read, Passed)
    return read.value


def _key(caller: Caller) -> PublicKey:
    read = read_key(caller.jwk)
    assert isinstance(read, Passed), read
    return read.value


def test_rfc_7638_section_3_1_thumbprint() -> None:
    """The example of the RFC."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5ha"
        "jrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    read = read_key({"kty": "RSA", "n": n, "e": "AQAB", "alg": "PS256", "kid": "2011-04-29"})
    assert isinstance(read, Passed), read
    assert read.value.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_verifies_its_own_algorithm(kind: tuple[str, str]) -> None:
    """What its owner signed, and nothing else."""
    caller, other = Caller(*kind), Caller(*kind, number=1)
    assert _key(caller).signed(_jws(caller))
    assert not _key(other).signed(_jws(caller))
    assert _key(caller).thumbprint == caller.thumbprint


def test_case_43_the_key_says_the_algorithm() -> None:
    """An RSA key does not verify RS256, although its owner signed it; a header that lies is refused."""
    rsa = Caller("RSA", "PS256")
    assert not _key(rsa).signed(_jws(Caller("RSA", "RS256")))
    read = compact.read(rsa.sign({"alg": "PS256"}, {"a": 1}))
    assert isinstance(read, Passed)
    for algorithm in ("RS256", "ES256", "none", None, ["PS256"]):
        lying = compact.Jws({"alg": algorithm}, read.value.claims, read.value.signed, read.value.signature)
        assert not _key(rsa).signed(lying)


def test_case_46_psychic_signatures_are_none() -> None:
    """CVE-2022-21449: r and s of zero, or anything of another length."""
    jws = _jws(Caller())
    for signature in (bytes(64), bytes(63), b"", bytes(32) + b"\1" * 32, b"\xff" * 64):
        assert not _key(Caller()).signed(compact.Jws(jws.header, jws.claims, jws.signed, signature))


@pytest.mark.parametrize(
    "change",
    [
        {"d": "AA"},
        {"k": "AA"},
        {"crv": "P-384"},
        {"crv": "secp256k1"},
        {"kty": "oct"},
        {"kty": 7},
        {"x": None},
        {"x": "AA"},
        {"x": "A" * 43},
        {"x": "A" * 800},
        {"y": 7},
        {"use": "enc"},
        {"alg": "ES384"},
        {"kid": 7},
    ],
)
def test_a_key_that_is_not_taken(change: dict[str, Any]) -> None:
    """Private, of another curve, off the curve, malformed, or for another purpose."""
    assert isinstance(read_key(Caller().jwk | change), Refused)


def test_rsa_keys_have_a_decent_size() -> None:
    """1024 bits are too few, an exponent of 3 too small, a modulus of 16,384 bits is a bomb."""
    assert isinstance(read_key(Caller("small RSA").jwk), Refused)
    rsa = Caller("RSA").jwk
    for change in ({"e": "Aw"}, {"e": "AA"}, {"n": "_" * 2_731}):
        assert isinstance(read_key(rsa | change), Refused)
    for jwk in (None, [], "x", 7, {}):
        assert isinstance(read_key(jwk), Refused)


def test_a_set_yields_its_good_keys() -> None:
    """What is not taken is left out; what is no set has none."""
    good = Caller()
    text = json.dumps({"keys": [{"kty": "oct", "k": "AA"}, good.jwk | {"kid": "k1"}, 7]})
    (found,) = read_keys(text)
    assert (found.kid, found.thumbprint) == ("k1", good.thumbprint)
    for wrong in ("", "{}", "[]", "x", '{"keys":7}', '{"keys":null}', "[" * 9_000):
        assert read_keys(wrong) == ()


def test_a_key_id_narrows_the_choice() -> None:
    """With the id of another key, or one that is no text, nobody signed it."""
    keys = read_keys(Caller().jwks)
    assert signer_of(_jws(Caller(), kid="k1"), keys) is keys[0]
    assert signer_of(_jws(Caller()), keys) is keys[0]
    assert signer_of(_jws(Caller(), kid="k2"), keys) is None
