"""DPoP proofs: each check of RFC 9449 section 4.3, one wrong thing at a time."""

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import NOON
from tests.rules.protocols.keys import Caller, b64, jwk_of, unsigned

from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import AGE, AHEAD, Asked, Proved, check
from twogate.terms.reasons import Reason

URL = "https://api.example.com/orders/7"
TOKEN = "header.claims.signature"
ATH = "FxQ3lhOOhn0T5QjpjCT7K6lU8Sj7eyIMtd7QoJhHTbE"
ADA = Caller()


def _asked(token: str = TOKEN, **change: Any) -> Asked:
    return Asked(**{"method": "GET", "url": URL, "access_token": b64(hashlib.sha256(token.encode()).digest())} | change)


def _judge(proof: str, **change: Any) -> Proved | InvalidDpopProof:
    return check([proof], _asked(**change), now=NOON)


def _good(**change: Any) -> str:
    return ADA.proof("GET", URL, token=TOKEN, **change)


@pytest.mark.parametrize("kind", [("EC", "ES256"), ("RSA", "PS256"), ("OKP", "EdDSA")])
def test_a_good_proof_proves_its_key(kind: tuple[str, str]) -> None:
    """ES256, PS256 and EdDSA: the thumbprint is that of RFC 7638, and every use of the proof has one mark."""
    caller = Caller(*kind)
    proof = caller.proof("GET", URL, token=TOKEN)
    first, again = _judge(proof), _judge(proof)
    assert isinstance(first, Proved), first
    assert first == again
    assert first.thumbprint == caller.thumbprint
    other = _judge(caller.proof("GET", URL, token=TOKEN))
    assert isinstance(other, Proved)
    assert other.mark != first.mark


def test_rfc_9449_section_4_1_example() -> None:
    """The proof of the RFC's figure 1 is good at its time and place, under the RFC's own thumbprint (section 6.1)."""
    figure = (
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscE"
        "JoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19"
        ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwia"
        "WF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
    )
    then = NOON.plus(1_562_262_616 - NOON.seconds)
    proved = check([figure], Asked("POST", "https://server.example.com/token"), now=then)
    assert isinstance(proved, Proved), proved
    assert proved.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.mark.parametrize("member", ["jti", "htm", "htu", "iat", "ath"])
def test_each_claim_must_be_there(member: str) -> None:
    """Without jti, htm, htu, iat or ath it proves nothing."""
    assert isinstance(_judge(_good(**{member: None})), InvalidDpopProof)


@pytest.mark.parametrize("value", [7, "", [], {}, True, None, "x" * 600])
@pytest.mark.parametrize("member", ["jti", "htm", "htu", "iat", "ath"])
def test_each_claim_has_its_type(member: str, value: Any) -> None:
    """Wrong types, empty and endless values are refused, never raised over."""
    assert isinstance(_judge(_good(**{member: value})), InvalidDpopProof)


def test_typ_is_dpop_jwt() -> None:
    """Another type, or none: a JWT that was signed for something else is no proof (RFC 8725 section 3.11)."""
    for typ in (None, "JWT", "at+jwt", "", 7, ["dpop+jwt"]):
        assert isinstance(_judge(_good(head_typ=typ)), InvalidDpopProof)
    assert isinstance(_judge(_good(head_typ="DPoP+JWT")), Proved)


def test_jwk_must_be_there_and_be_a_key() -> None:
    """No jwk, one that is none, or a key that only names itself."""
    for jwk in (None, {}, "x", [], {"kty": "EC"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {"kty": ["EC"]}):
        assert isinstance(_judge(_good(head_jwk=jwk)), InvalidDpopProof)


def test_a_private_key_in_jwk_is_refused() -> None:
    """Check 7: whoever shows the private half has shown it to everybody on the way."""
    for kind, algorithm in (("EC", "ES256"), ("RSA", "PS256"), ("OKP", "EdDSA")):
        caller = Caller(kind, algorithm)
        proof = caller.proof("GET", URL, token=TOKEN, head_jwk=jwk_of(caller.key, private=True))
        assert isinstance(_judge(proof), InvalidDpopProof)


def test_case_39_shared_secrets_and_old_signatures_are_refused() -> None:
    """Check 5: HS256 under the public key, RS256, a curve or size that is not taken."""
    public = b64(json.dumps(ADA.jwk).encode())
    for jwk in (ADA.jwk, {"kty": "oct", "k": public}, ADA.jwk | {"k": public}):
        assert isinstance(_judge(Caller("EC", "HS256").proof("GET", URL, token=TOKEN, head_jwk=jwk)), InvalidDpopProof)
    for kind, algorithm in (("RSA", "RS256"), ("P-384", "ES384"), ("small RSA", "PS256")):
        assert isinstance(_judge(Caller(kind, algorithm).proof("GET", URL, token=TOKEN)), InvalidDpopProof)


def test_case_40_none_is_no_algorithm() -> None:
    """Check 5: unsigned, in every spelling, with and without something where the signature stands."""
    claims = {"jti": "x", "htm": "GET", "htu": URL, "iat": NOON.seconds, "ath": _asked().access_token}
    for algorithm in ("none", "None", "NONE", "nOnE", "", None, "ES256", "PS256", "HS256"):
        for signature in (b"", b"\0", bytes(64), b"\xff" * 64):
            header = {"typ": "dpop+jwt", "alg": algorithm, "jwk": ADA.jwk}
            assert isinstance(_judge(unsigned(header, claims, signature)), InvalidDpopProof)


def test_a_bad_signature_is_refused() -> None:
    """Check 6: one bit of the signature, of the claims, or another key than the one shown."""
    header, claims, signature = _good().split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[5] ^= 1
    assert isinstance(_judge(f"{header}.{claims}.{b64(bytes(raw))}"), InvalidDpopProof)
    other = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) | {"jti": "other"}
    assert isinstance(_judge(f"{header}.{b64(json.dumps(other).encode())}.{signature}"), InvalidDpopProof)
    assert isinstance(_judge(_good(head_jwk=Caller(number=1).jwk)), InvalidDpopProof)


