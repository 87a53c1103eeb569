"""An edge and a control plane that is away, forgetful, older than it was, or talks nonsense."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from suites.edge.authority import make_pair
from suites.edge.field import CLOCK, Field, free_port, laid_out

from twogate.outside.entropy import SystemEntropy
from twogate.services.edge_keys import EdgeKeys
from twogate.terms.changes import ChangeKind


@asynccontextmanager
async def _serving(ground: Path, **config: Any) -> AsyncIterator[Field]:
    """A field whose gateway takes requests."""
    async with laid_out(ground, **config) as field:
        await field.publish(field.policy())
        await field.agent.start()
        yield field


async def _becomes(field: Field, token: str, wanted: str, *, seconds: float = 10) -> None:
    """Wait until the gateway's answer has this reason (empty: it passes)."""
    async with asyncio.timeout(seconds):
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if (await field.get("/x", token)).reason == wanted:
                    return
            await asyncio.sleep(0.05)


async def test_valid_tokens_pass_while_the_control_plane_is_away(ground: Path) -> None:
    """With ``serve`` nothing changes for valid and revoked tokens; what happened meanwhile is learnt at the return."""
    async with _serving(ground, stale_after=0.5, poll_wait=0.2) as field:
        good, later = field.token()
        revoked, grant = field.token()
        await field.in_force(await field.say(ChangeKind.GRANT_REVOKED, grant))
        await field.control.stop()
        await field.agent.until("stale")
        assert (await field.get("/x", good)).status == 200
        assert (await field.get("/x", revoked)).reason == "token_revoked"
        await field.say(ChangeKind.GRANT_REVOKED, later)
        await field.control.start()
        await _becomes(field, good, "token_revoked")


async def test_a_stale_gateway_refuses_when_told_so(ground: Path) -> None:
    """With ``refuse`` no credential passes after ``stale_after``, by its own reason, until it is back."""
    async with _serving(ground, stale_after=0.5, stale_mode="refuse", poll_wait=0.2) as field:
        good, _ = field.token()
        assert (await field.get("/x", good)).status == 200
        await field.control.stop()
        await _becomes(field, good, "gateway_stale")
        assert (await field.get("/public/x")).status == 200  # no credential is looked at there, so none can be stale
        await field.agent.stop()
        await field.agent.start()
        assert (await field.get("/x", good)).reason == "gateway_stale"
        await field.control.start()
        await _becomes(field, good, "")


async def test_it_starts_without_the_control_plane(ground: Path) -> None:
    """With the control plane away an edge starts from its disk, and knows every revocation it had acknowledged."""
    async with _serving(ground) as field:
        good, _ = field.token()
        revoked, grant = field.token()
        await field.in_force(await field.say(ChangeKind.GRANT_REVOKED, grant))
        await field.agent.stop()
        await field.control.stop()
        await field.agent.start()
        assert (await field.get("/x", good)).status == 200
        assert (await field.get("/x", revoked)).reason == "token_revoked"
        modes = {path.stat().st_mode & 0o077 for path in (ground / "edge").rglob("*") if not path.is_symlink()}
        assert modes == {0}


async def test_a_pruned_feed_is_made_up_for_by_a_snapshot(ground: Path) -> None:
    """When the feed has forgotten what happened meanwhile, a snapshot tells it, and following goes on."""
    async with _serving(ground, poll_wait=0.2) as field:
        token, grant = field.token()
        next_token, next_grant = field.token()
        assert (await field.get("/x", token)).status == 200
        await field.control.stop()
        await field.say(ChangeKind.GRANT_REVOKED, grant)
        async with field.store.work() as unit:
            await unit.feed.prune(CLOCK.now().plus(10), keep_seconds=0)
        await field.control.start()
        await _becomes(field, token, "token_revoked")
        await field.in_force(await field.say(ChangeKind.GRANT_REVOKED, next_grant))
        assert (await field.get("/x", next_token)).reason == "token_revoked"


