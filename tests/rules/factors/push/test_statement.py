"""What a phone signs: one text for each statement, and no signature that fits two."""

from dataclasses import replace

import pytest
from tests.phone import ASKED, ORIGIN, QUESTION, Phone, b64

from twogate.rules.factors.push import statement
from twogate.terms.instant import Instant
from twogate.terms.push import Decision, PromptId, PushDeviceId

TOKEN = "tg_pair_" + "a" * 43


def test_an_answer_reads_as_it_is_documented() -> None:
    """Every line of the statement, in its order."""
    phone = Phone(device="pdv_abc")
    answer = phone.answer(QUESTION, Decision.APPROVE, "123456", at=ASKED.plus(7.5))
    assert statement.answer_statement(QUESTION, answer).decode() == (
        "twogate push answer 1\n"
        "origin https://api.example.com\n"
        "device pdv_abc\n"
        "request prq_aaaaaaaaaaaaaaaa\n"
        "account alice\n"
        "action sign_in\n"
        "place 203.0.113.7 (Germany)\n"
        "asked 2026-11-24T12:00:00.000Z\n"
        "code 123456\n"
        "decision approve\n"
        "answered 2026-11-24T12:00:07.500Z"
    )


def test_a_signature_fits_one_statement_only() -> None:
    """Request, account, action, place, time, code, decision, device and site are all covered."""
    phone = Phone()
    answer = phone.answer(QUESTION, Decision.APPROVE, "123456")
    assert statement.is_signed(statement.answer_statement(QUESTION, answer), answer.signature, phone.jwk)
    others = [
        (replace(QUESTION, id=PromptId("prq_bbbbbbbbbbbbbbbb")), answer),
        (replace(QUESTION, origin="https://api.example.net"), answer),
        (replace(QUESTION, account="bob"), answer),
        (replace(QUESTION, action="step_up"), answer),
        (replace(QUESTION, place="198.51.100.1"), answer),
        (replace(QUESTION, asked=ASKED.plus(0.001)), answer),
        (QUESTION, replace(answer, code="123457")),
        (QUESTION, replace(answer, decision=Decision.DENY)),
        (QUESTION, replace(answer, device=PushDeviceId("pdv_other"))),
        (QUESTION, replace(answer, answered=Instant(0))),
    ]
    for question, said in others:
        assert not statement.is_signed(statement.answer_statement(question, said), answer.signature, phone.jwk)


def test_kinds_of_statements_are_told_apart() -> None:
    """The first line of each is another one."""
    device, at = PushDeviceId("pdv_a"), ASKED
    found = [
        statement.pull_statement(ORIGIN, device, at),
        statement.route_statement(ORIGIN, device, at, route="{}"),
        statement.pairing_statement(ORIGIN, token=TOKEN, label="x", key="y"),
        statement.answer_statement(QUESTION, Phone().answer(QUESTION, Decision.DENY)),
    ]
    assert len({one.split(b"\n")[0] for one in found}) == len(found)


@pytest.mark.parametrize("place", ["a\nb", "a\rcode 1", "a\u2028b", "a\x00"])
def test_a_value_cannot_pretend_to_be_two_lines(place: str) -> None:
    """What is not of one printable line is not signed at all."""
    answer = Phone().answer(QUESTION, Decision.DENY)
    with pytest.raises(ValueError, match="one line"):
        statement.answer_statement(replace(QUESTION, place=place), answer)


def test_the_phone_in_software_agrees() -> None:
    """Pull, route, pairing, thumbprint and pairing code of an independent writer are the same."""
    phone, device = Phone(), PushDeviceId("pdv_aaaaaaaaaaaaaaaa")
    pull, route, pairing = phone.pull(ASKED), phone.route({"way": "ntfy"}, ASKED), phone.pairing(TOKEN)
    key = statement.thumbprint(phone.jwk)
    assert key == phone.thumbprint
    assert statement.pairing_code(TOKEN, key) == phone.pairing_code(TOKEN)
    assert statement.is_signed(statement.pull_statement(ORIGIN, device, ASKED), pull["signature"], phone.jwk)
    signed = statement.route_statement(ORIGIN, device, ASKED, route=route["route"])
    assert statement.is_signed(signed, route["signature"], phone.jwk)
    signed = statement.pairing_statement(ORIGIN, token=TOKEN, label=phone.label, key=key)
    assert statement.is_signed(signed, pairing["signature"], phone.jwk)


def test_keys_are_read_strictly() -> None:
    """Four members of P-256 and a point on the curve; private members, other curves, odd spellings are no key."""
    jwk = Phone().jwk
    assert statement.read_key(jwk) is not None
    off = b64(bytes(31) + b"\x01")
    for wrong in (
        {**jwk, "d": jwk["x"]},
        {**jwk, "crv": "P-384"},
        {**jwk, "kty": "OKP"},
        {**jwk, "x": off, "y": off},
        {**jwk, "x": jwk["x"] + "="},
        {**jwk, "x": jwk["x"][:-1]},
        {name: value for name, value in jwk.items() if name != "y"},
    ):
        assert statement.read_key(wrong) is None


def test_signatures_are_read_strictly() -> None:
    """64 bytes in canonical base64url; zeros and another key's signature are none."""
    phone, line = Phone(), b"line"
    good = phone.sign("line")
    assert statement.is_signed(line, good, phone.jwk)
    for wrong in (good + "=", good[:-2], "", b64(bytes(64)), Phone().sign("line"), "ä" * 86):
        assert not statement.is_signed(line, wrong, phone.jwk)
