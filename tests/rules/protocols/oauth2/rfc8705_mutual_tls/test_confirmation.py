"""RFC 8705 section 3: what a bound token says, and who may use it."""

from dataclasses import replace

import pytest

from twogate.rules.protocols.oauth2.rfc8705_mutual_tls import confirmation
from twogate.terms.caller import Caller, ClientCertificate

CALLER = Caller("192.0.2.7", "", "req_1")


def test_a_bound_token_names_the_thumbprint() -> None:
    """Section 3.1: ``x5t#S256`` in ``cnf``; another token has no ``cnf``."""
    assert confirmation.confirmation("abc") == {"x5t#S256": "abc"}
    assert confirmation.confirmation("") is None


@pytest.mark.parametrize(
    ("binding", "shown", "met"), [("a", "a", True), ("a", "b", False), ("a", "", False), ("", "b", True)]
)
def test_only_its_own_certificate_meets_a_binding(binding: str, shown: str, met: bool) -> None:  # noqa: FBT001  # a parameter
    """A token without a binding needs none."""
    certificate = ClientCertificate(shown, "CN=Issuer", "CN=Subject") if shown else None
    assert confirmation.met(binding, replace(CALLER, certificate=certificate)) is met
