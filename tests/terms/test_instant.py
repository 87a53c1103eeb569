"""Instants are whole milliseconds that know how to be written."""

import pytest

from twogate.terms.instant import Instant


def test_an_instant_is_written_as_rfc_3339() -> None:
    """Milliseconds and a Z, as RFC 3339 section 5.6 has it."""
    assert Instant(1_795_000_000_123).isoformat() == "2026-11-18T11:06:40.123Z"


def test_seconds_round_down() -> None:
    """A NumericDate is never later than the instant it came from."""
    assert Instant(1_999).seconds == 1


@pytest.mark.parametrize(("seconds", "later"), [(1, 1000), (0.5, 500), (-2, -2000)])
def test_plus_moves_by_seconds(seconds: float, later: int) -> None:
    """Plus adds seconds, since gives them back."""
    start = Instant(10_000)
    assert start.plus(seconds) - start == later
    assert start.plus(seconds).since(start) == seconds
