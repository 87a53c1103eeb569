"""Authorization responses."""

from urllib.parse import parse_qs, urlsplit

import pytest
from tests.rules.protocols.clients import a_client

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import AccessDenied
from twogate.rules.protocols.oauth2.rfc9207_issuer_identification import response
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret

ISSUER = "https://api.example.com/.twogate"


def _sent(uri: str, *, error: bool, state: str = "s&=%\r\n é") -> dict[str, list[str]]:
    to = Destination(a_client(), uri, state)
    answer = (
        response.refused(to, AccessDenied(Reason.SUBJECT_BLOCKED), issuer=ISSUER)
        if error
        else response.granted(to, Secret("code"), issuer=ISSUER)
    )
    location = response.location(to, answer)
    assert location.startswith(uri)
    assert location.isascii()
    assert location.isprintable()
    return parse_qs(urlsplit(location).query)


@pytest.mark.parametrize("error", [True, False])
@pytest.mark.parametrize("uri", ["https://shop.example/cb", "https://shop.example/cb?tenant=1", "com.example.app:/cb"])
def test_every_answer_says_who_answers(uri: str, *, error: bool) -> None:
    """RFC 9207 section 2: iss goes with codes and errors; state comes back as it was, and never splits a header."""
    found = _sent(uri, error=error)
    assert found["iss"] == [ISSUER]
    assert found["state"] == ["s&=%\r\n é"]
    assert ("code" in found) is not error
    assert ("tenant" in found) is ("tenant" in uri)


def test_no_state_sent_none_returned() -> None:
    """RFC 6749 section 4.1.2: state is there exactly when the request had one."""
    assert "state" not in _sent("https://shop.example/cb", error=False, state="")
