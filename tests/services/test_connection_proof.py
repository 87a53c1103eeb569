"""What a proof is made of."""

from dataclasses import replace

from twogate.rules.factors.client_certificate import CertificateFactor
from twogate.rules.factors.totp import Totp
from twogate.services.connection_proof import proof_from
from twogate.terms.caller import Caller, ClientCertificate
from twogate.terms.secret import Secret

CALLER = Caller("192.0.2.7", "", "req_1")
SHOWN = ClientCertificate("T" * 43, "CN=Clients", "CN=ada")


def test_nobody_types_what_the_connection_shows() -> None:
    """A form that holds a well-made certificate proves nothing; the gateway's word does, whatever was typed."""
    factor = CertificateFactor()
    assert proof_from(factor, SHOWN.handed(), CALLER) == Secret("")
    assert proof_from(factor, Secret("anything"), replace(CALLER, certificate=SHOWN)) == SHOWN.handed()


def test_other_factors_check_what_was_typed() -> None:
    """A certificate beside it changes nothing."""
    assert proof_from(Totp(), Secret("123456"), replace(CALLER, certificate=SHOWN)) == Secret("123456")
