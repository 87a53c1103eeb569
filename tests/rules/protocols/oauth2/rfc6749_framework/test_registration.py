"""Registration: every mistake at once."""

import pytest

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration, mistakes
from twogate.terms.client import ClientKind
from twogate.terms.reasons import Reason

URI = ("https://shop.example/callback",)


@pytest.mark.parametrize(
    "wanted",
    [
        Registration("Shop", ClientKind.WEB, URI, ("openid",), "shop"),
        Registration("Shop", ClientKind.BROWSER, URI),
        Registration("App", ClientKind.FIRST_PARTY),
        Registration("Robot", ClientKind.SERVICE, (), ("orders:read",)),
    ],
)
def test_good_registrations(wanted: Registration) -> None:
    """A first-party app and a service account need no redirect URI."""
    assert mistakes(wanted) == ()


@pytest.mark.parametrize(
    "wanted",
    [
        Registration("", ClientKind.WEB, URI),
        Registration("Shop\n", ClientKind.WEB, URI),
        Registration("Shop", ClientKind.WEB),
        Registration("Shop", ClientKind.NATIVE),
        Registration("Robot", ClientKind.SERVICE, URI),
        Registration("Shop", ClientKind.WEB, ("http://shop.example/",)),
        Registration("Shop", ClientKind.WEB, URI * 21),
        Registration("Shop", ClientKind.WEB, URI, ("a b",)),
        Registration("Shop", ClientKind.WEB, URI, ('"',)),
        Registration("Shop", ClientKind.WEB, URI, id="a b"),
        Registration("Shop", ClientKind.WEB, URI, id="browser"),
        Registration("Shop", ClientKind.WEB, URI, id="usr_ada"),
        Registration("Shop", ClientKind.WEB, URI, id="|x|"),
    ],
)
def test_bad_registrations(wanted: Registration) -> None:
    """A client's id is also a subject and a map key, so it can be nobody else's and holds no separator."""
    assert mistakes(wanted)


def test_all_mistakes_are_named_at_once() -> None:
    """Whoever registers a client need not try again for each mistake."""
    wrong = mistakes(Registration("", ClientKind.WEB, ("ftp://x",), ('"',), "!"))
    assert {one.reason for one in wrong} == {Reason.INPUT_MALFORMED, Reason.REDIRECT_URI_WRONG, Reason.SCOPE_REFUSED}
    assert len(wrong) == 4
