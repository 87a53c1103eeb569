"""Tests of ``twogate.rules.risk.new_country``."""

from tests.ports import NOON
from tests.rules.risk.sign_ins import country, seen

from twogate.rules.risk.facts import Situation
from twogate.rules.risk.new_country import new_country
from twogate.terms.place import LOCAL, NOWHERE, Place


def found(here: Place, *before: Place) -> bool:
    return new_country(Situation(NOON, here, tuple(map(seen, before)))) is not None


def test_a_country_is_new_once() -> None:
    """Seen among the sign-ins that are remembered, it is not."""
    assert found(country("FR"), country("DE"))
    assert not found(country("FR"), country("DE"), country("FR"))


def test_the_first_sign_in_is_from_no_new_country() -> None:
    """Nor is the first one that is known."""
    assert not found(country("FR"))
    assert not found(country("FR"), NOWHERE, Place(LOCAL))


def test_unknown_and_local_places_are_no_countries() -> None:
    """An office network abroad is not abroad."""
    assert not found(NOWHERE, country("DE"))
    assert not found(Place(LOCAL), country("DE"))
