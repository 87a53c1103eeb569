"""The policy, keys and places that requests are judged by.

Decides when another configuration is in force: it parses, its keys can be read, the databases that it needs are there.
What fails anywhere leaves the last good one in force, as at a gateway (``dataplane.configure``).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from twogate.dataplane.decision.network_table import NetworkTable
from twogate.dataplane.decision.tokens import Tokens
from twogate.dataplane.faults import ConfigRefusedError
from twogate.dataplane.place_networks import PlaceNetworks, PlaceTexts
from twogate.dataplane.spool import Configuration, Spool
from twogate.rules.haproxy.cookies import access_cookie
from twogate.rules.haproxy.emit.places import wanted_asns, wanted_countries
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.terms.changes import VerificationKey


@dataclass(frozen=True, slots=True)
class InForce:
    """Everything that a request is judged by and that only a new configuration changes."""

    matcher: Matcher
    tokens: Tokens
    cookie: str
    countries: NetworkTable | None
    asns: NetworkTable | None

    @classmethod
    def of(
        cls,
        policy: Policy,
        keys: Iterable[VerificationKey],
        *,
        hosts: tuple[str, ...] = (),
        places: PlaceTexts | None = None,
    ) -> Self:
        """Put a policy and a key set together.

        Raises:
            ValueError: a key cannot be read.
        """
        places = places or PlaceTexts()
        return cls(
            Matcher.of(policy, hosts=hosts),
            Tokens(keys, policy.issuer),
            access_cookie(secure=policy.public_url.startswith("https://")),
            None if places.countries is None else NetworkTable.of_text(places.countries),
            None if places.asns is None else NetworkTable.of_text(places.asns),
        )

    @property
    def policy(self) -> Policy:
        return self.matcher.policy


class Meaning:
    """What is in force now; nothing before the first configuration."""

    def __init__(
        self,
        spool: Spool,
        *,
        hosts: tuple[str, ...] = (),
        country_file: Path | None = None,
        asn_file: Path | None = None,
    ) -> None:
        self.in_force: Configuration | None = None
        self.stale = False
        self.now: InForce | None = None
        self._spool = spool
        self._hosts = hosts
        self._places = PlaceNetworks(country_file, asn_file)

    @property
    def policy_version(self) -> int:
        return self.in_force.version if self.in_force else 0

    async def put_in_force(self, configuration: Configuration, *, stale: bool | None = None) -> None:
        """Read a configuration; when it returns, requests obey it.

        Raises:
            ConfigRefusedError: it cannot be used; nothing has changed.
        """
        self.now = await asyncio.to_thread(self._read, configuration)
        self.in_force = configuration
        self.stale = self.stale if stale is None else stale
        await asyncio.to_thread(self._spool.keep_in_force, configuration)

    async def again(self, *, stale: bool | None = None) -> None:
        """Take up another staleness, or files of places that were replaced."""
        if stale is not None:
            self.stale = stale
        if self.in_force is not None and self._places.changed():
            self.now = await asyncio.to_thread(self._read, self.in_force)

    def places_changed(self) -> bool:
        return self._places.changed()

    def _read(self, configuration: Configuration) -> InForce:
        policy = parse(configuration.toml)
        if not isinstance(policy, Policy):
            raise ConfigRefusedError(f"policy {configuration.version}: {policy[0]}")
        texts = self._places.texts(policy)
        _refuse_unknown_places(policy, countries=texts.countries is not None, asns=texts.asns is not None)
        try:
            return InForce.of(policy, configuration.keys, hosts=self._hosts, places=texts)
        except ValueError as error:
            raise ConfigRefusedError("a verification key cannot be read") from error


def _refuse_unknown_places(policy: Policy, *, countries: bool, asns: bool) -> None:
    missing = []
    if wanted_countries(policy) and not countries:
        missing.append("countries, but places.country_file (or city_file)")
    if wanted_asns(policy) and not asns:
        missing.append("asn, but places.asn_file")
    if missing:
        raise ConfigRefusedError(f"a rule asks for {missing[0]} names no database of addresses here")
