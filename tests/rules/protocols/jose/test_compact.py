"""Compact forms of others: one spelling, read or refused, never raised over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.protocols.keys import Caller, b64

from twogate.rules.protocols.jose import compact
from twogate.terms.verdict import Passed, Refused

GOOD = Caller().sign({"alg": "ES256"}, {"a": 1})


def test_a_good_one_is_taken_apart() -> None:
    """Header, claims, and what the signature covers."""
    read = compact.read(GOOD)
    assert isinstance(read, Passed)
    assert (read.value.claims, read.value.signed.decode()) == ({"a": 1}, GOOD.rpartition(".")[0])
    assert len(read.value.signature) == 64


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"7", b"", b"{", b'{"a":1,"a":1}', b"\xff\xfe", b"[" * 5_000])
def test_claims_are_one_object_without_repeats(body: bytes) -> None:
    """Anything else is refused."""
    header, _, signature = GOOD.split(".")
    assert isinstance(compact.read(f"{header}.{b64(body)}.{signature}"), Refused)


@pytest.mark.parametrize("body", [b'{"jti":"\\ud800"}', b'{"\\uDC00":1}', '{"jti":"\\ud800"}'.encode("utf-16")])
def test_half_of_a_pair_is_no_text(body: bytes) -> None:
    """What no UTF-8 can say (RFC 7515 section 3) is refused before it is hashed or stored; whole pairs are read."""
    assert compact.read_object(b64(body)) is None
    assert compact.read_object(b64(b'{"jti":"\\ud83d\\ude00"}')) == {"jti": "\U0001f600"}


def test_a_second_spelling_is_refused() -> None:
    """Unused bits that are set, padding, the other alphabet, line breaks."""
    assert compact.decode("QQ") == b"A"
    for text in ("QR", "QQ==", "Q", "-/8", "QQ\n", "é"):
        assert compact.decode(text) is None


def test_a_moment_is_a_number_of_seconds() -> None:
    """RFC 7519 section 2; truth is no number, nor is what no clock will ever show."""
    assert compact.moment(7) == compact.moment(7.0) == 7.0
    for claim in (True, "7", None, float("nan"), float("inf"), 10**400, -(10**400), []):
        assert compact.moment(claim) is None


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: ".".join([b64(raw)] * 3)))
def test_nothing_is_raised_over(text: str) -> None:
    """Whatever somebody sends is read or refused."""
    assert isinstance(compact.read(text), Passed | Refused)