def test_htm_is_the_method_letter_by_letter() -> None:
    """Check 8: methods are case-sensitive."""
    for method in ("POST", "get", "GET ", "HEAD"):
        assert isinstance(_judge(_good(htm=method)), InvalidDpopProof)


def test_iat_is_now_more_or_less() -> None:
    """Check 11: ten seconds before and after are fine, an hour is not; the bounds are exact."""
    for seconds in (-AGE, -10, 0, 10, AHEAD):
        assert isinstance(_judge(_good(iat=NOON.seconds + seconds)), Proved)
    for seconds in (-3_600, -AGE - 1, AHEAD + 1, 3_600):
        assert isinstance(_judge(_good(iat=NOON.seconds + seconds)), InvalidDpopProof)
    assert isinstance(_judge(_good(iat=NOON.seconds + 0.5)), Proved)
    for value in (float("nan"), float("inf"), 10**400, -(10**400), str(NOON.seconds)):
        assert isinstance(_judge(_good(iat=value)), InvalidDpopProof)


def test_it_is_remembered_for_as_long_as_it_would_be_taken() -> None:
    """A mark outlives its proof: at its end nobody takes the proof any more."""
    for seconds in (-AGE, 0, AHEAD):
        proof = _good(iat=NOON.seconds + seconds)
        proved = _judge(proof)
        assert isinstance(proved, Proved)
        assert isinstance(check([proof], _asked(), now=proved.until), InvalidDpopProof)


def test_ath_is_of_this_token() -> None:
    """Check 12: a proof for another token, or for none, is none for this one."""
    assert isinstance(_judge(_good(), token="another.token.here"), InvalidDpopProof)
    assert isinstance(_judge(ADA.proof("GET", URL)), InvalidDpopProof)
    assert isinstance(_judge(ADA.proof("GET", URL), access_token=None), Proved)


def test_one_header_exactly() -> None:
    """Check 1: none, two, two in one, an empty one."""
    good = _good()
    for headers in ([], [good, good], [f"{good}, {good}"], [f"{good},{good}"], [""], [f" {good}"], [f"{good}\n"]):
        assert isinstance(check(headers, _asked(), now=NOON), InvalidDpopProof)


def test_what_is_no_jwt_is_refused() -> None:
    """Check 2: text, too many parts, JSON with a name twice, an extension that must be understood, five megabytes."""
    header, claims, signature = _good().split(".")
    twice = b64(b'{"jti":"a","jti":"b"}')
    for text in (
        "x",
        "a.b",
        f"{header}.{claims}",
        f"{_good()}.x",
        f"{header}.{twice}.{signature}",
        "é.é.é",
        "..",
        "\0",
    ):
        assert isinstance(_judge(text), InvalidDpopProof)
    assert isinstance(_judge(_good(head_crit=["b64"], head_b64=True)), InvalidDpopProof)
    assert isinstance(_judge("A" * 5_000_000), InvalidDpopProof)
    deep = b64(b'{"a":' + b"[" * 2_500 + b"]" * 2_500 + b"}")
    assert isinstance(_judge(f"{header}.{deep}.{signature}"), InvalidDpopProof)


def test_more_claims_do_no_harm() -> None:
    """Claims and header members that nobody asked for are ignored."""
    assert isinstance(_judge(_good(extra={"a": 1}, head_kid="x")), Proved)


def test_the_nonce_is_handed_on() -> None:
    """Whether it is ours is decided elsewhere; here it must only be text."""
    proved = _judge(_good(nonce="n-1"))
    assert isinstance(proved, Proved)
    assert proved.nonce == "n-1"
    for nonce in (7, "n" * 321, "é", 'a"b', "a b"):
        assert isinstance(_judge(_good(nonce=nonce)), InvalidDpopProof)


def test_two_keys_do_not_share_marks() -> None:
    """Nobody can use another's proofs up by guessing their ids."""
    ada, eve = (_judge(Caller(number=n).proof("GET", URL, token=TOKEN, jti="same")) for n in (0, 1))
    assert isinstance(ada, Proved)
    assert isinstance(eve, Proved)
    assert ada.mark != eve.mark


FIXED = _good()


@given(st.data())
def test_no_change_of_a_letter_lets_it_pass(data: st.DataObject) -> None:
    """Whichever letter of a proof becomes another, it proves nothing, and nothing is raised."""
    proof = FIXED
    at = data.draw(st.integers(0, len(proof) - 1))
    letter = data.draw(st.characters(min_codepoint=1, max_codepoint=0x2FF))
    mutant = proof[:at] + letter + proof[at + 1 :]
    assert (mutant == proof) == isinstance(_judge(mutant), Proved)


def test_every_reason_is_the_same_to_the_caller() -> None:
    """The gateway says one word for all of it."""
    refused = _judge("x")
    assert isinstance(refused, InvalidDpopProof)
    assert (refused.reason, refused.code) == (Reason.DPOP_INVALID, "invalid_dpop_proof")
