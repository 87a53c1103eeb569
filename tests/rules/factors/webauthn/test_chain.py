"""Chains of certificates: which lead to a trusted root, and what a certificate must look like."""

import datetime as dt

import pytest
from tests.ports import NOON
from tests.rules.factors.webauthn.soft_key import SINCE, Maker

from twogate.rules.factors.webauthn.chain import leads_to, names_other_model, packed_certificate_fault
from twogate.terms.instant import Instant

MODEL = bytes(range(16))


@pytest.fixture(scope="module")
def maker() -> Maker:
    return Maker()


def test_a_certificate_under_a_trusted_root_is_trusted(maker: Maker) -> None:
    """Directly, over an authority between them, or because it is trusted itself."""
    leaf = maker.leaf(MODEL)
    batch, lower = maker.between()
    assert leads_to([leaf], [maker.root], NOON)
    assert leads_to([lower.leaf(MODEL), batch], [Maker().root, maker.root], NOON)
    assert leads_to([leaf], [leaf], NOON)


def test_other_chains_are_not(maker: Maker) -> None:
    """No chain, no roots, another root of the same name, a gap, an authority that is none."""
    batch, lower = maker.between()
    false_batch, false_lower = maker.between(ca=False)
    bare_batch, bare_lower = maker.between(ca=None)
    assert not leads_to([], [maker.root], NOON)
    assert not leads_to([maker.leaf(MODEL)], [], NOON)
    assert not leads_to([maker.leaf(MODEL)], [Maker().root], NOON)
    assert not leads_to([lower.leaf(MODEL)], [maker.root], NOON)
    assert not leads_to([lower.leaf(MODEL), Maker(lower.name).root], [maker.root], NOON)
    assert not leads_to([false_lower.leaf(MODEL), false_batch], [maker.root], NOON)
    assert not leads_to([bare_lower.leaf(MODEL), bare_batch], [maker.root], NOON)
    assert not leads_to([maker.leaf(MODEL), batch], [batch], NOON)


def test_certificates_have_their_time(maker: Maker) -> None:
    """Too early and too late are judged by the time that is handed in."""
    leaf = maker.leaf(MODEL, until=SINCE + dt.timedelta(days=365))
    during, after = Instant.from_seconds(SINCE.timestamp() + 86_400), NOON
    for roots in ([maker.root], [leaf]):
        assert leads_to([leaf], roots, during)
        assert not leads_to([leaf], roots, after)
        assert not leads_to([leaf], roots, Instant.from_seconds(SINCE.timestamp() - 1))


def test_packed_certificates_look_like_authenticators(maker: Maker) -> None:
    """Section 8.2.1: subject with the words of the specification, no authority."""
    assert packed_certificate_fault(maker.leaf(MODEL)) == ""
    assert "subject" in packed_certificate_fault(maker.leaf(MODEL, unit="Sales"))
    assert "subject" in packed_certificate_fault(maker.root)
    assert "authority" in packed_certificate_fault(maker.leaf(MODEL, ca=True))
    assert "no authority" in packed_certificate_fault(maker.leaf(MODEL, ca=None))


def test_a_certificate_is_for_its_model(maker: Maker) -> None:
    """Where the certificate names a model it must be this one; the extension must not be critical."""
    assert not names_other_model(maker.leaf(MODEL), MODEL)
    assert not names_other_model(maker.leaf(None), MODEL)
    assert names_other_model(maker.leaf(bytes(16)), MODEL)
    assert names_other_model(maker.leaf(MODEL + b"\x00"), MODEL)
    assert names_other_model(maker.leaf(MODEL, critical=True), MODEL)
