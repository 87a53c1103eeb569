"""Pushed requests: what is kept, and when it may be answered."""

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import a_client

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9126_pushed_requests.request import PREFIX, binding, is_reference, kept, unusable
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof
from twogate.terms.ids import ClientId
from twogate.terms.session import PushedRequest

SHOP, DESK = ClientId("shop"), ClientId("desk")
ASKED = PushedRequest("d", SHOP, "state=x", "", NOON.plus(90))


def test_credentials_are_not_kept() -> None:
    """Neither secret nor statement; the client is the one that proved itself."""
    sent = Parameters({"client_secret": "s", "client_assertion": "a", "client_assertion_type": "t", "state": "x"})
    left = kept(sent, a_client())
    assert isinstance(left, Parameters)
    assert left.values == {"state": "x", "client_id": "shop"}


def test_a_reference_has_no_place_in_a_pushed_request() -> None:
    """RFC 9126 section 2.1: the parameter must not be there."""
    assert isinstance(kept(Parameters({"request_uri": f"{PREFIX}x"}), a_client()), InvalidRequest)


def test_only_ours_are_references() -> None:
    """What would have to be fetched is none."""
    assert is_reference(Parameters({"request_uri": f"{PREFIX}x"}))
    for other in ("", "https://shop.example/request", PREFIX.upper() + "x"):
        assert not is_reference(Parameters({"request_uri": other}))


def test_one_key_or_none() -> None:
    """RFC 9449 section 10.1: dpop_jkt, the proof's key, or both if they are the same."""
    assert binding("", "") == ""
    assert binding("k", "") == binding("", "k") == binding("k", "k") == "jkt:k"
    assert isinstance(binding("k", "other"), InvalidDpopProof)


@pytest.mark.parametrize(
    ("request_", "client", "seconds", "came_in_time", "good"),
    [
        (ASKED, SHOP, 0, False, True),
        (ASKED, SHOP, 89.999, False, True),
        (ASKED, SHOP, 90, False, False),
        (ASKED, SHOP, 600, True, True),
        (ASKED, DESK, 0, False, False),
        (ASKED, DESK, 0, True, False),
        (None, SHOP, 0, True, False),
        (PushedRequest("d", SHOP, "", "", NOON.plus(90), used=NOON), SHOP, 0, True, False),
    ],
)
def test_for_its_client_once_and_soon(
    request_: PushedRequest | None, client: ClientId, seconds: float, *, came_in_time: bool, good: bool
) -> None:
    """Unknown, another client's, answered, expired: all refused alike; who is signing in for it may be late."""
    refused = unusable(request_, client, now=NOON.plus(seconds), came_in_time=came_in_time)
    assert (refused is None) is good
    assert refused is None or (refused.code, refused.hint) == ("invalid_request_uri", "")
