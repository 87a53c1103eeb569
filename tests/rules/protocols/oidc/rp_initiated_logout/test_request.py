"""Who is signed out without a question, and where they may go then."""

from dataclasses import replace

import pytest
from tests.services.oauth_standins import NOON, a_session

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oidc.core.id_token_hint import Hint
from twogate.rules.protocols.oidc.rp_initiated_logout.request import LogoutRequest, client_named, read_logout
from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId

BACK = "https://shop.example/bye"
SHOP = Client(ClientId("shop"), "Shop", ClientKind.WEB, "", (), (), NOON, post_logout_redirect_uris=(BACK,))
HINT = Hint("usr_ada", "shop", "ses_1")


def _ask(**given: str) -> Parameters:
    return Parameters(given)


def test_a_hint_of_this_session_needs_no_question() -> None:
    """RP-Initiated Logout 1.0 section 2: the hint shows that the client had this person in this session."""
    asked = _ask(post_logout_redirect_uri=BACK, state="s")
    assert read_logout(asked, HINT, SHOP, session=a_session()) == LogoutRequest(SHOP, sure=True, back=BACK, state="s")


@pytest.mark.parametrize("hint", [None, replace(HINT, subject="usr_eve"), replace(HINT, session="ses_2")])
def test_anything_less_asks_the_person(hint: Hint | None) -> None:
    """No hint, another person's, another session's: a link elsewhere must not sign anybody out."""
    read = read_logout(_ask(), hint, SHOP, session=a_session())
    assert isinstance(read, LogoutRequest)
    assert not read.sure


@pytest.mark.parametrize(
    "back",
    [
        f"{BACK}/",
        f"{BACK}?x=1",
        "https://shop.example",
        "https://evil.example/bye",
        "HTTPS://shop.example/bye",
        f"{BACK}#",
    ],
)
def test_only_a_registered_address_letter_by_letter(back: str) -> None:
    """A query added, a slash, another case: nobody is sent there."""
    assert isinstance(read_logout(_ask(post_logout_redirect_uri=back), HINT, SHOP, session=a_session()), InvalidRequest)


def test_without_a_client_nobody_is_sent_anywhere() -> None:
    """An address alone, a blocked client, a state without end."""
    for client in (None, replace(SHOP, blocked=NOON)):
        asked = _ask(post_logout_redirect_uri=BACK)
        assert isinstance(read_logout(asked, HINT, client, session=a_session()), InvalidRequest)
    assert isinstance(read_logout(_ask(state="s" * 2049), HINT, SHOP, session=a_session()), InvalidRequest)


def test_hint_and_client_id_must_agree() -> None:
    """Section 2: a client_id that is not the hint's audience is an error."""
    assert client_named(_ask(), HINT) == "shop"
    assert client_named(_ask(client_id="desk"), None) == "desk"
    assert isinstance(client_named(_ask(client_id="desk"), HINT), InvalidRequest)
