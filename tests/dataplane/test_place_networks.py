"""From the operator's databases to the gateway's maps."""

from pathlib import Path

import pytest
from tests.mmdb import write_mmdb
from tests.rules.policy.drafts import policy_of

from twogate.dataplane.faults import ConfigRefusedError
from twogate.dataplane.place_networks import PlaceNetworks, PlaceTexts
from twogate.rules.place.addresses import LOCAL_NETWORKS

COUNTRIES = {
    "192.0.2.0/25": {"country": {"iso_code": "DE"}, "city": "Berlin"},
    "192.0.2.128/25": {"country": {"iso_code": "DE"}, "city": "Bonn"},
    "198.51.100.0/24": {"country_code": "CH"},
    "203.0.113.0/24": {"country_code": "FR"},
    "2001:db8::/32": {"country_code": "CH"},
    "10.7.0.0/16": {"country_code": "FR"},
}
GERMAN, LOCAL = policy_of({"match": "/a", "countries": "DE"}), policy_of({"match": "/a", "countries": ["DE", "local"]})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_mmdb(tmp_path / "country.mmdb", COUNTRIES)


def lines(text: str | None) -> list[str]:
    assert text is not None
    return text.splitlines()


def test_only_what_the_policy_names_is_read_and_neighbours_are_joined(file: Path) -> None:
    """Two records of one country that differ in their city are one line."""
    both = policy_of({"match": "/a", "countries": "DE"}, {"match": "/b", "countries": ["CH"]})
    assert lines(PlaceNetworks(file).texts(GERMAN).countries) == ["192.0.2.0/24 DE"]
    assert lines(PlaceNetworks(file).texts(both).countries) == [
        "192.0.2.0/24 DE",
        "198.51.100.0/24 CH",
        "2001:db8::/32 CH",
    ]


def test_local_networks_hide_behind_what_the_file_says_of_them(file: Path) -> None:
    """The longest prefix wins: a branch office that the file puts in France is not local."""
    found = lines(PlaceNetworks(file).texts(LOCAL).countries)
    assert {"192.0.2.0/25 DE", "192.0.2.128/25 DE", "10.7.0.0/16 FR"} < set(found)
    assert [line for line in found if line.endswith("local")] == [f"{network} local" for network in LOCAL_NETWORKS]


def test_a_private_network_that_the_file_knows_whole_is_not_local(tmp_path: Path) -> None:
    """Nor is a line there twice."""
    file = write_mmdb(tmp_path / "own.mmdb", {"10.0.0.0/8": {"country_code": "DE"}, "fc00::/6": {"country_code": "FR"}})
    found = lines(PlaceNetworks(file).texts(LOCAL).countries)
    assert {"10.0.0.0/8 DE", "fc00::/6 FR"} < set(found)
    assert not {"10.0.0.0/8 local", "fc00::/7 local"} & set(found)


def test_autonomous_systems_are_read_from_their_own_file(tmp_path: Path) -> None:
    """By the name that the map compares."""
    file = write_mmdb(tmp_path / "asn.mmdb", {"192.0.2.0/24": {"autonomous_system_number": 3320}})
    policy = policy_of({"match": "/a", "asn": ["AS3320", "AS1"]})
    assert PlaceNetworks(None, file).texts(policy) == PlaceTexts(None, "192.0.2.0/24 AS3320\n")


def test_what_nobody_asks_for_is_not_read(tmp_path: Path) -> None:
    """A broken file troubles no policy that does not need it, and without a file there is no text."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"x")
    assert PlaceNetworks(broken, broken).texts(policy_of({"match": "/a"})) == PlaceTexts()
    assert not PlaceNetworks(broken, broken).changed()
    assert PlaceNetworks().texts(GERMAN) == PlaceTexts()


@pytest.mark.parametrize("content", [b"", b"no database", b"\0" * 500])
def test_a_file_that_cannot_be_read_refuses_the_policy(tmp_path: Path, content: bytes) -> None:
    """The setting and the file are named."""
    file = tmp_path / "country.mmdb"
    with pytest.raises(ConfigRefusedError, match=r"places\.country_file: cannot read .*country\.mmdb"):
        PlaceNetworks(file).texts(GERMAN)
    file.write_bytes(content)
    with pytest.raises(ConfigRefusedError, match=r"places\.country_file"):
        PlaceNetworks(file).texts(GERMAN)


def test_a_replaced_file_is_noticed_and_read_once(file: Path, tmp_path: Path) -> None:
    """Until then the text comes from memory."""
    known = PlaceNetworks(file)
    first = known.texts(GERMAN)
    assert not known.changed()
    assert known.texts(GERMAN).countries is first.countries
    write_mmdb(tmp_path / "new.mmdb", {"203.0.113.0/24": {"country_code": "DE"}}).replace(file)
    assert known.changed()
    assert known.texts(GERMAN).countries == "203.0.113.0/24 DE\n"
    assert not known.changed()
    file.unlink()
    assert not known.changed()  # nothing better is there: what is in force stays
