"""Any file: what it is, is seen in it."""

import pytest
from tests.ports import NOON
from tests.rules.factors.seeds.containers import PRE_SHARED, container, figure_6, package

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


def test_each_form_is_read() -> None:
    """To seeds of its factor; a form that is said is believed."""
    for document, factor in ((figure_6(), "hardware_token"), (OATH, "hardware_token"), (YUBICO, "yubico_otp")):
        verdict = read(document, Opening(key=Secret(PRE_SHARED)), now=NOON)
        assert isinstance(verdict, Passed)
        assert [seed.factor for seed in verdict.value.seeds] == [factor]
    assert isinstance(read(OATH, Opening(), now=NOON, form=Form.PSKC), Refused)
