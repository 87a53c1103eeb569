"""Forms that only our own pages can send."""

import pytest
from tests.web.requests import request

from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.csrf import check_form, check_origin, form_token

HOLDER = Secret("h" * 43)
SITE = "https://api.example.com"


def _check(given: str, *headers: tuple[str, str], holder: Secret = HOLDER) -> Refused | None:
    return check_form(request(headers=headers), holder=holder, purpose="p", given=given, public_url=SITE)


def test_our_own_form_passes() -> None:
    """The token that our page carries passes, with or without the browser's own headers."""
    token = form_token(HOLDER, "p")
    assert _check(token) is None
    assert _check(token, ("origin", SITE), ("sec-fetch-site", "same-origin")) is None


@pytest.mark.parametrize("given", ["", "x", "\ud800", "é", form_token(HOLDER, "q"), form_token(Secret("o" * 43), "p")])
def test_any_other_token_is_refused(given: str) -> None:
    """A missing, foreign or odd token is refused, as is one for another purpose."""
    assert _check(given) == Refused(Reason.CSRF_TOKEN_WRONG)


@pytest.mark.parametrize(
    "header",
    [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", SITE + ".evil.example"),
        ("origin", "http://api.example.com"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "anything"),
    ],
)
def test_case_18_forms_of_other_sites_are_refused(header: tuple[str, str]) -> None:
    """Even a right token is refused when the browser says that another origin sends the form."""
    refused = _check(form_token(HOLDER, "p"), header)
    assert refused is not None
    assert refused.reason is Reason.CROSS_SITE


def test_repeated_origin_headers_are_refused() -> None:
    """Two Origin headers cannot both be the browser's."""
    assert check_origin(request(headers=[("origin", SITE), ("origin", SITE)]), public_url=SITE) is not None


def test_case_14_token_is_bound_to_its_flow() -> None:
    """The token changes with the flow's handle, so a captured one is worth nothing at the next step."""
    assert form_token(Secret("a" * 43), "flow") != form_token(Secret("b" * 43), "flow")
