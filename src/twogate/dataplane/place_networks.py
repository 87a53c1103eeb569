"""The networks of countries and autonomous systems, read from the operator's databases for the gateway's maps.

Decides which networks a policy needs, and that they are read once for each file and policy, for that takes seconds. A
file that cannot be read refuses the policy that needs it; the last good set stays in force.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import maxminddb
import structlog

from twogate.dataplane.faults import ConfigRefusedError
from twogate.dataplane.mmdb_tree import Leaf, leaves
from twogate.rules.haproxy.emit.places import map_lines, wanted_asns, wanted_countries
from twogate.rules.place.addresses import LOCAL_NETWORKS, joined
from twogate.rules.place.record import asn_of, country_of
from twogate.rules.policy.model import Network, Policy
from twogate.terms.place import LOCAL

log = structlog.get_logger(__name__)

_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class PlaceTexts:
    """Both maps as text; None where this node has no database for one."""

    countries: str | None = None
    asns: str | None = None


class PlaceNetworks:
    """The databases of one node."""

    def __init__(self, country_file: Path | None = None, asn_file: Path | None = None) -> None:
        self._countries = _Known(country_file, "country_file", country_of)
        self._asns = _Known(asn_file, "asn_file", lambda record: f"AS{asn_of(record)}")

    def texts(self, policy: Policy) -> PlaceTexts:
        """Read what a policy needs. May take seconds: to be called in a thread.

        Raises:
            ConfigRefusedError: a file cannot be read.
        """
        asns = frozenset(f"AS{number}" for number in wanted_asns(policy))
        return PlaceTexts(self._countries.read(wanted_countries(policy)), self._asns.read(asns))

    def changed(self) -> bool:
        """Whether a file that is in use was replaced since it was read."""
        return self._countries.changed() or self._asns.changed()


class _Known:
    """One file, and what was last read from it."""

    def __init__(self, path: Path | None, key: str, name_of: Callable[[object], str]) -> None:
        self._path = path
        self._key = key
        self._name_of = name_of
        self._stamp: _Stamp = None
        self._wanted: frozenset[str] = frozenset()
        self._text = ""

    def read(self, wanted: frozenset[str]) -> str | None:
        """The lines of what is wanted; from memory where neither file nor wishes have changed."""
        if self._path is None or not wanted:
            self._wanted = frozenset()
            return None
        stamp = _stamp(self._path)
        if stamp is None or (stamp, wanted) != (self._stamp, self._wanted):
            self._text = self._fresh(self._path, wanted)
            self._stamp, self._wanted = stamp, wanted
        return self._text

    def changed(self) -> bool:
        return bool(self._path and self._wanted) and _stamp(self._path) not in {None, self._stamp}

    def _fresh(self, path: Path, wanted: frozenset[str]) -> str:
        try:
            text = map_lines((str(network), name) for network, name in _rows(path, wanted, self._name_of))
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise ConfigRefusedError(f"places.{self._key}: cannot read {path}: {error}") from error
        log.info("place_file_read", file=str(path), networks=text.count("\n"))
        return text


def _stamp(path: Path | None) -> _Stamp:
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


def _rows(path: Path, wanted: frozenset[str], name_of: Callable[[object], str]) -> Iterator[tuple[Network, str]]:
    """What is wanted; with ``local``, also what the file says of private networks, which hides that they are local."""
    if LOCAL not in wanted:
        yield from joined((leaf.network, leaf.name) for leaf in leaves(path, name_of) if leaf.name in wanted)
        return
    private: list[Network] = []
    for leaf in leaves(path, name_of):
        if _is_private(leaf):
            private.append(leaf.network)
        elif leaf.name not in wanted:
            continue
        yield leaf.network, leaf.name
    for network in LOCAL_NETWORKS:
        if not any(_holds(wider, network) for wider in private):
            yield network, LOCAL


def _holds(wider: Network, network: Network) -> bool:
    return (
        wider.version == network.version and wider.prefixlen <= network.prefixlen and network.network_address in wider
    )


def _is_private(leaf: Leaf) -> bool:
    """Whether a network touches a local one."""
    return any(leaf.version == version and leaf.low <= high and low <= leaf.high for version, low, high in _LOCAL)


_LOCAL = tuple(
    (network.version, int(network.network_address), int(network.broadcast_address)) for network in LOCAL_NETWORKS
)
