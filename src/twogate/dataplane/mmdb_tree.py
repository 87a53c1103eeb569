"""Every network of a database in MaxMind's format, walked without making an object of each.

Decides nothing but speed: the library's own iteration takes ten times as long, and a database of countries has a
million networks. Only the search tree is read here (format 2.0: node count, record size, left and right); records are
decoded by the library, once for each place in the data section that leaves point to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

import maxminddb

from twogate.rules.policy.model import Network

_IPV4_BITS = 96  # of ::/96, under which a tree for both families holds IPv4
_WIDTH = {4: 32, 6: 128}
_SIZES = (24, 28, 32)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One network, as numbers."""

    version: int
    low: int
    length: int
    name: str

    @property
    def high(self) -> int:
        return self.low | ((1 << (_WIDTH[self.version] - self.length)) - 1)

    @property
    def network(self) -> Network:
        return IPv4Network((self.low, self.length)) if self.version == 4 else IPv6Network((self.low, self.length))  # noqa: PLR2004  # the family


def leaves(path: Path, name_of: Callable[[object], str]) -> Iterator[Leaf]:
    """Every network whose record has a name, in rising order; other spellings of IPv4 networks are left out.

    Raises:
        OSError, ValueError, maxminddb.InvalidDatabaseError: it cannot be read, or is not such a file.
    """
    with maxminddb.open_database(path) as reader:
        facts = reader.metadata()
        tree = _Tree(path.read_bytes(), facts.node_count, facts.record_size)
        names: dict[int, str] = {}
        for value, low, depth in tree.walk(_WIDTH[facts.ip_version]):
            leaf = _leaf(facts.ip_version, low, depth)
            if value not in names:
                names[value] = name_of(reader.get(_address(leaf)))
            if names[value]:
                yield Leaf(*leaf, names[value])


def _leaf(family: int, low: int, depth: int) -> tuple[int, int, int]:
    if family == 6 and depth >= _IPV4_BITS and low >> 32 == 0:  # noqa: PLR2004  # the family
        return 4, low, depth - _IPV4_BITS
    return family, low, depth


def _address(leaf: tuple[int, int, int]) -> IPv4Address | IPv6Address:
    return IPv4Address(leaf[1]) if leaf[0] == 4 else IPv6Address(leaf[1])  # noqa: PLR2004  # the family


class _Tree:
    """The search tree: two records for each node."""

    def __init__(self, content: bytes, nodes: int, size: int) -> None:
        if size not in _SIZES or len(content) < nodes * size // 4:
            raise ValueError("the search tree is not of a kind that is known")
        self._content = content
        self._nodes = nodes
        self._size = size

    def walk(self, width: int) -> Iterator[tuple[int, int, int]]:
        """Yield (place of the record, first address, prefix length), in rising order."""
        ipv4 = self._ipv4_start() if width > _WIDTH[4] else -1
        waiting = [(0, 0, 0)]
        nodes, pair = self._nodes, self._pair
        while waiting:
            value, low, depth = waiting.pop()
            if value > nodes:
                yield value, low, depth
            elif value < nodes and depth < width and (value != ipv4 or low == 0):
                left, right = pair(value)
                depth += 1
                waiting.append((right, low | (1 << (width - depth)), depth))
                waiting.append((left, low, depth))

    def _ipv4_start(self) -> int:
        """The node under ::/96. Other prefixes may lead there, too: 6to4, Teredo, mapped addresses."""
        value = 0
        for _ in range(_IPV4_BITS):
            if value >= self._nodes:
                return -1
            value = self._pair(value)[0]
        return value

    def _pair(self, node: int) -> tuple[int, int]:
        content, size = self._content, self._size // 4
        at = node * size
        both = int.from_bytes(content[at : at + size])
        if self._size == 28:  # noqa: PLR2004  # the one size whose middle byte is shared
            middle = content[at + 3]
            left = int.from_bytes(content[at : at + 3]) | (middle >> 4) << 24
            return left, both & 0xFFFFFFF
        return both >> self._size, both & ((1 << self._size) - 1)
