"""Answers are read strictly, and nothing that is sent brings the reader down."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import NOON
from tests.rules.factors.webauthn.conftest import Party, text
from tests.rules.factors.webauthn.soft_key import SoftKey, b64

from twogate.rules.factors.webauthn.answer import Answer, Asked, credential_id, decode, encode, read, refuse
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
_PARTY = Party()
_STATE = _PARTY.registered()
_OFFER = _PARTY.offer()
_ASKED = _PARTY.challenge(_STATE)
_CREATED = _PARTY.key.create(_OFFER.show.public)
_GOT = _PARTY.key.get(_ASKED.show)


@given(st.binary(max_size=60))
def test_base64url_is_read_in_one_spelling_only(value: bytes) -> None:
    """What is encoded is decoded; padding, other alphabets and loose bits are not read."""
    text_of = encode(value)
    assert decode(text_of) == value
    assert decode(text_of + "=") is None
    assert decode(text_of + "+") is None


@pytest.mark.parametrize("spelling", ["A", "AB", "ABC", "A A", "AA\n", "ä", "AA=="])
def test_loose_spellings_are_not_read(spelling: str) -> None:
    """One byte too few, loose bits, blanks, line ends, padding."""
    assert decode(spelling) is None


def _place(answer: dict[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    head, *rest = path
    inner = answer.get(head)
    if rest and isinstance(inner, dict):
        return {**answer, head: _place(inner, tuple(rest), value)}
    return {**answer, head: value}


@given(
    st.sampled_from(["id", "rawId", "type", "response", "authenticatorAttachment", "clientExtensionResults"]),
    st.sampled_from(["", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]),
    _JSON,
)
def test_case_10_any_json_anywhere_is_refused_or_ignored(outer: str, inner: str, value: object) -> None:
    """Any JSON in any place: an answer that still passes is one whose signed parts did not change."""
    path = ("response", inner) if inner else (outer,)
    create, get = _place(_CREATED, path, value), _place(_GOT, path, value)
    registered = _PARTY.factor.accept(_OFFER.remember, text(create), NOON)
    checked = _PARTY.factor.check(_STATE, text(get), NOON, asked=_ASKED.remember)
    if isinstance(registered, Passed):
        assert create["response"]["attestationObject"] == _CREATED["response"]["attestationObject"]
    if isinstance(checked, Passed):
        assert get["response"]["signature"] == _GOT["response"]["signature"]


@given(st.data())
def test_any_byte_changed_is_refused_or_another_credential(data: st.DataObject) -> None:
    """The attestation object with a changed, missing or inserted byte never brings anything down."""
    whole = decode(_CREATED["response"]["attestationObject"]) or b""
    at = data.draw(st.integers(0, len(whole) - 1))
    piece = data.draw(st.binary(max_size=3))
    other = {**_CREATED["response"], "attestationObject": b64(whole[:at] + piece + whole[at + 1 :])}
    verdict = _PARTY.factor.accept(_OFFER.remember, text({**_CREATED, "response": other}), NOON)
    assert isinstance(verdict, Passed | Refused)


@given(st.binary(max_size=200))
def test_any_bytes_are_no_answer(sent: bytes) -> None:
    """Bytes that are no answer are refused as unreadable and address nobody."""
    found = read(Secret(sent))
    assert isinstance(found, Refused)
    assert found.reason is Reason.PASSKEY_MALFORMED
    assert credential_id(Secret(sent)) == ""


def test_a_name_that_stands_twice_is_refused() -> None:
    """Two readers could take different ones of them."""
    twice = json.dumps(_GOT).replace('"type"', '"id": "other", "type"', 1)
    assert isinstance(read(Secret(twice)), Refused)
    assert credential_id(Secret(twice)) == ""


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    """A challenge that no UTF-8 can say is refused when it is read, not where it is compared."""
    said = b'{"type":"webauthn.get","challenge":"\\ud800","origin":"https://api.example.com"}'
    sent = {**_GOT, "response": {**_GOT["response"], "clientDataJSON": encode(said)}}
    assert isinstance(read(text(sent)), Refused)
    assert isinstance(read(text({**_GOT, "authenticatorAttachment": "\udc00"})), Refused)


def test_what_is_too_long_is_not_read() -> None:
    """More than any authenticator says is refused before it is parsed."""
    long = Secret(json.dumps({**_GOT, "padding": "x" * 50_000}))
    assert isinstance(read(long), Refused)
    assert credential_id(long) == ""


def test_the_client_data_must_fit_what_was_asked() -> None:
    """Ceremony, challenge, origin: the right ones pass, each other one does not."""
    answer = read(text(_GOT))
    assert isinstance(answer, Answer)
    challenge = answer.client_data.challenge
    assert refuse(answer, Asked("webauthn.get", challenge, SoftKey.origin)) is None
    for asked in (
        Asked("webauthn.create", challenge, SoftKey.origin),
        Asked("webauthn.get", challenge[:-1], SoftKey.origin),
        Asked("webauthn.get", challenge, "https://api.example.com:1"),
    ):
        assert isinstance(refuse(answer, asked), Refused)
