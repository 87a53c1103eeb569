"""Tests of ``twogate.rules.place.conditions``."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from zoneinfo import ZoneInfo

import pytest

from twogate.rules.place.addresses import read_address
from twogate.rules.place.conditions import Conditions, Group, PlaceRules, Where, refusal, refusal_of_member
from twogate.rules.policy import notation
from twogate.terms.instant import Instant
from twogate.terms.place import LOCAL, NOWHERE, Place
from twogate.terms.reasons import Reason

NOW = Instant(1_795_521_600_000)  # a Tuesday, 12:00 UTC
BERLIN = Where(read_address("192.0.2.7"), Place("DE", 64500))
LYON = Where(read_address("198.51.100.7"), Place("FR", 64501))
UNKNOWN = Where(read_address("203.0.113.9"), NOWHERE)
GARBAGE = Where(read_address("a, b"), NOWHERE)
LAN = Where(read_address("10.0.0.5"), Place(LOCAL))
NET = (ip_network("192.0.2.0/24"),)


def why(conditions: Conditions, where: Where, now: Instant = NOW) -> Reason | None:
    refused = refusal(conditions, where, now)
    return refused.reason if refused else None


def test_no_condition_asks_for_nothing() -> None:
    """Not even for an address that can be read."""
    assert [why(Conditions(), where) for where in (BERLIN, UNKNOWN, GARBAGE)] == [None] * 3


@pytest.mark.parametrize(
    ("conditions", "good", "wrong"),
    [
        (Conditions(networks=NET), BERLIN, LYON),
        (Conditions(refused_networks=NET), LYON, BERLIN),
        (Conditions(countries=("DE", "CH")), BERLIN, LYON),
        (Conditions(refused_countries=("FR",)), BERLIN, LYON),
        (Conditions(asns=(64500,)), BERLIN, LYON),
        (Conditions(refused_asns=(64501,)), BERLIN, LYON),
        (Conditions(countries=("DE", LOCAL)), LAN, LYON),
    ],
)
def test_each_condition_lets_in_and_keeps_out(conditions: Conditions, good: Where, wrong: Where) -> None:
    """Networks, countries and autonomous systems, by list and by exclusion."""
    assert why(conditions, good) is None
    assert why(conditions, wrong) is Reason.PLACE_REFUSED


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(countries=("DE",)),
        Conditions(refused_countries=("FR",)),
        Conditions(asns=(64500,)),
        Conditions(refused_asns=(64501,)),
    ],
)
def test_case_11_what_nobody_knows_is_refused(conditions: Conditions) -> None:
    """An address that no database has, or that is none, passes no condition: not even one that only excludes."""
    assert why(conditions, UNKNOWN) is Reason.PLACE_UNKNOWN
    assert why(conditions, GARBAGE) is Reason.PLACE_UNKNOWN


@pytest.mark.parametrize("conditions", [Conditions(networks=NET), Conditions(refused_networks=NET)])
def test_case_11_a_garbage_address_is_in_no_network_and_not_outside_one(conditions: Conditions) -> None:
    """A stage is never skipped because its input cannot be read."""
    assert why(conditions, GARBAGE) is Reason.PLACE_UNKNOWN


def test_all_conditions_must_hold() -> None:
    """A right country does not make up for a wrong network."""
    both = Conditions(countries=("DE",), networks=(ip_network("10.0.0.0/8"),))
    assert why(both, BERLIN) is Reason.PLACE_REFUSED
    assert why(replace(both, networks=NET), BERLIN) is None


def test_the_operator_reads_which_place_it_was() -> None:
    """The detail is for the log alone."""
    refused = refusal(Conditions(countries=("CH",)), BERLIN, NOW)
    unknown = refusal(Conditions(countries=("CH",)), UNKNOWN, NOW)
    assert refused is not None
    assert unknown is not None
    assert "DE" in refused.detail
    assert "203.0.113.9" in unknown.detail


def at(zone: str, text: str, *, fold: int = 0) -> Instant:
    """The instant at which a clock on a wall in a zone shows this."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return Instant.from_seconds(local.astimezone(UTC).timestamp())


