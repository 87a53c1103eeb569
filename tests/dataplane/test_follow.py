"""The rhythm of an edge: ask, apply, acknowledge; and what it does while nobody answers."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.dataplane.small_gateway import KEY, POLICY
from tests.ports import FakeClock

from twogate.dataplane.control import Standing
from twogate.dataplane.edge_config import EdgeConfig, Milestone, StaleMode
from twogate.dataplane.faults import ConfigRefusedError, ControlError, ControlUnavailableError, FeedPrunedError
from twogate.dataplane.follow import Follower, _put_away
from twogate.dataplane.spool import Configuration
from twogate.terms.changes import Change, ChangeKind, Snapshot
from twogate.terms.secret import Secret

AWAY = ControlUnavailableError("nobody there")


def policy(version: int) -> Change:
    return Change(version, ChangeKind.POLICY_PUBLISHED, str(version))


@dataclass
class Client:
    """A control plane that answers what it was told to, then keeps silent."""

    answers: list[tuple[Change, ...] | ControlError] = field(default_factory=list)
    snapshots: list[Snapshot | ControlError] = field(default_factory=list)
    asked: list[Standing] = field(default_factory=list)
    version: int = 1
    fetching: asyncio.Event | None = None  # a configuration is on its way until this is set

    async def changes(self, standing: Standing, *, wait: float) -> tuple[Change, ...]:
        self.asked.append(standing)
        if not self.answers:
            await asyncio.sleep(wait)
        return self._next(self.answers)

    async def snapshot(self) -> Snapshot:
        return self._next(self.snapshots)

    async def configuration(self) -> Snapshot:
        found = Snapshot(self.version, self.version, POLICY, (), ())
        if self.fetching is not None:
            await self.fetching.wait()
        return found

    @staticmethod
    def _next(planned: list[Any]) -> Any:
        answer = planned.pop(0)
        if isinstance(answer, ControlError):
            raise answer
        return answer


@dataclass
class Holdings:
    """How far the maps are."""

    number: int = 0


@dataclass
class Gate:
    """Counts what it was told."""

    holdings: Holdings = field(default_factory=Holdings)
    taken: list[Change] = field(default_factory=list)

    async def take(self, changes: tuple[Change, ...]) -> None:
        self.taken += changes
        self.holdings.number = changes[-1].number

    async def start_over(self, snapshot: Snapshot) -> None:
        self.holdings.number = snapshot.number


@dataclass
class Configurator:
    """Puts everything in force, unless it is told to refuse."""

    in_force: Configuration | None = None
    stale: bool = False
    refuses: str = ""
    tried: list[int] = field(default_factory=list)

    @property
    def policy_version(self) -> int:
        return self.in_force.version if self.in_force else 0

    async def put_in_force(self, configuration: Configuration) -> None:
        self.tried.append(configuration.version)
        if self.refuses:
            raise ConfigRefusedError(self.refuses)
        self.in_force = configuration

    async def again(self, *, stale: bool | None = None) -> None:
        self.stale = bool(stale)


class Edge:
    """A follower and its surroundings."""

    def __init__(self, **config: Any) -> None:
        self.client, self.gate, self.configurator = Client(), Gate(), Configurator()
        self.clock = FakeClock()
        self.events: list[Milestone] = []
        told = EdgeConfig(
            Path("/nowhere"),
            Path("/nowhere"),
            Secret(KEY),
            on_event=lambda milestone, _: self.events.append(milestone),
            **{"poll_wait": 60} | config,
        )
        parts: Any = {"gate": self.gate, "configurator": self.configurator}
        client: Any = self.client
        self.follower = Follower(told, client, clock=self.clock, **parts)

    async def until(self, true: Callable[[], bool], *loops: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run loops until something is so; whatever ends one of them is an error here."""
        tasks = [asyncio.create_task(loop()) for loop in loops]
        try:
            async with asyncio.timeout(3):
                while not true():  # the follower has no event for it
                    await asyncio.sleep(0.005)
                    for task in tasks:
                        assert not task.done(), task.exception()
        finally:
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, ControlError):
                    await task


async def test_what_is_applied_is_acknowledged_with_the_next_question() -> None:
    """The edge asks from where it stands, and says so."""
    edge = Edge()
    edge.client.answers = [(Change(1, ChangeKind.GRANT_REVOKED, "g"), Change(2, ChangeKind.GRANT_REVOKED, "h"))]
    await edge.until(lambda: len(edge.client.asked) == 2, edge.follower.follow)
    assert [(one.after, one.applied) for one in edge.client.asked] == [(0, 0), (2, 2)]
    assert [one.key for one in edge.gate.taken] == ["g", "h"]


