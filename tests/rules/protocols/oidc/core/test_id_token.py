"""The ID token's claims."""

from tests.ports import NOON
from tests.services.oauth_standins import a_grant, proofs

from twogate.rules.assurance.level import add_up
from twogate.rules.protocols.oidc.core import id_token
from twogate.terms.secret import Secret


def _claims(nonce: str = "n") -> dict[str, object]:
    return id_token.claims(
        add_up(proofs()),
        a_grant(),
        issuer="https://i",
        access_token=Secret("t"),
        nonce=nonce,
        now=NOON.plus(5),
        life=300,
    )


def test_required_claims() -> None:
    """OpenID Connect Core section 2: for the client, about the person, with the real time of proof."""
    said = _claims()
    assert (said["iss"], said["sub"], said["aud"]) == ("https://i", "usr_ada", "cli_shop")
    assert (said["iat"], said["exp"]) == (NOON.seconds + 5, NOON.seconds + 305)
    assert (said["auth_time"], said["acr"], said["amr"]) == (NOON.seconds, "aal2", ["mfa", "otp", "pwd"])
    assert (said["nonce"], said["sid"]) == ("n", "ses_1")


def test_no_nonce_asked_none_said() -> None:
    """A nonce is there exactly when the request had one."""
    assert "nonce" not in _claims("")


def test_at_hash_vector() -> None:
    """OpenID Connect Core section 3.1.3.6, with the access token of appendix A.3."""
    token = Secret("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
    assert id_token.at_hash(token) == "77QmUPtjPfzWtF2AnpK9RQ"
