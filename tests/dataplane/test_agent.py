"""The whole edge: begins, follows, survives, ends."""

import asyncio
import json
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from tests.dataplane.small_gateway import POLICY, Node, get

from twogate.dataplane.edge_config import Milestone, StaleMode
from twogate.outside.clock import SystemClock
from twogate.terms.changes import ChangeKind, VerificationKey

REFUSED_BY_HAPROXY = POLICY.replace("[[rule]]", '[[rule]]\nname = "refused"')


async def becomes(node: Node, status: int) -> None:
    """Wait until the gateway answers with a status."""
    async with asyncio.timeout(5):
        while (await get(node.port)).status != status:  # noqa: ASYNC110  # only asking tells
            await asyncio.sleep(0.02)


async def test_it_serves_what_the_control_plane_says(node: Node, clock: SystemClock) -> None:
    """The edge starts from a snapshot, is ready, obeys a change and acknowledges it, and ends with status 0."""
    node.control.say(ChangeKind.GRANT_REVOKED, "g1")
    node.start(clock)
    assert await node.until(Milestone.READY) == "policy 1"
    assert (await get(node.port, x_grant="g1")).status == 403
    number = node.control.say(ChangeKind.GRANT_REVOKED, "g2")
    await node.control.acknowledged(number)
    assert (await get(node.port, x_grant="g2")).status == 403
    assert await node.end() == 0
    assert not any(
        path.suffix == ".sock" and path.name.startswith("access") for path in node.config.directory.iterdir()
    )


async def test_a_new_policy_is_loaded_and_reported(node: Node, clock: SystemClock) -> None:
    """A published policy is in force when it is acknowledged, with its version."""
    node.start(clock)
    await node.until(Milestone.READY)
    await node.control.acknowledged(node.control.publish(POLICY + "\n"))
    assert (await get(node.port)).headers["policy"] == "2"
    assert (node.control.said["policy"], node.control.said.get("fault", "")) == ("2", "")


@pytest.mark.parametrize("bad", ["nonsense", 'public_url = "ftp://x"', REFUSED_BY_HAPROXY])
async def test_a_bad_policy_keeps_the_last_good_one(node: Node, clock: SystemClock, bad: str) -> None:
    """A policy that does not parse or that HAProxy refuses changes nothing and is reported; a good one mends it."""
    node.start(clock)
    await node.until(Milestone.READY)
    await node.control.acknowledged(node.control.publish(bad))
    assert (await get(node.port)).headers["policy"] == "1"
    assert node.control.said["fault"]
    assert node.control.said["policy"] == "1"
    revoked = node.control.say(ChangeKind.GRANT_REVOKED, "g1")
    await node.control.acknowledged(revoked)
    assert (await get(node.port, x_grant="g1")).status == 403
    await node.control.acknowledged(node.control.publish(POLICY))
    assert (await get(node.port)).headers["policy"] == "3"
    assert node.control.said.get("fault", "") == ""


async def test_withdrawn_keys_leave_no_worker_behind(node: Node, clock: SystemClock) -> None:
    """When a key is dropped, a draining worker that still believes in it is ended."""
    node.start(clock)
    await node.until(Milestone.READY)
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    node.control.keys = (VerificationKey("k2", node.control.keys[0].pem), *node.control.keys)
    await node.control.acknowledged(node.control.say(ChangeKind.KEYS_CHANGED, "k2"))
    assert (await get(node.port)).headers["keys"] == "2"
    node.control.keys = node.control.keys[:1]
    await node.control.acknowledged(node.control.say(ChangeKind.KEYS_CHANGED, "k2"))
    assert await reader.read() == b""
    assert (await get(node.port)).headers["keys"] == "1"
    writer.close()


async def test_it_starts_from_disk_when_the_control_plane_is_away(node: Node, clock: SystemClock) -> None:
    """With the control plane away the last state on disk is served: policy, snapshot and later changes."""
    node.control.say(ChangeKind.GRANT_REVOKED, "g1")
    node.start(clock)
    await node.until(Milestone.READY)
    await node.control.acknowledged(node.control.publish(POLICY + "\n"))
    await node.control.acknowledged(node.control.say(ChangeKind.GRANT_REVOKED, "g2"))
    await node.end()
    await node.control.stop()
    node.start(clock)
    assert await node.until(Milestone.READY) == "policy 2"
    assert [(await get(node.port, x_grant=grant)).status for grant in ("g1", "g2", "g3")] == [403, 403, 200]
    await node.control.start()
    await node.until(Milestone.CONTROL_BACK)
    await node.control.acknowledged(node.control.say(ChangeKind.GRANT_REVOKED, "g3"))
    assert (await get(node.port, x_grant="g3")).status == 403


async def test_it_waits_for_a_control_plane_it_has_never_seen(node: Node, clock: SystemClock) -> None:
    """With nothing on disk the edge waits, and can be stopped while it waits."""
    await node.control.stop()
    node.start(clock)
    await node.until(Milestone.WAITING)
    assert await node.end() == 0
    node.start(clock)
    await node.until(Milestone.WAITING)
    await node.control.start()
    await node.until(Milestone.READY)


async def test_it_waits_for_a_first_policy(node: Node, clock: SystemClock) -> None:
    """Before any policy is published nothing listens; the first one opens the gateway."""
    node.control.toml, node.control.version = "", 0
    node.start(clock)
    assert "no policy" in await node.until(Milestone.WAITING)
    with pytest.raises(ConnectionRefusedError):
        await get(node.port)
    node.control.publish(POLICY)
    await node.until(Milestone.READY)
    assert (await get(node.port)).status == 200


