"""How a duration, a size, an address and a secret are written."""

import json

import pytest
from pydantic import ValidationError

from twogate.settings.section import Address, Bytes, Seconds, SecretText, Section
from twogate.terms.secret import Secret


class Sample(Section):
    """One of each kind."""

    wait: Seconds = 60
    size: Bytes = 1024
    listen: Address = "127.0.0.1:80"
    word: SecretText = Secret("")


def read(**values: object) -> Sample:
    """Read a section the way ``load`` does."""
    return Sample.model_validate_json(json.dumps(values), strict=True)


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("1h30m", 5400), ("30d", 2_592_000), (7, 7)])
def test_a_duration_is_a_number_with_a_unit_or_seconds(text: object, seconds: int) -> None:
    """Durations are read as a person writes them."""
    assert read(wait=text).wait == seconds


@pytest.mark.parametrize("text", ["", "5", "5x", "m", "-5m", "5 m", "5.5m", True, 5.5, None, ["5m"]])
def test_what_is_no_duration_is_refused(text: object) -> None:
    """A duration without a unit, or of another type, is a mistake and never a guess."""
    with pytest.raises(ValidationError):
        read(wait=text)


@pytest.mark.parametrize(("text", "size"), [("64KiB", 65_536), ("20MiB", 20_971_520), ("1GiB", 1_073_741_824), (5, 5)])
def test_a_size_is_a_number_with_a_unit_or_bytes(text: object, size: int) -> None:
    """Sizes are read as a person writes them."""
    assert read(size=text).size == size


@pytest.mark.parametrize("text", ["", "5", "5MB", "MiB", "-1MiB", True])
def test_what_is_no_size_is_refused(text: object) -> None:
    """A size in an unknown unit is a mistake."""
    with pytest.raises(ValidationError):
        read(size=text)


@pytest.mark.parametrize("text", ["127.0.0.1:8080", "[::1]:443", "*:80", "gate.internal:8443"])
def test_an_address_has_a_host_and_a_port(text: str) -> None:
    """Addresses are taken as HAProxy reads them."""
    assert read(listen=text).listen == text


@pytest.mark.parametrize("text", ["8080", "127.0.0.1", "127.0.0.1:", ":80", "a:99999", "a b:80", "::1:80", 'x":80'])
def test_what_is_no_address_is_refused(text: str) -> None:
    """An address that could mean two things, or break a configuration line, is a mistake."""
    with pytest.raises(ValidationError):
        read(listen=text)


def test_a_secret_never_shows_itself() -> None:
    """A section with a secret can be printed, dumped and written as JSON without telling it."""
    sample = read(word="hunter2-hunter2")
    assert sample.word.text() == "hunter2-hunter2"
    shown = repr(sample) + str(sample.model_dump()) + sample.model_dump_json()
    assert "hunter2" not in shown


def test_a_secret_is_text() -> None:
    """A number is no secret."""
    with pytest.raises(ValidationError):
        read(word=5)


def test_a_section_is_frozen_and_knows_its_keys() -> None:
    """Nothing is set later, and nothing unknown is taken."""
    sample = read()
    with pytest.raises(ValidationError):
        sample.wait = 5
    with pytest.raises(ValidationError):
        read(unknown=1)
