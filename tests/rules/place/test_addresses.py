"""Tests of ``twogate.rules.place.addresses``."""

from ipaddress import collapse_addresses, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.place.addresses import is_local, joined, read_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),  # RFC 4291 section 2.5.5.2
        ("2002:c000:207::1", "192.0.2.7"),  # RFC 3056
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:7f00:1", "127.0.0.1"),
    ],
)
def test_an_ipv4_address_in_ipv6_dress_is_the_ipv4_address(text: str, address: str) -> None:
    """Otherwise a caller could choose which of two rules it meets."""
    assert str(read_address(text)) == address


@pytest.mark.parametrize("text", ["", "a", "192.0.2.7, 10.0.0.1", "192.0.2.256", "192.0.2.07", "1.2.3", "::g", " ::1"])
def test_case_11_a_garbage_address_is_none(text: str) -> None:
    """Nothing is guessed from what is no address, so whatever asks for one refuses."""
    assert read_address(text) is None


@pytest.mark.parametrize("text", ["10.1.2.3", "127.0.0.1", "::1", "fd00::1", "fe80::1%eth0", "::ffff:192.168.0.1"])
def test_local_addresses_are_nobodys_on_the_internet(text: str) -> None:
    """RFC 1918, RFC 4193, loopback and link-local."""
    address = read_address(text)
    assert address is not None
    assert is_local(address)


def test_other_addresses_are_not_local() -> None:
    """Nor are those for documentation and for carriers: no country, and not a network of ours."""
    found = [read_address(text) for text in ("8.8.8.8", "2a00::1", "192.0.2.1", "100.64.0.1", "172.32.0.1")]
    assert [one is not None and is_local(one) for one in found] == [False] * 5


NETWORKS = st.lists(
    st.tuples(st.integers(0, 255), st.sampled_from(("DE", "CH"))), max_size=60, unique_by=lambda one: one[0]
)


@given(NETWORKS)
def test_joined_networks_are_the_same_addresses(rows: list[tuple[int, str]]) -> None:
    """As few as possible, and each address keeps its value (the standard library is the peer)."""
    given_in_order = [(ip_network(f"192.0.2.{last}/32"), value) for last, value in sorted(rows)]
    found = list(joined(given_in_order))
    for value in ("DE", "CH"):
        mine = [network for network, said in found if said == value]
        assert mine == list(collapse_addresses(network for network, said in given_in_order if said == value))


def test_families_do_not_join() -> None:
    """An IPv6 network that follows an IPv4 one begins anew; a whole family has no parent."""
    rows = [(ip_network(text), "DE") for text in ("0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1")]
    assert [str(network) for network, _ in joined(rows)] == ["0.0.0.0/0", "::/0"]
