"""From an operator's dials to what must hold at a sign-in."""

import json
from ipaddress import ip_network
from typing import Any

import pytest
from pydantic import ValidationError

from twogate.rules.place.conditions import Conditions, PlaceRules
from twogate.rules.policy.notation import hours
from twogate.settings.places import PlaceSettings
from twogate.terms.place import LOCAL, Coordinates


def read(values: dict[str, Any]) -> PlaceSettings:
    """As a settings file is read."""
    return PlaceSettings.model_validate_json(json.dumps(values), strict=True)


def test_the_defaults_ask_for_nothing() -> None:
    """Nobody is kept out by an address that nobody knows."""
    assert PlaceSettings().rules == PlaceRules()
    assert PlaceSettings().claimed_areas == ()


def test_every_dial_reaches_the_rules() -> None:
    """Lists of texts become countries, numbers, networks, hours."""
    found = read(
        {
            "countries": ["DE", "local"],
            "refused_countries": ["FR"],
            "asn_file": "/var/lib/asn.mmdb",
            "asns": ["AS3320"],
            "refused_asns": ["AS1"],
            "networks": ["10.0.0.0/8"],
            "refused_networks": ["10.1.0.0/16"],
            "hours": ["Mon-Fri 08:00-18:00 Europe/Berlin"],
            "areas": ["52.52,13.40,50"],
        }
    )
    assert found.rules.everybody == Conditions(
        networks=(ip_network("10.0.0.0/8"),),
        refused_networks=(ip_network("10.1.0.0/16"),),
        countries=("DE", LOCAL),
        refused_countries=("FR",),
        asns=(3320,),
        refused_asns=(1,),
        hours=(hours("Mon-Fri 08:00-18:00 Europe/Berlin"),),
    )
    assert found.claimed_areas == (Coordinates(52.52, 13.40, 50),)


def test_groups_have_conditions_of_their_own() -> None:
    """A table for each group, by its name."""
    found = read({"groups": {"night": {"hours": ["Mon-Sun 22:00-06:00 UTC"]}}})
    (group,) = found.rules.groups
    assert group.name == "night"
    assert group.conditions == Conditions(hours=(hours("Mon-Sun 22:00-06:00 UTC"),))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"countries": ["UK"]}, "GB"),
        ({"refused_countries": ["QQ"]}, "ISO 3166"),
        ({"asn_file": "/x", "asns": ["3320"]}, "AS3320"),
        ({"asns": ["AS3320"]}, "asn_file"),
        ({"networks": ["10.0.0.1/8"]}, "10.0.0.0/8"),
        ({"hours": ["always"]}, "hours are"),
        ({"hours": ["Mon 08:00-18:00 Europe/Berln"]}, "Europe/Berlin"),
        ({"areas": ["Berlin"]}, "kilometres"),
        ({"groups": {"x": {"hours": ["never"]}}}, "hours are"),
        ({"groups": {"x": {"colour": "red"}}}, "Extra"),
        ({"keep_days": 0}, "greater"),
    ],
)
def test_a_slip_is_refused_when_the_file_is_read(wrong: dict[str, Any], said: str) -> None:
    """Not at three in the morning, when the first person is kept out by it."""
    with pytest.raises(ValidationError, match=said):
        read(wrong)
