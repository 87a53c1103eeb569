"""The claims parameter: what of it counts."""

import json
from typing import Any

import pytest

from twogate.rules.assurance.level import Level
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9470_step_up.errors import UnmetAuthenticationRequirements
from twogate.rules.protocols.oidc.core.claims_request import ClaimsRequest, read_claims

MAY = ("openid", "profile")


def _read(asked: Any) -> object:
    return read_claims(Parameters({"claims": json.dumps(asked)}), MAY)


@pytest.mark.parametrize(
    ("acr", "level"),
    [
        ({"essential": True, "values": ["aal2", "aal3"]}, Level.AAL2),
        ({"essential": True, "value": "phr"}, Level.PHR),
        ({"essential": True, "values": ["urn:unknown", "aal2"]}, Level.AAL2),
        ({"essential": True}, Level.NONE),
        ({"values": ["aal3"]}, Level.NONE),
        ({"essential": False, "value": "urn:unknown"}, Level.NONE),
        (None, Level.NONE),
    ],
)
def test_an_essential_acr_is_a_demand(acr: object, level: Level) -> None:
    """OpenID Connect Core section 5.5.1.1: essential is demanded, voluntary is a wish."""
    assert _read({"id_token": {"acr": acr}}) == ClaimsRequest(level)


@pytest.mark.parametrize("acr", [{"value": "urn:sca"}, {"values": ["urn:sca"]}, {"values": "aal2"}, {"values": [7]}])
def test_an_essential_acr_that_nobody_can_reach(acr: dict[str, object]) -> None:
    """It is said so instead of answered with less."""
    assert isinstance(_read({"id_token": {"acr": {"essential": True, **acr}}}), UnmetAuthenticationRequirements)


def test_claims_by_name_as_far_as_the_client_may() -> None:
    """A client that may never ask for ``email`` does not get it by name; unknown claims are left out (section 5.5)."""
    asked = {"userinfo": {"name": {"essential": True}, "email": None, "shoe_size": None}}
    assert _read(asked) == ClaimsRequest(userinfo=("name",))


def test_a_person_by_name() -> None:
    """``sub`` with a value says whose ID token it must be (section 5.5.1)."""
    assert _read({"id_token": {"sub": {"value": "usr_ada"}}}) == ClaimsRequest(subject="usr_ada")


@pytest.mark.parametrize("text", ["[]", "7", "{", '{"id_token":[]}', '{"userinfo":"x"}', '{"a":1,"a":2}', "[" * 4000])
def test_what_is_no_claims_parameter(text: str) -> None:
    """Not JSON, not an object of objects, a repeated name, too deep: invalid_request."""
    assert isinstance(read_claims(Parameters({"claims": text}), MAY), InvalidRequest)
    assert read_claims(Parameters(), MAY) == ClaimsRequest()
