"""Tests of ``twogate.rules.policy.countries``."""

from importlib import resources

import pytest

from twogate.rules.policy.countries import CODES, asn, country


def test_the_codes_are_those_of_iso_3166() -> None:
    """As the time zone database lists them, and XK beside them."""
    table = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text()
    listed = {line[:2] for line in table.splitlines() if not line.startswith("#")}
    assert listed | {"XK"} == CODES


@pytest.mark.parametrize("text", ["DE", "XK", "local"])
def test_a_code_stands_for_itself(text: str) -> None:
    """Nothing is guessed."""
    assert country(text) == text


@pytest.mark.parametrize(
    ("text", "hint"), [("UK", '"GB"'), ("de", '"DE"'), ("EL", '"GR"'), ("Local", "ISO 3166"), ("", "ISO 3166")]
)
def test_a_slip_is_named(text: str, hint: str) -> None:
    """A code that no database has would be a condition that nobody ever meets."""
    with pytest.raises(ValueError, match=hint):
        country(text)


@pytest.mark.parametrize(("text", "number"), [("AS1", 1), ("AS4294967294", 4294967294)])
def test_an_autonomous_system_is_a_number(text: str, number: int) -> None:
    """RFC 5396: AS and the number in decimal."""
    assert asn(text) == number


@pytest.mark.parametrize("text", ["AS0", "3320", "as3320", "AS4294967295", "AS 1", "AS1.0", ""])
def test_other_spellings_are_refused(text: str) -> None:
    """RFC 7300 reserves the last number; zero is nobody's (RFC 7607)."""
    with pytest.raises(ValueError, match="AS3320"):
        asn(text)