async def test_a_bad_policy_at_the_start_falls_back_to_the_last_good_one(node: Node, clock: SystemClock) -> None:
    """A restart while the newest policy is a bad one serves the last good one and reports the fault."""
    node.start(clock)
    await node.until(Milestone.READY)
    await node.end()
    node.control.publish(REFUSED_BY_HAPROXY)
    node.start(clock)
    assert await node.until(Milestone.READY) == "policy 1"
    await node.control.acknowledged(1)
    assert "nonsense" in node.control.said["fault"]


async def test_a_forgotten_feed_is_replaced_by_a_snapshot(node: Node, clock: SystemClock) -> None:
    """When the control plane has pruned what the edge needs, a snapshot brings it up to date."""
    node.start(clock)
    await node.until(Milestone.READY)
    await node.control.stop()
    for number in range(5):
        node.control.say(ChangeKind.GRANT_REVOKED, f"g{number}")
    node.control.oldest = 4
    await node.control.start()
    await node.control.acknowledged(5)
    assert node.control.snapshots == 2
    assert [(await get(node.port, x_grant=f"g{number}")).status for number in range(5)] == [403] * 5


async def test_garbage_and_refusals_change_nothing(node: Node, clock: SystemClock) -> None:
    """Nonsense from the control plane and a refused key leave the gateway as it is, until sense comes back."""
    node.start(clock)
    await node.until(Milestone.READY)
    node.control.garbage = b'{"changes": [{"number": -1}]}'
    node.control.say(ChangeKind.GRANT_REVOKED, "g1")
    await node.until(Milestone.CONTROL_LOST)
    assert (await get(node.port, x_grant="g1")).status == 200
    node.control.garbage = None
    node.control.key = "tg_edge_other"
    await asyncio.sleep(0.3)
    assert (await get(node.port)).status == 200
    node.control.key = "tg_edge_test"
    await node.control.acknowledged(1)
    assert (await get(node.port, x_grant="g1")).status == 403


@pytest.mark.parametrize(("mode", "status"), [(StaleMode.SERVE, 200), (StaleMode.REFUSE, 503)])
async def test_silence_is_served_or_refused(node: Node, clock: SystemClock, mode: StaleMode, status: int) -> None:
    """After ``stale_after`` without the control plane the gateway does what was configured, until it is back."""
    node.config = replace(node.config, stale_after=0.5, stale_mode=mode, poll_wait=0.1)
    node.start(clock)
    await node.until(Milestone.READY)
    assert (await get(node.port)).status == 200
    await node.control.stop()
    await node.until(Milestone.STALE)
    await becomes(node, status)
    await node.control.start()
    await becomes(node, 200)


async def test_silence_counts_across_a_restart(node: Node, clock: SystemClock) -> None:
    """Restarting a stale edge does not make it fresh: the time is counted from when it last heard anything."""
    node.config = replace(node.config, stale_after=0.5, stale_mode=StaleMode.REFUSE, poll_wait=0.1)
    node.start(clock)
    await node.until(Milestone.READY)
    await node.control.stop()
    await node.until(Milestone.STALE)
    await node.end()
    node.start(clock)
    await node.until(Milestone.READY)
    assert (await get(node.port)).status == 503  # from the first request on


async def test_an_address_in_use_ends_it_with_one_sentence(node: Node, clock: SystemClock) -> None:
    """When somebody else listens on the address, the edge ends with status 1 and says which."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", node.port))
        other.listen()
        node.start(clock)
        assert node.task is not None
        assert await node.task == 1
    assert node.events[-1] == (
        Milestone.FAULT,
        f"127.0.0.1:{node.port} is in use by another program; stop it or listen on another port",
    )


async def test_a_missing_binary_ends_it_with_one_sentence(node: Node, clock: SystemClock) -> None:
    """A HAProxy that is not there is said at once."""
    node.config = replace(node.config, haproxy="/nowhere/haproxy")
    node.start(clock)
    assert node.task is not None
    assert await node.task == 1
    assert "is not a program" in node.events[-1][1]


async def test_a_directory_that_cannot_be_written_ends_it(node: Node, clock: SystemClock, short_dir: Path) -> None:
    """Where the edge's directory is a file, it ends with status 1 and no traceback."""
    (short_dir / "file").write_text("")
    node.config = replace(node.config, directory=short_dir / "file" / "edge")
    node.start(clock)
    assert node.task is not None
    assert await node.task == 1


async def test_it_stops_on_sigterm(node: Node, clock: SystemClock) -> None:
    """SIGTERM ends the edge in order."""
    node.start(clock)
    await node.until(Milestone.READY)
    os.kill(os.getpid(), signal.SIGTERM)
    assert node.task is not None
    assert await node.task == 0
    with pytest.raises(ConnectionRefusedError):
        await get(node.port)


async def test_requests_are_logged(node: Node, clock: SystemClock) -> None:
    """What the gateway answered stands in the traffic files when the edge has ended."""
    node.start(clock)
    await node.until(Milestone.READY)
    rid = (await get(node.port)).headers["id"]
    await asyncio.sleep(0.3)
    await node.end()
    assert node.config.traffic is not None
    lines = [json.loads(line) for path in node.config.traffic.iterdir() for line in path.read_text().splitlines()]
    assert {"rid": rid, "status": 200} in lines


async def test_it_says_where_it_stands(node: Node, clock: SystemClock) -> None:
    """``status.json`` holds position, policy, fault and the binary's facts, and no secret."""
    node.start(clock)
    await node.until(Milestone.READY)
    async with asyncio.timeout(5):
        while not node.facts():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    facts = node.facts()
    assert facts["policy_version"] == 1
    assert facts["haproxy"]["version"].startswith("2.8")
    assert "tg_edge_" not in json.dumps(facts)
