"""The pages of the portal and the ways between them."""

import pytest

from twogate.web.pages.sections import navigation, told_at


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/.twogate/account", "/.twogate/account"),
        ("/.twogate/account/factors", "/.twogate/account/factors"),
        ("/.twogate/account/factors/rename", "/.twogate/account/factors"),
        ("/.twogate/account/password", "/.twogate/account/factors"),
        ("/.twogate/account/panic", "/.twogate/account/sessions"),
        ("/.twogate/account/codes/kept", "/.twogate/account/recovery"),
        ("/.twogate/account/other", "/.twogate/account"),
        ("/.twogate/accounts", ""),
        ("/.twogate/enrol", "/.twogate/account/factors"),
        ("/.twogate/phone", ""),
    ],
)
def test_the_page_one_is_on_is_marked(path: str, here: str) -> None:
    """The nearest page at or above the address is the present one, and no other."""
    assert [place.href for place in navigation(path) if place.here] == ([here] if here else [])
    assert len(navigation(path)) == 7


def test_what_was_done_is_told_where_it_shows() -> None:
    """Each change is told on the page that shows it; what nobody placed, on the first page."""
    assert told_at("removed") == "/.twogate/account/factors?done=removed"
    assert told_at("anything") == "/.twogate/account?done=anything"
