"""One process that decides for proxies that are not ours, or inside an application: its parts, and its life.

Decides how it begins (from the control plane, else from disk), what runs meanwhile, and how it answers. It follows the
same feed as a gateway (``dataplane.follow``) under an edge key of its own, so revocations wait for it, too.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from twogate.dataplane.control import ControlClient
from twogate.dataplane.decision.control_door import Caller, ControlDoor
from twogate.dataplane.decision.judge import Judge, Judged, answer
from twogate.dataplane.decision.meaning import Meaning
from twogate.dataplane.decision.memory import Memory
from twogate.dataplane.edge_config import EdgeConfig, Milestone
from twogate.dataplane.faults import ControlError, ControlUnavailableError
from twogate.dataplane.follow import Follower
from twogate.dataplane.spool import Configuration, Spool
from twogate.dataplane.status import last_heard, write_status
from twogate.rules.forward_auth import answers
from twogate.rules.forward_auth.answers import Answer, Asker
from twogate.rules.forward_auth.proxies import Asked, Proxy
from twogate.rules.policy.decision import Renewal
from twogate.terms.changes import Snapshot
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

log = structlog.get_logger(__name__)

_SWEEP_EVERY = 30.0
_STATUS_EVERY = 5.0
_PLACES_EVERY = 2.0


class DecisionNode:
    """The parts of one process, put together. It refuses everything until it has begun."""

    def __init__(self, config: EdgeConfig, *, clock: Clock, entropy: Entropy) -> None:
        config.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        config.directory.chmod(0o700)
        self.config = config
        self._clock = clock
        self._begun = asyncio.Event()
        self._spool = Spool(config.directory)
        self.memory = Memory(self._spool)
        self.meaning = Meaning(
            self._spool, hosts=config.hosts, country_file=config.country_file, asn_file=config.asn_file
        )
        self._judge = Judge(self.meaning, self.memory, clock=clock, entropy=entropy)
        way = {"unix_socket": config.control_socket, "ca_file": config.control_ca_file}
        self._client = ControlClient(config.control_url, config.key, **way)  # type: ignore[arg-type]
        self.control = ControlDoor(config.control_url, **way)  # type: ignore[arg-type]
        self.follower = Follower(config, self._client, gate=self.memory, configurator=self.meaning, clock=clock)

    # ------------------------------------------------------------- decisions
    def judge(self, asked: Asked | Refused, proxy: Proxy, *, charge: bool = True) -> Judged:
        """Judge one request."""
        return self._judge.judge(asked, proxy, charge=charge)

    def answer(self, judged: Judged) -> Answer:
        """Say a verdict, without asking anybody."""
        return answer(judged, self._judge.windows)

    async def answer_in_full(self, judged: Judged) -> Answer:
        """Say a verdict; where a cookie has expired, say what the control plane says."""
        if not isinstance(judged.verdict, Renewal) or judged.asked is None or judged.read is None:
            return self.answer(judged)
        asked = judged.asked
        caller = Caller(asked.method, asked.host, asked.address, judged.request_id, asked.headers)
        try:
            renewed = await self.control.renew(caller, judged.verdict.path.target)
            return renewed if judged.in_force is None else answers.absolute(renewed, judged.in_force.policy)
        except ControlUnavailableError as error:
            log.warning("renewal_failed", error=str(error))
            policy = judged.in_force.policy if judged.in_force else None
            return answers.unjudged(Reason.CONTROL_UNAVAILABLE, Asker(policy, judged.read.facts, judged.request_id))

    # ------------------------------------------------------------- life
    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Begin, and follow the feed until the block ends."""
        tasks = [asyncio.create_task(self._live(), name="decision-node")]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks)
            await self._client.close()
            await self.control.close()

    async def begun(self, *, seconds: float) -> bool:
        """Wait until there is something to judge by."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._begun.wait(), seconds)
        return self.meaning.now is not None

    async def _live(self) -> None:
        """Live; after a fault of ours refuse everything, since nobody follows the feed, and begin anew."""
        while True:
            try:
                await self._once()
            except* Exception:
                log.exception("decision_node_failed")
                self.meaning.now = self.meaning.in_force = None
            await self._clock.sleep(1.0)

    async def _once(self) -> None:
        await self._begin()
        async with asyncio.TaskGroup() as group:
            for loop in (
                self.follower.follow(),
                self.follower.configure(),
                self.follower.watch_staleness(),
                self._sweep(),
                self._report(),
                self._watch_places(),
            ):
                group.create_task(loop)

    async def _begin(self) -> None:
        known = await self._learn()
        self.meaning.stale = self.follower.must_refuse
        if not await self.follower.adopt(Configuration.of(known)):
            kept = self._spool.in_force()
            fault = self.follower.fault
            if kept is not None and await self.follower.adopt(kept):
                self.follower.fault = fault  # the control plane hears of what was refused
        self._begun.set()

    async def _learn(self) -> Snapshot:
        """Ask the control plane; while it is away, fall back to the last state on disk after a moment."""
        deadline = asyncio.get_running_loop().time() + self.config.control_patience
        told = False
        while True:
            try:
                snapshot = await self._client.snapshot()
            except ControlError as error:
                if not told:
                    self.config.on_event(Milestone.WAITING, f"for the control plane: {error}")
                    told = True
            else:
                await self.memory.start_over(snapshot)
                self.follower.heard()
                return snapshot
            if asyncio.get_running_loop().time() > deadline and (kept := self._recalled()) is not None:
                return kept
            await asyncio.sleep(0.1)

    def _recalled(self) -> Snapshot | None:
        """The last state on disk, with the configuration that was in force: how old it is decides about staleness."""
        kept, heard = self._spool.load(), last_heard(self.config.directory)
        if kept is None or heard is None:
            return None
        log.warning("starting_from_disk", number=kept[0].number)
        self.memory.recall(*kept)
        self.follower.last_heard = heard
        used = self._spool.in_force()
        if used is None:
            return kept[0]
        return replace(kept[0], policy_version=used.version, policy_toml=used.toml, keys=used.keys)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY)
            now = self._clock.now()
            used = self.meaning.in_force
            held = Snapshot(0, used.version, used.toml, used.keys, ()) if used else None
            self.memory.sweep(now.seconds, configuration=(used.version, held) if used and held else None)
            self._judge.windows.now = now
            self._judge.windows.sweep()
            if self.meaning.now is not None:
                self.meaning.now.tokens.sweep(now.seconds)

    async def _watch_places(self) -> None:
        while True:
            await asyncio.sleep(_PLACES_EVERY)
            if self.meaning.places_changed():
                await self.follower.load_again()

    async def _report(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # a full disk is told by whatever needs it more
                write_status(self.config.directory, self.facts())
            await asyncio.sleep(_STATUS_EVERY)

    def facts(self) -> dict[str, object]:
        """Where this process stands."""
        return {
            "heard": int(self.follower.last_heard),
            "connected": self.follower.connected,
            "position": self.follower.applied,
            "policy_version": self.meaning.policy_version,
            "refusing": self.meaning.stale or self.meaning.now is None,
            "fault": self.follower.fault,
            "changes_refused": self.memory.holdings.refused,
        }
