"""The gateway's map and the sign-in's lookup say the same of every address."""

from ipaddress import ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mmdb import write_mmdb
from tests.ports import FakeClock
from tests.rules.policy.drafts import policy_of

from twogate.dataplane.place_networks import PlaceNetworks
from twogate.outside.geo import Geo
from twogate.settings.places import PlaceSettings

# Networks in and around private ones, and probes that lie in them, beside them, and nowhere near.
BASES = ("9.0.0.0/8", "10.0.0.0/8", "10.7.0.0/16", "10.7.7.0/24", "127.0.0.0/8", "128.0.0.0/9", "192.168.0.0/15")
BASES6 = ("2001:db8::/32", "2001:db8:7::/48", "fc00::/6", "fd00::/16", "fe80::/10")
PROBES = (
    *("9.1.1.1", "10.1.1.1", "10.7.1.1", "10.7.7.7", "127.0.0.1", "128.1.1.1", "192.168.1.1", "192.169.1.1", "8.8.8.8"),
    *("2001:db8::1", "2001:db8:7::1", "fc00::1", "fd00::1", "fdff::1", "fe80::1", "::1", "2a00::1"),
)
RECORDS = st.dictionaries(
    st.sampled_from((*BASES, *BASES6)), st.sampled_from(("DE", "CH", "FR", "")).map(lambda code: {"country_code": code})
)
WANTED = st.lists(st.sampled_from(("DE", "CH", "local")), min_size=1, unique=True)


def longest(text: str, probe: str) -> str:
    """What HAProxy's map says: the longest prefix wins, and no two lines name one network."""
    rows = [(ip_network(line.split(" ")[0]), line.split(" ")[1]) for line in text.splitlines()]
    assert len({network for network, _ in rows}) == len(rows)
    address = ip_address(probe)
    found = [(network.prefixlen, value) for network, value in rows if address in network]
    return max(found)[1] if found else ""


@settings(max_examples=150, deadline=None)
@given(records=RECORDS, wanted=WANTED)
def test_the_map_lets_in_whom_the_lookup_lets_in(records: dict[str, dict[str, str]], wanted: list[str]) -> None:
    """For each set of countries that a rule may name, private networks among it."""
    with TemporaryDirectory() as folder:
        file = write_mmdb(Path(folder) / "country.mmdb", records)
        text = PlaceNetworks(file).texts(policy_of({"match": "/a", "countries": wanted})).countries
        geo = Geo(PlaceSettings(country_file=file), FakeClock())
        looked_up = {probe: geo.where(probe).place.country in wanted for probe in PROBES}
        geo.close()
    assert text is not None
    assert {probe: longest(text, probe) in wanted for probe in PROBES} == looked_up
