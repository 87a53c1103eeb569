"""From a policy and a key set to a gateway in force, or not at all.

Decides the order: parse, compile, stage, ask ``haproxy -c``, promote, start or reload; each step may refuse, and
then the last good set stays. What the maps hold is ``gate``'s.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from twogate.dataplane.binary import Binary
from twogate.dataplane.certificates import Certificates
from twogate.dataplane.check import check_configuration
from twogate.dataplane.client_trust import ClientTrust, Trusted
from twogate.dataplane.edge_config import EdgeConfig
from twogate.dataplane.faults import ConfigRefusedError, ReloadError
from twogate.dataplane.files import EdgeDirectory
from twogate.dataplane.gate import Gate
from twogate.dataplane.place_networks import PlaceNetworks
from twogate.dataplane.spool import Configuration, Spool
from twogate.dataplane.supervise import Haproxy
from twogate.rules.haproxy import maps
from twogate.rules.haproxy.site import GatewayFiles, GatewayRefusedError, GatewaySite
from twogate.rules.policy.mistakes import Mistake
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse

log = structlog.get_logger(__name__)

_LAST_WORDS = 1.0  # seconds a draining worker gets when what it believes is no longer true


@dataclass(frozen=True, slots=True)
class Parts:
    """What the configurator works with."""

    config: EdgeConfig
    binary: Binary
    directory: EdgeDirectory
    spool: Spool
    gate: Gate
    haproxy: Haproxy
    certificates: Certificates | None
    compiler: Callable[[Policy, GatewaySite], GatewayFiles]
    places: PlaceNetworks = field(default_factory=PlaceNetworks)
    client_trust: ClientTrust | None = None


@dataclass(frozen=True, slots=True)
class Tls:
    """Files for the TLS listener: its own certificate, and whose it takes."""

    bundle: Path | None
    trusted: Trusted | None


class Configurator:
    """The one place that changes what HAProxy is configured with; one change at a time."""

    def __init__(self, parts: Parts) -> None:
        self.in_force: Configuration | None = None
        self.stale = False
        self._parts = parts
        self._turn = asyncio.Lock()

    @property
    def policy_version(self) -> int:
        return self.in_force.version if self.in_force else 0

    async def put_in_force(self, configuration: Configuration, *, stale: bool | None = None) -> None:
        """Compile, check and load; when it returns, new requests obey it.

        Raises:
            ConfigRefusedError: it does not compile, or HAProxy refuses it; nothing has changed.
            StartError: HAProxy was not running and does not come up.
            ReloadError: the running HAProxy did not take it; the last good set is in force again.
        """
        async with self._turn:
            stale = self.stale if stale is None else stale
            tls = await asyncio.to_thread(self._tls)
            files = await asyncio.to_thread(self._compile, configuration, stale=stale, tls=tls)
            staged = await asyncio.to_thread(self._stage, files)
            try:
                await check_configuration(self._parts.binary, staged / maps.CONFIGURATION)
            except ConfigRefusedError:
                self._parts.directory.discard(staged)
                raise
            await self._load(staged)
            await self._end_believers(configuration, stale=stale, tls=tls)
            self.in_force, self.stale = configuration, stale
            await asyncio.to_thread(self._parts.spool.keep_in_force, configuration)
            self._settle(tls)

    async def again(self, *, stale: bool | None = None) -> None:
        """Put the configuration in force once more: the certificate or the staleness has changed."""
        if self.in_force is not None:
            await self.put_in_force(self.in_force, stale=stale)

    # ------------------------------------------------------------- inside
    def _tls(self) -> Tls:
        trust = self._parts.client_trust
        return Tls(self._bundle(), trust.current() if trust else None)

    def _bundle(self) -> Path | None:
        """The certificate bundle to use: a new one when the files changed and are good, else the last good one."""
        certificates = self._parts.certificates
        if certificates is None:
            return None
        return certificates.take() if certificates.bundle is None or certificates.changed() else certificates.bundle

    def _settle(self, tls: Tls) -> None:
        if tls.bundle is not None and self._parts.certificates is not None:
            self._parts.certificates.settle(tls.bundle)
        if tls.trusted is not None and self._parts.client_trust is not None:
            self._parts.client_trust.settle(tls.trusted)

    def _compile(self, configuration: Configuration, *, stale: bool, tls: Tls) -> GatewayFiles:
        policy = read_policy(configuration.toml)
        config = self._parts.config
        places = self._parts.places.texts(policy)
        site = GatewaySite(
            control_socket=config.backend,
            http_bind=config.http_bind,
            https_bind=config.https_bind,
            certificate=str(tls.bundle or ""),
            client_ca=str(tls.trusted.authorities_file) if tls.trusted else "",
            client_revocations=str((tls.trusted and tls.trusted.revocations_file) or ""),
            admin_socket=str(config.admin_socket),
            proof_socket=str(config.proof_socket),
            log_sink=str(config.log_socket) if config.traffic else "",
            keys=configuration.keys,
            hosts=config.hosts,
            peer=f"unix@{config.peer_socket}",
            threads=config.threads,
            maxconn=config.maxconn,
            stale=stale,
            policy_version=configuration.version,
            countries=places.countries,
            asns=places.asns,
        )
        try:
            return self._parts.compiler(policy, site)
        except GatewayRefusedError as error:
            raise ConfigRefusedError(f"the policy cannot become a gateway: {error}") from error

    def _stage(self, files: GatewayFiles) -> Path:
        empty = dict.fromkeys(maps.RUNTIME_MAPS, "")
        return self._parts.directory.stage(empty | files.all_files())

    async def _load(self, staged: Path) -> None:
        parts = self._parts
        if not parts.haproxy.supervised:
            parts.directory.promote(staged)
            await parts.haproxy.start()
            return
        async with parts.gate.handover(staged):
            before = parts.directory.promote(staged)
            try:
                await parts.haproxy.reload()
            except ReloadError:
                if before is not None:
                    parts.directory.promote(before)
                    await parts.gate.write_files()
                    await parts.haproxy.reload()  # ends the master's wait mode with the set that was good
                raise

    async def _end_believers(self, configuration: Configuration, *, stale: bool, tls: Tls) -> None:
        """End draining workers that would accept a withdrawn key or certificate, or serve although all is stale."""
        before = self.in_force
        if before is None:
            return
        dropped = {key.kid for key in before.keys} - {key.kid for key in configuration.keys}
        trust = self._parts.client_trust
        distrusted = trust is not None and tls.trusted is not None and tls.trusted.withdraws(trust.trusted)
        if not dropped and not distrusted and stale == self.stale:
            return
        for _ in range(20):
            if all(worker.current for worker in await self._parts.haproxy.workers()):
                return
            await asyncio.sleep(_LAST_WORDS / 20)
        for worker in await self._parts.haproxy.workers():
            if not worker.current:
                log.warning("draining_worker_ended", pid=worker.pid)
                os.kill(worker.pid, signal.SIGTERM)


def read_policy(toml: str) -> Policy:
    """Parse a policy.

    Raises:
        ConfigRefusedError: with its first mistakes.
    """
    if not toml:
        raise ConfigRefusedError("no policy has been published yet")
    policy = parse(toml)
    if isinstance(policy, Policy):
        return policy
    raise ConfigRefusedError(f"the policy does not parse: {_sentences(policy)}")


def _sentences(mistakes: Sequence[Mistake]) -> str:
    return "; ".join(str(mistake) for mistake in mistakes[:3])
