"""The certificate that a connection showed, as a factor."""

from dataclasses import replace

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.client_certificate import CertificateFactor, CertificateRules
from twogate.rules.factors.contract import Accepted, Account, Checked
from twogate.terms.caller import ClientCertificate
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Category, Nature, Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

SHOWN = ClientCertificate("A" * 43, "CN=Cards,O=Example", "CN=Ada\\, Countess,O=Example")
FACTOR = CertificateFactor(CertificateRules(hardware=frozenset({"CN=Cards,O=Example"})))
ACCOUNT = Account("https://api.example.com", "ada")


def enrolled(shown: ClientCertificate = SHOWN) -> Accepted:
    """Set it up."""
    begun = FACTOR.offer(ACCOUNT, SeededEntropy())
    accepted = FACTOR.accept(begun.remember, shown.handed(), NOON)
    assert isinstance(accepted, Passed)
    assert isinstance(accepted.value, Accepted)
    return accepted.value


def test_the_certificate_that_is_shown_is_set_up_and_checked() -> None:
    """By its thumbprint; its owner knows it by the common name in it."""
    made = enrolled()
    assert made.label == "Ada, Countess"
    assert FACTOR.identifier(made.state) == SHOWN.thumbprint
    checked = FACTOR.check(made.state, SHOWN.handed(), NOON)
    assert isinstance(checked, Passed)
    assert checked.value == Checked(made.nature)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Secret(""), Reason.CERTIFICATE_MISSING),
        (Secret("A" * 43), Reason.CERTIFICATE_MISSING),
        (Secret("[]"), Reason.CERTIFICATE_MISSING),
        (Secret("{}"), Reason.CERTIFICATE_MISSING),
        (Secret(b"\xff"), Reason.CERTIFICATE_MISSING),
        (Secret("[" * 100_000), Reason.CERTIFICATE_MISSING),
        (replace(SHOWN, thumbprint="B" * 43).handed(), Reason.CERTIFICATE_NOT_ENROLLED),
        (replace(SHOWN, thumbprint="").handed(), Reason.CERTIFICATE_NOT_ENROLLED),
    ],
)
def test_nothing_else_passes(given: Secret, why: Reason) -> None:
    """No certificate, nonsense, or another one, even of the same names."""
    refused = FACTOR.check(enrolled().state, given, NOON)
    assert isinstance(refused, Refused)
    assert refused.reason is why


def test_without_a_certificate_nothing_is_set_up() -> None:
    """There is nothing to remember then."""
    assert FACTOR.accept({}, Secret(""), NOON) == Refused(Reason.CERTIFICATE_MISSING)


@pytest.mark.parametrize(
    ("issuer", "level"),
    [("CN=Cards,O=Example", Level.AAL3), ("CN=Files,O=Example", Level.PHR), ("", Level.PHR)],
)
def test_its_worth_follows_from_its_issuer(issuer: str, level: Level) -> None:
    """Phishing-resistant with a password beside it; hardware only where the operator says so of the authority."""
    nature = FACTOR.nature({"thumbprint": "A" * 43, "issuer": issuer, "subject": ""})
    known = Nature(frozenset({Category.KNOWN}), amr=("pwd",))
    proofs = [Proof(name, CredentialId(name), each, NOON) for name, each in (("a", known), ("b", nature))]
    assert add_up(proofs).level is level


def test_what_the_operator_says_of_an_authority_holds_for_certificates_set_up_before() -> None:
    """The names are kept, the worth is worked out each time."""
    made = enrolled()
    assert CertificateFactor().nature(made.state).hardware_protected is False
    assert FACTOR.nature(made.state).hardware_protected is True


def test_a_decoy_passes_nothing_and_looks_alike() -> None:
    """Names that do not exist cost the same."""
    decoy = FACTOR.decoy(SeededEntropy())
    assert set(decoy) == set(enrolled().state)
    assert len(decoy["thumbprint"]) == len(SHOWN.thumbprint)
    assert isinstance(FACTOR.check(decoy, SHOWN.handed(), NOON), Refused)


def test_nothing_is_typed() -> None:
    """Neither to set it up nor to sign in."""
    assert FACTOR.prompt.untyped
    assert FACTOR.presented
    assert FACTOR.again(ACCOUNT, {}) == FACTOR.offer(ACCOUNT, SeededEntropy()).show
