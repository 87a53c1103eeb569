"""Who has to have a second factor, and from when."""

import pytest
from tests.ports import NOON

from twogate.rules.signin.enforcement import Duty, Enforcement, Having, duty, second_asked

DATED = Enforcement(always=False, required_from=NOON, grace=2)
STAFF = Enforcement(always=False, required_from=NOON, groups=frozenset({"staff"}), grace=2)
BEFORE, AFTER = NOON.plus(-1), NOON.plus(1)


@pytest.mark.parametrize(
    ("wanted", "having", "now", "owes", "asked"),
    [
        # no date: as the operator says for everybody
        (Enforcement(), Having(), AFTER, Duty.DUE, True),
        (Enforcement(always=False), Having(), AFTER, Duty.FREE, False),
        (Enforcement(always=False), Having(second=True), AFTER, Duty.MET, False),
        # a date: soon, then in grace, then due
        (DATED, Having(), BEFORE, Duty.SOON, False),
        (DATED, Having(), NOON, Duty.GRACE, False),
        (DATED, Having(put_off=1), AFTER, Duty.GRACE, False),
        (DATED, Having(put_off=2), AFTER, Duty.DUE, True),
        # whoever has one is asked for it from the date on
        (DATED, Having(second=True, enrolled_once=True), BEFORE, Duty.MET, False),
        (DATED, Having(second=True, enrolled_once=True), AFTER, Duty.MET, True),
        # a lost one is never put off
        (DATED, Having(enrolled_once=True), AFTER, Duty.DUE, True),
        (Enforcement(required_from=NOON, grace=9), Having(enrolled_once=True), BEFORE, Duty.DUE, True),
        # a date beside "always" gives time to those who have none
        (Enforcement(required_from=NOON, grace=1), Having(), BEFORE, Duty.SOON, False),
        (Enforcement(required_from=NOON, grace=1), Having(put_off=1), AFTER, Duty.DUE, True),
        # for a group
        (STAFF, Having(groups=frozenset({"guests"})), AFTER, Duty.FREE, False),
        (STAFF, Having(groups=frozenset({"guests", "staff"})), AFTER, Duty.GRACE, False),
        (STAFF, Having(groups=frozenset({"staff"}), put_off=2), AFTER, Duty.DUE, True),
        (Enforcement(required_from=NOON, groups=frozenset({"staff"})), Having(), BEFORE, Duty.DUE, True),
    ],
)
def test_what_an_account_owes(  # noqa: PLR0917  # a row of the table
    wanted: Enforcement,
    having: Having,
    now: int,
    owes: Duty,
    asked: bool,  # noqa: FBT001  # likewise
) -> None:
    """Free, met, soon, in grace or due; and whether a second factor is asked for at the sign-in."""
    moment = NOON.plus((now - NOON) / 1000)
    assert duty(wanted, having, moment) is owes
    assert second_asked(wanted, having, moment) is asked


def test_only_a_date_needs_groups_and_counts() -> None:
    """Without a date an errand need not look groups and grace up."""
    assert not Enforcement().dated
    assert DATED.dated