async def test_a_policy_is_not_acknowledged_before_it_is_in_force() -> None:
    """Until HAProxy has it the edge says that it stands before it; revocations behind it are applied all the same."""
    edge = Edge()
    edge.client.answers = [(policy(1), Change(2, ChangeKind.GRANT_REVOKED, "g"))]
    await edge.until(lambda: len(edge.client.asked) == 2, edge.follower.follow)
    assert (edge.client.asked[1].after, edge.client.asked[1].applied) == (2, 0)
    await edge.until(lambda: edge.follower.applied == 2, edge.follower.configure)
    assert edge.configurator.policy_version == 1


async def test_a_refused_policy_is_acknowledged_with_its_fault() -> None:
    """The control plane hears why, once, and the old version goes on being reported; a good one clears the fault."""
    edge = Edge()
    edge.configurator.refuses = "no such upstream"
    edge.follower.want_configuration(1)
    await edge.until(lambda: edge.follower.fault == "no such upstream", edge.follower.configure)
    assert not await edge.follower.adopt(Configuration(2, POLICY, ()))
    assert edge.events == [Milestone.FAULT]
    edge.configurator.refuses = ""
    assert await edge.follower.adopt(Configuration(3, POLICY, ()))
    assert (edge.follower.fault, edge.events[-1]) == ("", Milestone.READY)


async def test_a_lost_control_plane_is_told_once_and_asked_again() -> None:
    """Two failures in a row are one loss; the first answer is the return."""
    edge = Edge()
    edge.client.answers = [(), AWAY, AWAY, ()]
    await edge.until(lambda: len(edge.client.asked) == 5, edge.follower.follow)
    assert edge.events == [Milestone.CONTROL_BACK, Milestone.CONTROL_LOST, Milestone.CONTROL_BACK]


async def test_a_pruned_feed_begins_anew_from_a_snapshot() -> None:
    """Whoever was away for too long takes everything anew, policy included, and follows from there."""
    edge = Edge()
    edge.client.answers = [FeedPrunedError("gone")]
    edge.client.snapshots = [Snapshot(40, 7, POLICY, (), ())]
    await edge.until(lambda: len(edge.client.asked) == 2, edge.follower.follow)
    assert (edge.client.asked[1].after, edge.client.asked[1].policy_version) == (40, 7)


async def test_a_control_plane_that_goes_away_before_the_snapshot_does_not_end_the_edge() -> None:
    """Pruned, then nobody there: the gateway stays up and the edge tries again."""
    edge = Edge()
    edge.client.answers = [FeedPrunedError("gone"), FeedPrunedError("gone")]
    edge.client.snapshots = [AWAY, Snapshot(40, 7, POLICY, (), ())]
    await edge.until(lambda: len(edge.client.asked) == 3, edge.follower.follow)
    assert edge.client.asked[2].after == 40


async def test_an_older_configuration_under_way_never_undoes_a_snapshot() -> None:
    """A policy that was asked for before everything began anew is thrown away when it arrives after."""
    edge = Edge()
    edge.client.fetching = asyncio.Event()
    edge.follower.want_configuration(1)
    edge.client.answers = [FeedPrunedError("gone")]
    edge.client.snapshots = [Snapshot(40, 40, POLICY, (), ())]

    def arrived() -> bool:
        if edge.configurator.policy_version == 40 and edge.client.fetching and not edge.client.fetching.is_set():
            edge.client.version = 41
            edge.client.fetching.set()
        return edge.configurator.policy_version == 41

    await edge.until(arrived, edge.follower.configure, edge.follower.follow)
    assert edge.configurator.tried == [40, 41]


async def test_silence_refuses_only_where_that_was_asked_for() -> None:
    """Past stale_after the alarm is raised once; only ``refuse`` closes the gateway, and an answer opens it again."""
    for mode, closes in ((StaleMode.SERVE, False), (StaleMode.REFUSE, True)):
        edge = Edge(stale_after=0.05, stale_mode=mode)
        assert not edge.follower.must_refuse
        edge.clock.advance(1)
        assert edge.follower.must_refuse is closes
        await edge.until(lambda edge=edge: Milestone.STALE in edge.events, edge.follower.watch_staleness)  # type: ignore[misc]
        if closes:
            await edge.until(lambda edge=edge: edge.configurator.stale, edge.follower.watch_staleness)  # type: ignore[misc]
            edge.follower.heard()
            await edge.until(lambda edge=edge: not edge.configurator.stale, edge.follower.watch_staleness)  # type: ignore[misc]
        assert not edge.configurator.stale


async def test_a_cancellation_while_a_question_is_put_away_is_not_lost() -> None:
    """Otherwise an agent that is told to stop at that moment would follow for ever."""

    async def slow_to_end() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)

    async def failing() -> None:
        raise ControlUnavailableError("away")

    tasks = (asyncio.create_task(slow_to_end()), asyncio.create_task(failing()))
    await asyncio.sleep(0)
    putting = asyncio.create_task(_put_away(*tasks))
    await asyncio.sleep(0.01)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    await _put_away(*tasks)
