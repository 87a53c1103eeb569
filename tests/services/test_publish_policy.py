"""Publishing a policy."""

import pytest
from tests.ports import FakeClock

from twogate.rules.policy.check import Checked
from twogate.services.publish_policy import Published, PublishPolicy
from twogate.store.unit import Store
from twogate.terms.changes import Change, ChangeKind
from twogate.terms.events import Event

GOOD = """public_url = "http://localhost:8080"
[[upstream]]
name = "api"
url = "http://127.0.0.1:9"
[[rule]]
match = ["GET /orders"]
require = "aal1"
"""


@pytest.fixture
def publish(store: Store, fake_clock: FakeClock) -> PublishPolicy:
    return PublishPolicy(store, fake_clock)


async def _feed(store: Store) -> list[Change]:
    async with store.read() as unit:
        return list(await unit.feed.after(0))


async def _publish(errand: PublishPolicy, toml: str) -> Published:
    done = await errand.publish(toml, by="cli:test")
    assert isinstance(done, Published), done
    return done


async def test_versions_count_up_and_gateways_are_told_each(publish: PublishPolicy, store: Store) -> None:
    """Two policies are two versions and two changes, and the older one can still be read."""
    first, second = await _publish(publish, GOOD), await _publish(publish, GOOD + "\n")
    assert (first.version, second.version) == (1, 2)
    assert [(one.number, one.kind, one.key) for one in await _feed(store)] == [
        (first.change, ChangeKind.POLICY_PUBLISHED, "1"),
        (second.change, ChangeKind.POLICY_PUBLISHED, "2"),
    ]
    current, old = await publish.current(), await publish.get(1)
    assert current is not None
    assert old is not None
    assert (current.version, old.toml) == (2, GOOD)
    assert await publish.get(3) is None


async def test_the_same_again_changes_nothing(publish: PublishPolicy, store: Store) -> None:
    """Publishing what is in force reloads no gateway and writes no event."""
    await _publish(publish, GOOD)
    again = await _publish(publish, GOOD)
    assert (again.version, again.change) == (1, 0)
    assert len(await _feed(store)) == 1
    async with store.read() as unit:
        assert len(await unit.audit.list(event=Event.ADMIN_POLICY_PUBLISHED)) == 1


async def test_going_back_is_a_new_version(publish: PublishPolicy) -> None:
    """An older text published again is in force under a new number, so that gateways notice."""
    await _publish(publish, GOOD)
    await _publish(publish, GOOD + "\n")
    assert (await _publish(publish, GOOD)).version == 3


@pytest.mark.parametrize("bad", ["", "not toml [", 'public_url = "ftp://x"', GOOD.replace("aal1", "aal9")])
async def test_a_policy_with_a_mistake_is_never_stored(publish: PublishPolicy, store: Store, bad: str) -> None:
    """The mistakes come back and the last good policy stays in force."""
    await _publish(publish, GOOD)
    refused = await publish.publish(bad, by="cli:test")
    assert isinstance(refused, Checked)
    assert refused.mistakes != ()
    current = await publish.current()
    assert current is not None
    assert (current.toml, len(await _feed(store))) == (GOOD, 1)


async def test_the_audit_names_who_and_what_it_replaces(publish: PublishPolicy, store: Store) -> None:
    """Who published which version, over which one."""
    await _publish(publish, GOOD)
    await _publish(publish, GOOD + "\n")
    async with store.read() as unit:
        rows = sorted(await unit.audit.list(event=Event.ADMIN_POLICY_PUBLISHED), key=lambda row: row.id)
    assert [(row.actor, row.subject, row.facts["replaces"]) for row in rows] == [
        ("cli:test", "policy:1", 0),
        ("cli:test", "policy:2", 1),
    ]
