"""Keys of gateway nodes."""

from tests.ports import FakeClock, SeededEntropy

from twogate.services.edge_keys import PREFIX, EdgeKeys
from twogate.store.unit import Store
from twogate.terms.edges import Edge
from twogate.terms.events import Event
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


async def _add(keys: EdgeKeys, name: str) -> tuple[Edge, Secret]:
    made = await keys.add(name, by="cli:test")
    assert not isinstance(made, Refused)
    return made


async def test_a_key_is_known_until_its_node_is_removed(
    store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy
) -> None:
    """The key opens the feed for its own node; removed, it is worth nothing, and a second removal finds none."""
    keys = EdgeKeys(store, fake_clock, seeded_entropy)
    edge, key = await _add(keys, "west")
    assert key.text().startswith(PREFIX)
    known = await keys.known(key)
    assert known is not None
    assert (known.id, known.key_digest) == (edge.id, key.sha256())
    assert await keys.remove("west", by="cli:test")
    assert await keys.known(key) is None
    assert not await keys.remove("west", by="cli:test")


async def test_a_name_names_one_node(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> None:
    """A taken name is refused and the first node's key goes on working."""
    keys = EdgeKeys(store, fake_clock, seeded_entropy)
    edge, key = await _add(keys, "west")
    assert isinstance(await keys.add("west", by="cli:test"), Refused)
    assert await keys.known(key) == edge
    assert [one.name for one in await keys.all()] == ["west"]


async def test_removing_one_leaves_the_others(
    store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy
) -> None:
    """Two nodes have two keys; only the named one loses its own, and both events name it in the audit."""
    keys = EdgeKeys(store, fake_clock, seeded_entropy)
    west, _ = await _add(keys, "west")
    _, east_key = await _add(keys, "east")
    await keys.remove("west", by="cli:test")
    assert await keys.known(east_key) is not None
    async with store.read() as unit:
        removed = await unit.audit.list(event=Event.ADMIN_EDGE_REMOVED)
        added = await unit.audit.list(event=Event.ADMIN_EDGE_ADDED)
    assert [(row.subject, row.actor) for row in removed] == [(west.id, "cli:test")]
    assert len(added) == 2


async def test_what_is_no_key_is_nobody(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> None:
    """An empty key, a digest or a near miss opens nothing."""
    keys = EdgeKeys(store, fake_clock, seeded_entropy)
    edge, key = await _add(keys, "west")
    for wrong in ("", edge.key_digest, key.text()[:-1], key.text().upper()):
        assert await keys.known(Secret(wrong)) is None
