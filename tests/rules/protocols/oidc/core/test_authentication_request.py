"""What is asked for, once it is clear where to answer."""

import pytest
from tests.rules.protocols.clients import CHALLENGE, SCOPE, a_client

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oidc.core.authentication_request import AuthenticationRequest, read_request
from twogate.rules.protocols.oidc.core.prompt import Prompt

TO = Destination(a_client(), "https://shop.example/callback", "s")
GOOD = {"response_type": "code", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def _read(**change: str) -> AuthenticationRequest | OAuthRefusal:
    return read_request(Parameters({k: v for k, v in (GOOD | change).items() if v}), TO)


def test_a_bare_request() -> None:
    """Without anything optional the registered scope is asked for and any sign-in will do."""
    found = _read()
    assert isinstance(found, AuthenticationRequest)
    assert (found.scope, found.prompt, found.need) == (SCOPE, Prompt.AS_NEEDED, Need(Level.AAL1))
    assert found.client == TO.client


def test_a_full_request() -> None:
    """OpenID Connect Core section 3.1.2.1: every parameter that is understood is taken."""
    found = _read(scope="openid", nonce="n", prompt="login", max_age="5", acr_values="aal2", login_hint="ada")
    assert isinstance(found, AuthenticationRequest)
    assert (found.scope, found.nonce, found.prompt) == (("openid",), "n", Prompt.ALWAYS)
    assert (found.need, found.login_hint) == (Need(Level.AAL2, 5), "ada")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
        ({"request_uri": "x"}, "request_uri_not_supported"),
        ({"registration": "x"}, "registration_not_supported"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"prompt": "x"}, "invalid_request"),
        ({"max_age": "x"}, "invalid_request"),
        ({"acr_values": "x"}, "unmet_authentication_requirements"),
        ({"nonce": "x" * 513}, "invalid_request"),
    ],
)
def test_each_mistake_has_its_code(change: dict[str, str], code: str) -> None:
    """RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6."""
    found = _read(**change)
    assert isinstance(found, OAuthRefusal)
    assert found.code == code
