"""Any file: what it is, is seen in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ports import NOON
from tests.rules.factors.seeds.containers import PASSPHRASE, PRE_SHARED, container, figure_6, figure_7, package

from twogate.rules.factors.seeds.pskc_values import Opening
from twogate.rules.factors.seeds.read import Form, form_of, read
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

OATH = f"serial,secret,type\n1,{'31' * 20},hotp\n".encode()
YUBICO = b"1,vvgrhubjtbgi,3cc43cf5b3ff,9a63afb27ae32dd7b9a1d6f3c4fc7ed1,,\n"


@pytest.mark.parametrize(
    ("document", "form"),
    [
        (container(package()), Form.PSKC),
        (b"\xef\xbb\xbf \n<x/>", Form.PSKC),
        ("<?xml version='1.0'?><x/>".encode("utf-16"), Form.PSKC),
        (OATH, Form.OATH_CSV),
        (b"1," + b"31" * 20 + b",hotp,6,0\n", Form.OATH_CSV),
        (YUBICO, Form.YUBICO_CSV),
        (b"", Form.OATH_CSV),
    ],
)
def test_a_file_is_known_by_its_content(document: bytes, form: Form) -> None:
    """Markup, a public id in modhex, or else a table."""
    assert form_of(document) is form


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([figure_6(), figure_7(), OATH, YUBICO]), st.data())
def test_a_damaged_file_is_refused_and_never_a_fault(document: bytes, data: st.DataObject) -> None:
    """Bytes changed, cut out, doubled: what comes back is a delivery or a no."""
    opening = Opening(key=Secret(PRE_SHARED), passphrase=Secret(PASSPHRASE))
    for _ in range(data.draw(st.integers(1, 4))):
        at, size = data.draw(st.integers(0, len(document))), data.draw(st.integers(0, 30))
        document = document[:at] + data.draw(st.binary(max_size=4)) + document[at + size :]
    for form in (None, *Form):
        assert isinstance(read(document, opening, now=NOON, form=form), Passed | Refused)


@given(st.text(max_size=300))
def test_any_text_is_a_delivery_or_a_no(text: str) -> None:
    """Whatever somebody gives by mistake."""
    for form in (None, *Form):
        assert isinstance(read(text.encode("utf-8", "replace"), Opening(), now=NOON, form=form), Passed | Refused)


def test_each_form_is_read() -> None:
    """To seeds of its factor; a form that is said is believed."""
    for document, factor in ((figure_6(), "hardware_token"), (OATH, "hardware_token"), (YUBICO, "yubico_otp")):
        verdict = read(document, Opening(key=Secret(PRE_SHARED)), now=NOON)
        assert isinstance(verdict, Passed)
        assert [seed.factor for seed in verdict.value.seeds] == [factor]
    assert isinstance(read(OATH, Opening(), now=NOON, form=Form.PSKC), Refused)