@pytest.mark.parametrize(
    ("hours", "moment", "fold", "is_open"),
    [
        ("Mon-Fri 08:00-18:00 Europe/Berlin", "2026-11-24T08:00", 0, True),
        ("Mon-Fri 08:00-18:00 Europe/Berlin", "2026-11-24T07:59:59", 0, False),
        ("Mon-Fri 08:00-18:00 Europe/Berlin", "2026-11-24T18:00", 0, False),
        # over midnight: the night belongs to the day it began on
        ("Fri 22:00-06:00 Europe/Berlin", "2026-11-28T05:59", 0, True),  # Saturday morning
        ("Fri 22:00-06:00 Europe/Berlin", "2026-11-27T05:59", 0, False),  # Friday morning
        ("Fri 22:00-06:00 Europe/Berlin", "2026-11-28T22:00", 0, False),  # Saturday night
        # Europe/Berlin 2027-03-28: 02:00 to 03:00 does not happen
        ("Sun 02:00-03:00 Europe/Berlin", "2027-03-28T01:59:59", 0, False),
        ("Sun 02:00-03:00 Europe/Berlin", "2027-03-28T03:00", 0, False),
        ("Sun 01:30-03:30 Europe/Berlin", "2027-03-28T03:29", 0, True),
        # Europe/Berlin 2026-10-25: 02:00 to 03:00 happens twice
        ("Sun 02:00-02:30 Europe/Berlin", "2026-10-25T02:15", 0, True),
        ("Sun 02:00-02:30 Europe/Berlin", "2026-10-25T02:15", 1, True),
        ("Sun 02:00-02:30 Europe/Berlin", "2026-10-25T02:45", 0, False),
        ("Sat 22:00-02:30 Europe/Berlin", "2026-10-25T02:29", 1, True),
        # the southern hemisphere: Australia/Sydney turns the other way, 2026-10-04 and 2027-04-04
        ("Sun 02:00-03:00 Australia/Sydney", "2026-10-04T03:00", 0, False),
        ("Sun 01:00-03:30 Australia/Sydney", "2026-10-04T03:29", 0, True),
        ("Sun 02:00-03:00 Australia/Sydney", "2027-04-04T02:59", 0, True),
        ("Sun 02:00-03:00 Australia/Sydney", "2027-04-04T02:59", 1, True),
        # half an hour of daylight saving, and a zone a quarter off
        ("Sun 01:30-02:00 Australia/Lord_Howe", "2027-04-04T01:45", 1, True),
        ("Tue 12:00-12:15 Asia/Kathmandu", "2026-11-24T12:14", 0, True),
        # the date line
        ("Wed 00:00-01:00 Pacific/Kiritimati", "2026-11-25T00:30", 0, True),
    ],
)
def test_hours_are_read_from_the_wall(hours: str, moment: str, fold: int, *, is_open: bool) -> None:
    """Over midnight, through the gap in spring and the fold in autumn, in both hemispheres."""
    found = notation.hours(hours)
    expected = None if is_open else Reason.SIGN_IN_CLOSED
    assert why(Conditions(hours=(found,)), BERLIN, at(found.zone, moment, fold=fold)) is expected


def test_a_place_is_looked_at_before_the_clock() -> None:
    """One reason at a time, always the same one."""
    closed = notation.hours("Sun 00:00-01:00 UTC")
    assert why(Conditions(countries=("CH",), hours=(closed,)), BERLIN) is Reason.PLACE_REFUSED


def test_members_of_a_group_are_held_to_its_conditions() -> None:
    """Nobody else is; of several groups one must let a person in."""
    day = Group("day", Conditions(hours=(notation.hours("Mon-Fri 08:00-10:00 UTC"),)))
    noon = Group("noon", Conditions(hours=(notation.hours("Mon-Fri 11:00-13:00 UTC"),)))
    rules = PlaceRules(groups=(day, noon))
    memberships: tuple[tuple[str, ...], ...] = (("day", "staff"), ("day", "noon"), ("staff",), ())
    early, both, other, none = (refusal_of_member(rules, groups, BERLIN, now=NOW) for groups in memberships)
    assert early is not None
    assert early.reason is Reason.SIGN_IN_CLOSED
    assert both is other is none is None