async def test_a_removed_edge_learns_nothing_more(ground: Path) -> None:
    """An edge whose key was removed goes on with what it knows, and is not counted among those to wait for."""
    async with _serving(ground, poll_wait=0.2) as field:
        token, grant = field.token()
        assert (await field.get("/x", token)).status == 200
        await EdgeKeys(field.store, CLOCK, SystemEntropy()).remove("edge", by="suite")
        assert "refuses this edge's key" in await field.agent.until("control_lost")
        number = await field.say(ChangeKind.GRANT_REVOKED, grant)
        assert (await field.control.changes.in_force(number, 0.1)).done
        assert (await field.get("/x", token)).status == 200


async def test_a_wrong_key_gets_nowhere(ground: Path) -> None:
    """An edge with a wrong key never opens its gateway, and says why."""
    async with laid_out(ground, key="tg_edge_wrong") as field:
        await field.publish(field.policy())
        await field.agent.start(until="")
        assert "refuses this edge's key" in await field.agent.until("waiting")
        await asyncio.sleep(1)
        assert all(name != "ready" for name, _ in field.agent.said)
        with pytest.raises(ConnectionRefusedError):
            await field.get("/x")


@pytest.mark.parametrize("nonsense", [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<nothing>", b"SSH-2.0-x\r\n", b""])
async def test_something_else_on_the_socket_is_no_control_plane(ground: Path, nonsense: bytes) -> None:
    """Whatever else answers on the control plane's socket, the gateway stays as it was."""
    async with _serving(ground, poll_wait=0.2) as field:
        good, _ = field.token()
        revoked, grant = field.token()
        await field.in_force(await field.say(ChangeKind.GRANT_REVOKED, grant))
        await field.control.stop()

        async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(nonsense)
            with contextlib.suppress(OSError):
                await writer.drain()
                writer.close()
                await writer.wait_closed()

        server = await asyncio.start_unix_server(babble, str(field.control.path))
        await asyncio.sleep(0.5)
        server.close()
        assert (await field.get("/x", good)).status == 200
        assert (await field.get("/x", revoked)).reason == "token_revoked"


async def test_a_database_that_was_put_back_is_followed(ground: Path) -> None:
    """When the feed is behind the edge, as after a restored backup, the edge takes a snapshot instead of waiting."""
    async with _serving(ground, poll_wait=0.2) as field:
        await field.agent.stop()
        path = ground / "edge" / "snapshot.json"
        text = path.read_text().replace('"number": ', '"number": 1000', 1)
        await field.control.stop()
        path.write_text(text)
        await field.agent.start()
        await field.control.start()
        await field.agent.until("control_back")
        token, grant = field.token()
        assert (await field.get("/x", token)).status == 200
        await field.in_force(await field.say(ChangeKind.GRANT_REVOKED, grant))
        assert (await field.get("/x", token)).reason == "token_revoked"


async def test_a_renewed_certificate_is_served_and_a_bad_one_is_not(ground: Path) -> None:
    """A new pair on disk is served to new connections without a restart; a pair that does not fit changes nothing."""
    certificate, key = ground / "cert.pem", ground / "key.pem"
    _write(make_pair("first.example"), certificate, key)
    port = free_port()
    tls = {"https_bind": f"127.0.0.1:{port}", "certificate": str(certificate), "certificate_key": str(key)}
    async with _serving(ground, **tls) as field:
        first = await _served(port)
        _write(make_pair("second.example"), certificate, key)
        async with asyncio.timeout(15):
            while (second := await _served(port)) == first:  # noqa: ASYNC110  # only asking tells
                await asyncio.sleep(0.1)
        key.write_bytes(make_pair("third.example")[1])
        assert "does not belong" in await field.agent.until("fault")
        assert await _served(port) == second
        await field.in_force(await field.publish(field.policy() + "# with a bad pair on disk\n"))
        assert await _served(port) == second
        _write(make_pair("fourth.example"), certificate, key)
        async with asyncio.timeout(15):
            while await _served(port) == second:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


def _write(pair: tuple[bytes, bytes], certificate: Path, key: Path) -> None:
    certificate.write_bytes(pair[0])
    key.write_bytes(pair[1])


async def _served(port: int) -> bytes:
    """The certificate that a new connection is shown."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return bytes(shown)
