"""ES256 tokens: one spelling each, one algorithm, one type."""

import base64
import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from twogate.rules.protocols.jose import es256
from twogate.terms.access import CANONICAL_JWT
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

KEY = ECKey.generate_key("P-256")
KEYS = {"key-1": KEY}
CLAIMS = {"sub": "usr_ada", "n": 1}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _sign(claims: dict[str, object] | None = None) -> str:
    return es256.sign(claims or CLAIMS, typ="at+jwt", kid="key-1", key=KEY).text()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _handmade(header: str, body: str) -> str:
    """Signed with the right key, whatever the parts are."""
    signed = f"{_b64(header.encode())}.{_b64(body.encode())}"
    private = KEY.private_key
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{_b64(r.to_bytes(32, 'big') + min(s, ORDER - s).to_bytes(32, 'big'))}"


def _refused(token: str, *, typ: str = "at+jwt") -> bool:
    answer = es256.verify(token, KEYS, typ=typ)
    return isinstance(answer, Refused) and answer.reason is Reason.TOKEN_INVALID


def test_what_is_signed_is_read_back() -> None:
    """Claims come back as they went in."""
    assert es256.verify(_sign(), KEYS, typ="at+jwt") == Passed(CLAIMS)


def test_an_independent_implementation_agrees() -> None:
    """Joserfc verifies what we sign (RFC 7515 section 5.2)."""
    found = jws.deserialize_compact(_sign(), KEY, algorithms=["ES256"])
    assert json.loads(found.payload or b"") == CLAIMS


@given(st.integers(0, 10_000))
def test_every_token_has_the_canonical_spelling(number: int) -> None:
    """Whatever is signed matches the one pattern that gateways check, so its digest names it."""
    assert re.fullmatch(CANONICAL_JWT, _sign({"n": number}))


@given(st.integers(0, 10_000))
def test_the_twin_signature_never_has_it(number: int) -> None:
    """(r, n - s) verifies as ECDSA but not here, and the pattern alone tells it apart."""
    head, _, signature = _sign({"n": number}).rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    twin = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    forged = f"{head}.{_b64(twin)}"
    jws.deserialize_compact(forged, KEY, algorithms=["ES256"])  # others would take it
    assert _refused(forged)
    assert not re.fullmatch(CANONICAL_JWT, forged)


def test_the_type_is_part_of_the_meaning() -> None:
    """RFC 8725 section 3.11: a token of another type is refused."""
    assert _refused(_sign(), typ="JWT")


@pytest.mark.parametrize(
    "header",
    [
        '{"typ":"at+jwt","alg":"ES256","kid":"key-2"}',
        '{"typ":"at+jwt","alg":"ES256"}',
        '{"typ":"at+jwt","alg":"ES256","kid":"key-1","crit":[]}',
        '{"typ":"at+jwt","alg":"none","kid":"key-1"}',
        '{"typ":"at+jwt","alg":"ES384","kid":"key-1"}',
        '{"typ":"AT+JWT","alg":"ES256","kid":"key-1"}',
        '{"typ":"at+jwt","alg":"ES256","kid":["key-1"]}',
        '{"typ":"at+jwt","alg":"ES256","kid":"key-1","kid":"key-1"}',
        "[]",
        "null",
        "{",
    ],
)
def test_other_headers_are_refused_although_the_signature_is_right(header: str) -> None:
    """The header is exactly alg, kid and typ; nothing in it can choose key or algorithm."""
    assert _refused(_handmade(header, json.dumps(CLAIMS)))


def test_the_handmade_token_is_good_otherwise() -> None:
    """The tests above fail for their header and nothing else."""
    header = '{"typ":"at+jwt","alg":"ES256","kid":"key-1"}'
    assert es256.verify(_handmade(header, json.dumps(CLAIMS)), KEYS, typ="at+jwt") == Passed(CLAIMS)


@pytest.mark.parametrize("body", ["[]", "1", '"x"', '{"a":1,"a":2}', "{", "\u00e9"])
def test_claims_are_one_object_without_repeats(body: str) -> None:
    """A signed payload that is no JSON object, or repeats a name, is no token."""
    assert _refused(_handmade('{"typ":"at+jwt","alg":"ES256","kid":"key-1"}', body))


def test_a_long_text_is_refused_before_it_is_decoded() -> None:
    """More than 8192 characters are no token, even when signed."""
    assert _refused(_sign({"x": "y" * 8_000}))


def test_signing_needs_the_private_half() -> None:
    """A public key signs nothing."""
    public = ECKey.import_key(KEY.as_pem(private=False))
    with pytest.raises(ValueError, match="private"):
        es256.sign(CLAIMS, typ="at+jwt", kid="key-1", key=public)
