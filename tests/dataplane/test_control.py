"""Asking the control plane, and believing only what makes sense."""

import json
from collections.abc import AsyncIterator

import pytest
from tests.dataplane.small_gateway import KEY, FakeControl
from tests.ports import NOON

from twogate.dataplane.control import ControlClient, Standing
from twogate.dataplane.faults import (
    ControlGarbledError,
    ControlUnavailableError,
    FeedPrunedError,
    KeyRefusedError,
)
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.terms.changes import ChangeKind
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret

AT_0 = Standing(after=0, applied=0, policy_version=1)


@pytest.fixture
async def client(control: FakeControl) -> AsyncIterator[ControlClient]:
    """A client with the right key."""
    made = ControlClient("http://control", Secret(KEY), unix_socket=control.path)
    yield made
    await made.close()


async def test_a_snapshot_is_read(control: FakeControl, client: ControlClient) -> None:
    """A snapshot comes with policy, keys and changes; the configuration alone without changes."""
    control.say(ChangeKind.GRANT_REVOKED, "g")
    assert (await client.snapshot()).changes[0].key == "g"
    found = await client.configuration()
    assert (found.policy_version, found.keys, found.changes) == (1, control.keys, ())


async def test_changes_carry_what_the_edge_says(control: FakeControl, client: ControlClient) -> None:
    """Asking for changes tells position, policy and fault; a long fault is cut."""
    control.say(ChangeKind.GRANT_REVOKED, "g")
    found = await client.changes(Standing(0, 0, 4, "x" * 900), wait=0)
    assert [change.key for change in found] == ["g"]
    assert (control.said["policy"], control.said["applied"], len(control.said["fault"])) == ("4", "0", 500)


async def test_no_change_is_an_empty_answer(client: ControlClient) -> None:
    """When nothing happens within the wait, the answer is empty and no error."""
    assert await client.changes(AT_0, wait=0.01) == ()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b'{"changes": 5}',
        b'{"changes": [5]}',
        b'{"changes": [{"number": 1}]}',
        b"[" * 100_000,
        json.dumps({"changes": [{"number": 1, "kind": "x", "key": "", "value": "", "until": 0, "at": 0}]}).encode(),
    ],
)
async def test_garbage_is_not_believed(control: FakeControl, client: ControlClient, garbage: bytes) -> None:
    """An answer that is not the feed's is an error of its own kind, never a change."""
    control.garbage = garbage
    with pytest.raises(ControlGarbledError):
        await client.changes(AT_0, wait=0)
    with pytest.raises(ControlGarbledError):
        await client.snapshot()


@pytest.mark.parametrize("numbers", [(0,), (2, 2), (3, 1)])
async def test_changes_out_of_order_are_not_believed(
    control: FakeControl,
    client: ControlClient,
    numbers: tuple[int, ...],
) -> None:
    """Numbers that do not rise, or start before what was asked, are refused as a whole."""
    line = {"kind": "grant.revoked", "key": "g", "value": "", "until": 0, "at": 0}
    control.garbage = json.dumps({"changes": [line | {"number": number} for number in numbers]}).encode()
    with pytest.raises(ControlGarbledError, match="out of order"):
        await client.changes(AT_0, wait=0)


async def test_a_snapshot_that_contradicts_itself_is_not_believed(
    control: FakeControl,
    client: ControlClient,
) -> None:
    """A snapshot with a change younger than itself is refused."""
    change = {"number": 9, "kind": "grant.revoked", "key": "g", "value": "", "until": 0, "at": 0}
    control.garbage = json.dumps(
        {"number": 3, "policy": {"version": 1, "toml": ""}, "keys": [], "changes": [change]},
    ).encode()
    with pytest.raises(ControlGarbledError, match="contradicts"):
        await client.snapshot()


async def test_answers_have_names(control: FakeControl, client: ControlClient) -> None:
    """A refused key, a forgotten feed and an absent control plane are told apart."""
    control.oldest = 5
    with pytest.raises(FeedPrunedError):
        await client.changes(AT_0, wait=0)
    control.key = "tg_edge_other"
    with pytest.raises(KeyRefusedError):
        await client.snapshot()
    await control.stop()
    with pytest.raises(ControlUnavailableError):
        await client.snapshot()


async def test_the_key_is_in_no_error(control: FakeControl, client: ControlClient) -> None:
    """No message of this module holds the edge key."""
    await control.stop()
    with pytest.raises(ControlUnavailableError) as caught:
        await client.snapshot()
    assert KEY not in str(caught.value) + repr(caught.value.__cause__)


PROVED = Proved("key", "a" * 64, NOON, "n-1")


async def test_proofs_are_used_up_in_their_order(control: FakeControl, client: ControlClient) -> None:
    """Each has its verdict; the nonce is for whoever lacks one."""
    control.garbage = b'{"verdicts": [null, "dpop_replayed", "dpop_nonce_needed"], "nonce": "n-2"}'
    found = await client.spend([PROVED] * 3)
    assert [one.refused for one in found] == [None, Reason.DPOP_REPLAYED, Reason.DPOP_NONCE_NEEDED]
    assert {one.nonce for one in found} == {"n-2"}


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"[]",
        b"{}",
        b'{"verdicts": [null]}',
        b'{"verdicts": [], "nonce": ""}',
        b'{"verdicts": [null, null], "nonce": ""}',
        b'{"verdicts": ["yes"], "nonce": ""}',
        b'{"verdicts": [true], "nonce": ""}',
        b'{"verdicts": 5, "nonce": ""}',
    ],
)
async def test_a_verdict_that_is_not_understood_is_none(
    control: FakeControl, client: ControlClient, garbage: bytes
) -> None:
    """Too few, too many, other words: nobody is let in by it."""
    control.garbage = garbage
    with pytest.raises(ControlGarbledError):
        await client.spend([PROVED])


async def test_without_a_control_plane_no_proof_is_used_up(control: FakeControl, client: ControlClient) -> None:
    """It is told at once."""
    await control.stop()
    with pytest.raises(ControlUnavailableError):
        await client.spend([PROVED])
