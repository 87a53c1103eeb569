"""An enrolled authenticator as the assurance rules want it."""

from tests.rules.signin.people import enrolled

from twogate.rules.assurance.step_up import Available


def test_an_enrolled_authenticator_is_available() -> None:
    """It keeps its name, its credential and what a proof would be worth."""
    one = enrolled("totp")
    assert one.available == Available("totp", one.credential, one.nature)
