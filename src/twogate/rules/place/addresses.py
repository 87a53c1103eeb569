"""Addresses and the networks they lie in: what a text means, what is local, how networks join.

Decides that an IPv4 address written as IPv6 is the IPv4 address (RFC 4291 section 2.5.5.2), and which networks are
nobody's on the internet, so that no database knows a country for them.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from twogate.rules.policy.checks import plain, within
from twogate.rules.policy.model import Network
from twogate.rules.policy.request import Address

LOCAL_NETWORKS: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",  # RFC 1122
        "169.254.0.0/16",  # RFC 3927
        "::1/128",
        "fc00::/7",  # RFC 4193
        "fe80::/10",  # RFC 4291
    )
)


def read_address(text: str) -> Address | None:
    """The address a text names; None for anything else, several addresses among it."""
    try:
        address = plain(ip_address(text))
    except ValueError:
        return None
    tunnelled = address.sixtofour if isinstance(address, IPv6Address) else None
    return tunnelled or address  # the gateway's lookups see through 6to4 (RFC 3056), so we do


def is_local(address: Address) -> bool:
    """Whether it is of a private, loopback or link-local network."""
    return within(address, LOCAL_NETWORKS)


def joined(found: Iterable[tuple[Network, str]]) -> Iterator[tuple[Network, str]]:
    """Networks in rising order with their values, neighbours of one value joined where they make one network."""
    waiting: list[tuple[Network, str]] = []
    for network, value in found:
        if waiting and waiting[-1][0].version != network.version:
            yield from waiting
            waiting = []
        waiting.append((network, value))
        while len(waiting) > 1 and (whole := _parent_of_both(waiting[-2], waiting[-1])):
            waiting[-2:] = [(whole, value)]
        if len(waiting) > _MOST_WAITING:
            yield waiting.pop(0)
    yield from waiting


_MOST_WAITING = 129  # what has so many others behind it has no sibling to come: one for each bit of an address


def _parent_of_both(one: tuple[Network, str], other: tuple[Network, str]) -> Network | None:
    first, second = one[0], other[0]
    if one[1] != other[1] or first.prefixlen != second.prefixlen or not first.prefixlen:
        return None
    size = first.num_addresses
    low = int(first.network_address)
    if int(second.network_address) != low + size or low % (2 * size):
        return None
    kind = IPv4Network if isinstance(first, IPv4Network) else IPv6Network
    return kind((low, first.prefixlen - 1))
