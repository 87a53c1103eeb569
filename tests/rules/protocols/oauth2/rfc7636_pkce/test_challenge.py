"""PKCE: S256 for everybody, plain for nobody."""

import pytest
from tests.rules.protocols.clients import CHALLENGE, VERIFIER

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant, InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc7636_pkce import challenge


def test_the_vector_of_the_rfc() -> None:
    """RFC 7636 appendix B."""
    assert challenge.challenge_of(VERIFIER) == CHALLENGE
    assert challenge.answers(VERIFIER, CHALLENGE) is None


def test_a_good_challenge_is_read() -> None:
    """Method S256 and 43 characters of base64url."""
    sent = Parameters({"code_challenge": CHALLENGE, "code_challenge_method": "S256"})
    assert challenge.read_challenge(sent) == CHALLENGE


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"code_challenge": CHALLENGE},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE[1:], "code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE + "=", "code_challenge_method": "S256"},
    ],
)
def test_case_49_anything_less_is_refused(values: dict[str, str]) -> None:
    """RFC 9700 section 2.1.1: no downgrade, whoever the client is."""
    assert isinstance(challenge.read_challenge(Parameters(values)), InvalidRequest)


@pytest.mark.parametrize(
    ("verifier", "expected"),
    [
        (VERIFIER + "x", CHALLENGE),
        (VERIFIER, CHALLENGE[::-1]),
        (VERIFIER, ""),
        (CHALLENGE, CHALLENGE),
        ("short", CHALLENGE),
        ("x" * 129, challenge.challenge_of("x" * 129)),
        ("", ""),
    ],
)
def test_other_verifiers_do_not_answer(verifier: str, expected: str) -> None:
    """RFC 7636 section 4.6; a code without a challenge has no verifier either."""
    assert isinstance(challenge.answers(verifier, expected), InvalidGrant)
