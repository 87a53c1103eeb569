"""How an answer reaches its client."""

from dataclasses import replace

from tests.services.oauth_standins import NOON
from tests.web.requests import request

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId
from twogate.web.oauth.to_client import to_client

SHOP = Client(ClientId("shop"), "Shop", ClientKind.WEB, "", (), (), NOON)
TO = Destination(SHOP, "https://shop.example/cb", "s")


def test_in_the_query_of_a_redirect() -> None:
    """303, not cached, no referrer."""
    answer = to_client(request(), TO, {"code": "c", "state": "s"})
    assert (answer.status_code, answer.headers["location"]) == (303, "https://shop.example/cb?code=c&state=s")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")


def test_as_a_form_that_goes_to_the_client_only() -> None:
    """What is in it is escaped, and the page lets the browser send forms to that origin alone."""
    answer = to_client(request(), replace(TO, posted=True), {"code": 'c"><script>'})
    assert "<script>" not in bytes(answer.body).decode()
    assert "form-action https://shop.example;" in answer.headers["content-security-policy"]
