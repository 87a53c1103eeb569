"""Where an address is: the operator's own databases, or the registries' allocations that come with a package.

Decides which file answers what, and that a file which was replaced is read anew. What a record says is
``rules.place.record``; what follows from a place is ``rules.place`` and ``rules.risk``. Nothing here asks a network.
"""

from pathlib import Path

import iptocc
import maxminddb
import structlog

from twogate.rules.place.addresses import is_local, read_address
from twogate.rules.place.conditions import Where
from twogate.rules.place.record import asn_of, city_of, coordinates_of, country_of
from twogate.rules.policy.countries import CODES
from twogate.rules.policy.request import Address
from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.places import PlaceSettings
from twogate.terms.instant import Instant
from twogate.terms.place import LOCAL, NOWHERE, Place
from twogate.terms.ports import Clock

log = structlog.get_logger(__name__)

_LOOK_EVERY = 2.0  # seconds between two looks at a file's date
_Stamp = tuple[int, int, int]


class DatabaseFile:
    """One file in MaxMind's format. A new one that cannot be read changes nothing: the old one goes on answering."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open it.

        Raises:
            OSError, maxminddb.InvalidDatabaseError: it is not there, or no such database.
        """
        self.path = path
        self._clock = clock
        self._stamp = _stamp(path)
        self._reader = maxminddb.open_database(path)
        self._next_look = self._after_a_while()

    @property
    def built(self) -> Instant:
        """When its maker made it, by its own word."""
        return Instant.from_seconds(self._reader.metadata().build_epoch)

    def get(self, address: Address) -> object:
        """The record of an address, None where there is none; an IPv4 database knows no IPv6 address."""
        self._look_again()
        try:
            return self._reader.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):
            return None

    def close(self) -> None:
        self._reader.close()

    def _look_again(self) -> None:
        if self._clock.now() < self._next_look:
            return
        self._next_look = self._after_a_while()
        try:
            stamp = _stamp(self.path)
            if stamp == self._stamp:
                return
            fresh = maxminddb.open_database(self.path)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            log.warning("place_file_unreadable", file=str(self.path), fault=str(error))
            return
        self._reader.close()
        self._reader, self._stamp = fresh, stamp
        log.info("place_file_replaced", file=str(self.path))

    def _after_a_while(self) -> Instant:
        return self._clock.now().plus(_LOOK_EVERY)


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


class Geo:
    """Answers where an address is, as far as its files know."""

    def __init__(self, settings: PlaceSettings, clock: Clock) -> None:
        """Open the files.

        Raises:
            SettingsInvalid: one of them cannot be read.
        """
        self._country = _opened(settings.country_file, clock, key="country_file")
        self._city = _opened(settings.city_file, clock, key="city_file")
        self._asn = _opened(settings.asn_file, clock, key="asn_file")

    def where(self, text: str) -> Where:
        """Read an address and look it up. What is no address is nowhere."""
        address = read_address(text)
        return Where(address, NOWHERE if address is None else self.place(address))

    def place(self, address: Address) -> Place:
        """Look an address up. The operator's files come first, also for private networks: they may know those."""
        city = self._city.get(address) if self._city else None
        country = country_of(self._country.get(address)) if self._country else ""
        return Place(
            country=country or country_of(city) or self._without_a_file(address),
            asn=asn_of(self._asn.get(address)) if self._asn else 0,
            city=city_of(city),
            coordinates=coordinates_of(city),
        )

    @property
    def files(self) -> tuple[DatabaseFile, ...]:
        """The databases that the operator has set."""
        return tuple(file for file in (self._country, self._city, self._asn) if file is not None)

    def close(self) -> None:
        for file in self.files:
            file.close()

    def _without_a_file(self, address: Address) -> str:
        if is_local(address):
            return LOCAL
        if self._country or self._city or not address.is_global:
            return ""
        found = iptocc.country_code(str(address))
        return found if found in CODES else ""


def _opened(path: Path | None, clock: Clock, *, key: str) -> DatabaseFile | None:
    if path is None:
        return None
    try:
        return DatabaseFile(path, clock)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        hint = "a file in MaxMind's format (.mmdb)"
        raise SettingsInvalid(Mistake(f"places.{key}", f"cannot read {path}: {error}", hint)) from error
