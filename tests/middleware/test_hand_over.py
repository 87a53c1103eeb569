"""What goes into an application, and what comes out of it."""

import pytest
from tests.dataplane.decision.known import headers

from twogate.middleware.hand_over import is_ours_to_say, request_fields, response_fields, sets_ours
from twogate.rules.forward_auth.answers import Answer

ANSWER = Answer(
    200,
    (
        ("X-Auth-Subject", "usr_a"),
        ("Cookie", "a=b"),
        ("X-Request-Id", "r"),
        ("X-Twogate-Target", "/x"),
        ("RateLimit", "q"),
    ),
)


def test_forged_fields_and_credentials_are_replaced() -> None:
    """By what is said of the caller, in every spelling."""
    given = headers(
        "X-Auth-Subject: root", "X_Auth_Level: aal3", "Authorization: Bearer t", "Cookie: twogate=t; a=b", "Accept: x"
    )
    assert request_fields(given, ANSWER) == headers(
        "Accept: x", "X-Auth-Subject: usr_a", "Cookie: a=b", "X-Request-Id: r"
    )


def test_the_caller_hears_id_and_limits() -> None:
    """Beside the application's own answer."""
    assert response_fields(ANSWER) == [("X-Request-Id", "r"), ("RateLimit", "q")]


@pytest.mark.parametrize(
    ("value", "ours"), [("twogate=x", True), (" __Host-twogate-session=x; Path=/", True), ("twogatex=1", False)]
)
def test_an_application_sets_no_cookie_of_ours(value: str, ours: bool) -> None:  # noqa: FBT001  # a column of a table
    """It could sign somebody in as somebody else."""
    assert sets_ours(value) is ours


def test_what_only_we_say() -> None:
    """The list is the gateway's."""
    assert is_ours_to_say("x-auth-anything")
    assert not is_ours_to_say("accept")
