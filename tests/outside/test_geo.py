"""Tests of ``twogate.outside.geo``, on databases that the tests write themselves."""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from tests.mmdb import write_mmdb
from tests.ports import FakeClock

from twogate.outside.geo import Geo
from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.places import PlaceSettings
from twogate.terms.place import LOCAL, NOWHERE, Coordinates, Place

CITY = {
    "country": {"iso_code": "DE"},
    "city": {"names": {"en": "Berlin"}},
    "location": {"latitude": 52.52, "longitude": 13.405, "accuracy_radius": 20},
}
BERLIN = Coordinates(52.52, 13.405, 20)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def plain(clock: FakeClock) -> Iterator[Geo]:
    found = Geo(PlaceSettings(), clock)
    yield found
    found.close()


@pytest.fixture
def files(tmp_path: Path) -> PlaceSettings:
    country = {"192.0.2.0/24": {"country": {"iso_code": "FR"}}, "2001:db8::/32": {"country_code": "CH"}}
    asn = {"192.0.2.0/23": {"autonomous_system_number": 64500}}
    return PlaceSettings(
        country_file=write_mmdb(tmp_path / "country.mmdb", country),
        city_file=write_mmdb(tmp_path / "city.mmdb", {"192.0.2.0/25": CITY, "198.51.100.0/24": CITY}),
        asn_file=write_mmdb(tmp_path / "asn.mmdb", asn, version=4),
    )


@pytest.fixture
def geo(files: PlaceSettings, clock: FakeClock) -> Iterator[Geo]:
    found = Geo(files, clock)
    yield found
    found.close()


def test_without_a_file_the_registries_answer(plain: Geo) -> None:
    """Countries only, from the package."""
    assert plain.where("8.8.8.8").place == Place("US")
    assert plain.where("2a00:1450::1").place.country


@pytest.mark.parametrize("text", ["::ffff:8.8.8.8", "2002:808:808::1", "::FFFF:808:808"])
def test_an_ipv4_address_in_ipv6_dress_has_its_country(plain: Geo, text: str) -> None:
    """The package itself knows nothing of these."""
    assert plain.where(text).place == Place("US")


@pytest.mark.parametrize("text", ["10.0.0.1", "127.0.0.1", "192.168.1.1", "fd00::1", "::1", "::ffff:10.0.0.1"])
def test_private_addresses_have_no_country(plain: Geo, text: str) -> None:
    """They are local, which only a condition that names ``local`` accepts."""
    assert plain.where(text).place == Place(LOCAL)


@pytest.mark.parametrize("text", ["192.0.2.1", "2001:db8::1", "100.64.0.1", "240.0.0.1", "0.0.0.0"])
def test_addresses_that_nobody_has_are_nowhere(plain: Geo, text: str) -> None:
    """Documentation, carriers' own, reserved: not known, so refused wherever it is asked."""
    assert plain.where(text).place == NOWHERE


@pytest.mark.parametrize("text", ["", "x", "8.8.8.8, 10.0.0.1", "8.8.8.8:443"])
def test_case_11_what_is_no_address_is_nowhere(plain: Geo, text: str) -> None:
    """And no address either."""
    assert plain.where(text).address is None
    assert plain.where(text).place == NOWHERE


def test_the_operators_files_answer_together(geo: Geo) -> None:
    """The country file beats the city file's country; the city gives name and coordinates; the ASN file the rest."""
    assert geo.where("192.0.2.7").place == Place("FR", 64500, "Berlin", BERLIN)
    assert geo.where("192.0.2.200").place == Place("FR", 64500)
    assert geo.where("198.51.100.1").place == Place("DE", 0, "Berlin", BERLIN)
    assert geo.where("192.0.3.1").place == Place("", 64500)
    assert geo.where("2001:db8::1").place == Place("CH")


def test_where_the_operators_file_knows_nothing_nobody_does(geo: Geo) -> None:
    """The package is not asked behind its back; local networks stay local."""
    assert geo.where("8.8.8.8").place == NOWHERE
    assert geo.where("10.0.0.1").place == Place(LOCAL)


def test_the_operators_file_may_know_private_networks(tmp_path: Path, clock: FakeClock) -> None:
    """A branch office behind a tunnel has a country if its operator says so."""
    path = write_mmdb(tmp_path / "own.mmdb", {"10.7.0.0/16": {"country_code": "FR"}})
    geo = Geo(PlaceSettings(country_file=path), clock)
    assert geo.place(ip_address("10.7.0.1")) == Place("FR")
    assert geo.place(ip_address("10.8.0.1")) == Place(LOCAL)
    geo.close()


def test_a_replaced_file_is_read_anew(geo: Geo, files: PlaceSettings, clock: FakeClock, tmp_path: Path) -> None:
    """Within seconds, without a restart."""
    assert geo.where("192.0.2.7").place.country == "FR"
    assert files.country_file is not None
    write_mmdb(tmp_path / "new.mmdb", {"192.0.2.0/24": {"country_code": "AT"}}).replace(files.country_file)
    assert geo.where("192.0.2.7").place.country == "FR"
    clock.advance(2)
    assert geo.where("192.0.2.7").place.country == "AT"


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_a_broken_replacement_changes_nothing(
    geo: Geo, files: PlaceSettings, clock: FakeClock, *, tmp_path: Path, content: bytes | None
) -> None:
    """The old one goes on answering until there is a good one."""
    assert files.country_file is not None
    if content is None:
        files.country_file.unlink()
    else:
        (tmp_path / "new.mmdb").write_bytes(content)
        (tmp_path / "new.mmdb").replace(files.country_file)
    clock.advance(60)
    assert geo.where("192.0.2.7").place.country == "FR"
    write_mmdb(tmp_path / "better.mmdb", {"192.0.2.0/24": {"country_code": "AT"}}).replace(files.country_file)
    clock.advance(60)
    assert geo.where("192.0.2.7").place.country == "AT"


@pytest.mark.parametrize("key", ["country_file", "city_file", "asn_file"])
def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path, clock: FakeClock, key: str) -> None:
    """The setting is named; nothing runs with conditions that nobody can check."""
    (tmp_path / "broken").write_bytes(b"x" * 100)
    for path in (tmp_path / "missing", tmp_path / "broken"):
        with pytest.raises(SettingsInvalid, match=f"places.{key}"):
            Geo(PlaceSettings.model_validate({key: path}), clock)
