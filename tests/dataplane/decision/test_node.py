"""A node's life: from the control plane or from disk, following the feed, and closed when nobody follows it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from suites.agreement.credentials import VERIFICATION, Credentials
from tests.dataplane.decision.known import POLICY, asked, config
from tests.dataplane.decision.test_judge import bearer, verdict
from tests.dataplane.small_gateway import KEY, FakeControl

from twogate.dataplane.decision.node import DecisionNode
from twogate.dataplane.edge_config import EdgeConfig, StaleMode
from twogate.dataplane.status import read_status
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.forward_auth.proxies import HAPROXY
from twogate.terms.changes import ChangeKind
from twogate.terms.secret import Secret


def told(control: FakeControl, folder: Path, **changes: object) -> EdgeConfig:
    return config(folder, control_socket=control.path, key=Secret(KEY), **changes)


@asynccontextmanager
async def living(made: EdgeConfig, *, seconds: float = 5.0) -> AsyncIterator[DecisionNode]:
    node = DecisionNode(made, clock=SystemClock(), entropy=SystemEntropy())
    async with node.running():
        await node.begun(seconds=seconds)
        yield node


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that no event tells."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  # a verdict is asked for, it tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
def following(control: FakeControl) -> FakeControl:
    control.toml, control.version, control.keys = POLICY, 1, VERIFICATION
    return control


async def test_it_refuses_until_it_has_begun_and_then_follows(
    following: FakeControl, short_dir: Path, credentials: Credentials
) -> None:
    """A revocation is obeyed as soon as it is acknowledged; another policy likewise."""
    question = asked("/v1/orders/7", bearer(credentials, "one"))
    node = DecisionNode(told(following, short_dir), clock=SystemClock(), entropy=SystemEntropy())
    assert verdict(node, question) == "gateway_stale"
    async with node.running():
        assert await node.begun(seconds=5)
        assert verdict(node, question) == "Allowed"
        await following.acknowledged(following.say(ChangeKind.GRANT_REVOKED, "gnt_one"))
        assert verdict(node, question) == "token_revoked"
        number = following.publish(POLICY.replace("/v1/orders/**", "/v2/orders/**"))
        await following.acknowledged(number)
        assert verdict(node, question) == "no_rule"
        assert node.facts()["policy_version"] == 2
    assert read_status(short_dir / "node")["position"] >= 0


async def test_a_policy_that_cannot_be_used_leaves_the_last_good_one(
    following: FakeControl, short_dir: Path, credentials: Credentials
) -> None:
    """And the control plane hears why."""
    async with living(told(following, short_dir)) as node:
        await following.acknowledged(following.publish("nonsense"))
        await until(lambda: bool(following.said.get("fault")))
        assert verdict(node, asked("/v1/orders/7", bearer(credentials, "one"))) == "Allowed"


async def test_it_begins_from_disk_while_the_control_plane_is_away(
    following: FakeControl, short_dir: Path, credentials: Credentials
) -> None:
    """With the revocations it knew; what it does not know is how long that is good for, and that is on disk, too."""
    async with living(told(following, short_dir)):
        await following.acknowledged(following.say(ChangeKind.GRANT_REVOKED, "gnt_two"))
    await following.stop()
    async with living(told(following, short_dir)) as node:
        assert verdict(node, asked("/v1/orders/7", bearer(credentials, "one"))) == "Allowed"
        assert verdict(node, asked("/v1/orders/7", bearer(credentials, "two"))) == "token_revoked"


async def test_out_of_touch_for_too_long_it_refuses_until_it_hears_again(
    following: FakeControl, short_dir: Path, credentials: Credentials
) -> None:
    """Fail closed where the operator says so; back in touch, it serves again."""
    question = asked("/v1/orders/7", bearer(credentials, "one"))
    made = told(following, short_dir, stale_after=0.3, stale_mode=StaleMode.REFUSE, poll_wait=0.1)
    async with living(made) as node:
        assert verdict(node, question) == "Allowed"
        await following.stop()
        await until(lambda: verdict(node, question) == "gateway_stale")
        await following.start()
        await until(lambda: verdict(node, question) == "Allowed")


async def test_after_a_long_time_off_it_does_not_begin_from_disk_as_if_it_knew(
    following: FakeControl, short_dir: Path, credentials: Credentials
) -> None:
    """What was heard too long ago is stale from the first request on."""
    async with living(told(following, short_dir)):
        pass
    await following.stop()
    await asyncio.sleep(0.5)
    made = told(following, short_dir, stale_after=0.3, stale_mode=StaleMode.REFUSE)
    async with living(made) as node:
        assert verdict(node, asked("/v1/orders/7", bearer(credentials, "one"))) == "gateway_stale"
        assert verdict(node, asked("/public/x")) == "Allowed"


async def test_when_nobody_follows_the_feed_any_more_everything_is_refused(
    following: FakeControl, short_dir: Path, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours must not leave yesterday's state in force; the node begins anew."""
    question = asked("/v1/orders/7", bearer(credentials, "one"))
    async with living(told(following, short_dir)) as node:
        seen = []

        async def broken(*_: object) -> None:
            seen.append(verdict(node, question))
            raise RuntimeError("planted")

        monkeypatch.setattr(node.memory, "take", broken)
        following.say(ChangeKind.GRANT_REVOKED, "gnt_other")
        await until(lambda: verdict(node, question) == "gateway_stale")
        monkeypatch.undo()
        await until(lambda: verdict(node, question) == "Allowed")
    assert seen == ["Allowed"]


async def test_a_renewal_without_a_control_plane_is_told_as_that(node: DecisionNode, credentials: Credentials) -> None:
    """503 with Retry-After, never a yes and never a sign-in that cannot work."""
    cookie = f"Cookie: twogate={credentials.shown['expired'][0]}"
    answer = await node.answer_in_full(node.judge(asked("/v1/orders/7", cookie), HAPROXY))
    assert (answer.status, answer.reason) == (503, "control_unavailable")
    assert dict(answer.fields)["Retry-After"]
    await node.control.close()


async def test_its_directory_is_nobody_elses(following: FakeControl, short_dir: Path) -> None:
    """Digests of tokens are in there."""
    async with living(told(following, short_dir)):
        assert (short_dir / "node").stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in (short_dir / "node").iterdir()} == {0o600}
