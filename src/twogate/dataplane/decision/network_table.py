"""Networks and what is said of each; an address is answered by the longest network that holds it.

Decides how it is looked up: one dictionary for each length of prefix, the longest first, as HAProxy's ``map_ip`` does.
"""

from collections.abc import Iterable
from ipaddress import ip_network

from twogate.rules.policy.checks import plain
from twogate.rules.policy.request import Address

_BITS = {4: 32, 6: 128}


class NetworkTable:
    """A map from networks to text."""

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self._by_length: dict[tuple[int, int], dict[int, str]] = {}
        self._order: dict[int, list[int]] = {4: [], 6: []}
        for network, value in lines:
            self.put(network, value)

    @classmethod
    def of_text(cls, text: str) -> "NetworkTable":
        """Read lines of ``network value``."""
        pairs = (line.partition(" ") for line in text.splitlines())
        return cls((network, value) for network, _, value in pairs)

    def put(self, network: str, value: str | None) -> None:
        """Note what is said of a network; None takes it away."""
        found = ip_network(network)
        key = (found.version, found.prefixlen)
        number = int(found.network_address) >> (_BITS[found.version] - found.prefixlen)
        if value is None:
            self._by_length.get(key, {}).pop(number, None)
            return
        if key not in self._by_length:
            self._by_length[key] = {}
            self._order[found.version] = sorted({*self._order[found.version], found.prefixlen}, reverse=True)
        self._by_length[key][number] = value

    def clear(self) -> None:
        self._by_length.clear()
        self._order = {4: [], 6: []}

    def get(self, address: Address) -> str | None:
        """Return what is said of the longest network around an address."""
        address = plain(address)
        version, number = address.version, int(address)
        for length in self._order[version]:
            found = self._by_length[version, length].get(number >> (_BITS[version] - length))
            if found is not None:
                return found
        return None
