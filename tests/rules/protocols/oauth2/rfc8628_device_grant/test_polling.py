"""RFC 8628 section 3.5: what a device hears."""

from dataclasses import replace

import pytest
from tests.ports import NOON

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc8628_device_grant.polling import Approved, poll
from twogate.terms.binding import of_key
from twogate.terms.client import Client, ClientKind
from twogate.terms.device_request import Answer, DeviceRequest
from twogate.terms.ids import ClientId, GrantId

CLIENT = Client(ClientId("tv"), "TV", ClientKind.NATIVE, "", (), ("openid",), NOON)
ASKED = DeviceRequest(
    digest="d", user_code="u", client=CLIENT.id, scope=("openid",), binding="", address="192.0.2.1", user_agent="TV/1",
    created=NOON, expires=NOON.plus(600), interval=5,
)  # fmt: skip
YES = replace(ASKED, answer=Answer.APPROVED, grant=GrantId("gnt_1"))


def _code(request: DeviceRequest | None, *, after: int = 10, key: str = "", client: Client = CLIENT) -> str:
    heard = poll(request, client, now=NOON.plus(after), key=key)
    return heard.code if isinstance(heard, OAuthRefusal) else "approved"


@pytest.mark.parametrize(
    ("request_", "heard"),
    [
        (ASKED, "authorization_pending"),
        (YES, "approved"),
        (replace(ASKED, answer=Answer.DENIED), "access_denied"),
        (replace(YES, used=NOON.plus(9)), "invalid_grant"),
        (replace(ASKED, polled=NOON.plus(6)), "slow_down"),
        (replace(YES, polled=NOON.plus(6)), "slow_down"),
        (replace(ASKED, polled=NOON.plus(5)), "authorization_pending"),
        (replace(ASKED, polled=NOON, interval=15), "slow_down"),
        (None, "invalid_grant"),
    ],
)
def test_each_state_has_its_word(request_: DeviceRequest | None, heard: str) -> None:
    """Waiting, yes, no, fetched already, too soon, unknown."""
    assert _code(request_) == heard


@pytest.mark.parametrize("request_", [ASKED, YES])
def test_after_its_time_a_yes_is_worth_nothing(request_: DeviceRequest) -> None:
    """The last second is still in time."""
    assert _code(request_, after=599) != "expired_token"
    assert _code(request_, after=600) == "expired_token"


def test_another_client_cannot_fetch_it() -> None:
    """Nor learns whether it exists."""
    other = replace(CLIENT, id=ClientId("other"))
    assert _code(YES, client=other) == _code(None) == "invalid_grant"


def test_what_a_key_asked_for_only_that_key_fetches() -> None:
    """A stolen device code is worth nothing without the key (RFC 9449)."""
    bound = replace(YES, binding=of_key("mine"))
    assert _code(bound, key="mine") == "approved"
    assert _code(bound, key="other") == _code(bound) == "invalid_grant"


def test_an_approval_is_handed_on_whole() -> None:
    """What was approved is what is issued."""
    assert poll(YES, CLIENT, now=NOON.plus(10)) == Approved(YES)
