"""Tests of ``twogate.rules.place.device_claim``."""

import pytest

from twogate.rules.place.device_claim import narrowed, read_area, read_claim
from twogate.terms.place import Coordinates
from twogate.terms.reasons import Reason

BERLIN = read_area("52.52,13.405,50")
HERE, ELSEWHERE = "52.5, 13.4, 30", "48.857,2.352,30"


def why(claim: str, *, needed: bool = False, areas: tuple[Coordinates, ...] = (BERLIN,)) -> Reason | None:
    refused = narrowed(areas, claim, needed=needed)
    return refused.reason if refused else None


def test_a_claim_outside_every_area_keeps_its_device_out() -> None:
    """Inside any one is enough."""
    assert why(HERE) is None
    assert why(ELSEWHERE) is Reason.PLACE_REFUSED
    assert why(ELSEWHERE, areas=(BERLIN, read_area("48.8,2.3,20"))) is None


def test_an_inaccurate_claim_is_no_claim_to_be_inside() -> None:
    """Who may be anywhere within a hundred kilometres is not surely within fifty."""
    assert why("52.52,13.405,100000") is Reason.PLACE_REFUSED


@pytest.mark.parametrize("claim", ["x", "52.52,13.4", "95,0,1", "52.52;13.4;1", "nan,nan,nan", "52.52,13.4,-1"])
def test_case_11_an_unreadable_claim_is_refused(claim: str) -> None:
    """Where areas are set; otherwise nobody asks."""
    assert why(claim) is Reason.PLACE_UNKNOWN
    assert why(claim, areas=()) is None


def test_no_claim_is_refused_only_where_one_is_needed() -> None:
    """A browser on a desk has none to give."""
    assert why("") is None
    assert why("", needed=True) is Reason.PLACE_UNKNOWN


def test_a_claim_is_in_metres_and_an_area_in_kilometres() -> None:
    """As location services and people write them."""
    assert read_claim("52.5,13.4,1500") == Coordinates(52.5, 13.4, 1.5)
    assert Coordinates(52.52, 13.405, 50) == BERLIN


@pytest.mark.parametrize("text", ["", "52.52,13.4", "52.52,13.4,0", "100,0,5", "Berlin"])
def test_an_area_must_be_one(text: str) -> None:
    """A slip in the settings is named."""
    with pytest.raises(ValueError, match="kilometres"):
        read_area(text)
