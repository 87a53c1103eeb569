"""The search tree as the library reads it, only faster."""

from ipaddress import ip_network
from pathlib import Path

import maxminddb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mmdb import write_mmdb

from twogate.dataplane.mmdb_tree import _Tree, leaves
from twogate.rules.place.record import country_of

PREFIXES = st.tuples(st.integers(0, 2**32 - 1), st.integers(4, 32)).map(
    lambda drawn: str(ip_network((drawn[0] >> (32 - drawn[1]) << (32 - drawn[1]), drawn[1])))
)
PREFIXES6 = st.tuples(st.integers(0, 2**61 - 1), st.integers(4, 64)).map(
    lambda drawn: str(ip_network(((1 << 125 | drawn[0] << 64) >> (128 - drawn[1]) << (128 - drawn[1]), drawn[1])))
)
RECORDS = st.dictionaries(
    st.one_of(PREFIXES, PREFIXES6),
    st.sampled_from(("DE", "CH", "")).map(lambda code: {"country_code": code}),
    max_size=20,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tree") / "tree.mmdb"


@settings(max_examples=60)
@given(records=RECORDS)
def test_the_leaves_are_those_of_the_library(path: Path, records: dict[str, dict[str, str]]) -> None:
    """Same networks, same countries, same order; what has no country is left out."""
    write_mmdb(path, records)
    with maxminddb.open_database(path) as reader:
        expected = [(network, country_of(record)) for network, record in reader if country_of(record)]
    found = [(leaf.network, leaf.name) for leaf in leaves(path, country_of)]
    assert found == expected
    assert all(int(leaf.network.broadcast_address) == leaf.high for leaf in leaves(path, country_of))


def test_a_database_of_one_family_is_read(path: Path) -> None:
    """IPv4 alone, without the ninety-six bits before it."""
    write_mmdb(path, {"192.0.2.0/24": {"country_code": "DE"}, "192.0.2.128/25": {"country_code": "CH"}}, version=4)
    found = [(str(leaf.network), leaf.name) for leaf in leaves(path, country_of)]
    assert found == [("192.0.2.0/25", "DE"), ("192.0.2.128/25", "CH")]


@pytest.mark.parametrize(
    ("size", "content"),
    [(24, "000001 000002"), (28, "000001 00 000002"), (28, "000001 AB 000002"), (32, "00000001 00000002")],
)
def test_each_size_of_record_is_read(size: int, content: str) -> None:
    """Format 2.0: 24, 28 (the middle byte has the high bits of both) and 32 bits."""
    high = 0xAB if "AB" in content else 0
    tree = _Tree(bytes.fromhex(content), 1, size)
    assert tree._pair(0) == (1 | high >> 4 << 24, 2 | (high & 15) << 24)


@pytest.mark.parametrize(("size", "content"), [(16, b"0000"), (24, b"12345")])
def test_other_sizes_and_cut_trees_are_refused(size: int, content: bytes) -> None:
    """Rather than read as something else."""
    with pytest.raises(ValueError, match="search tree"):
        _Tree(content, 1, size)
