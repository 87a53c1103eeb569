"""What the demo plays on: a temporary data directory, the sample API, a mail sink, people, and the whole product.

Decides what is set up before the story begins, and that everything is gone afterwards.
"""

import asyncio
import contextlib
import email
import email.policy
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twogate.cli.add_user import NewUser, add_at
from twogate.cli.demo_caller import CLIENT, Person
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, unavailable
from twogate.cli.installed import actor
from twogate.cli.people import open_desk
from twogate.cli.prepare import Prepared, Wanted, prepare
from twogate.dataplane.orphans import die_with_parent
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration
from twogate.services.clients import Clients
from twogate.terms.client import ClientKind

EXAMPLE = Path(__file__).parents[3] / "examples" / "shop"
USUAL_PORT = 8080
_PEOPLE = ("alice", "bob", "carol")


@dataclass(slots=True)
class Mailbox:
    """Mails that have arrived."""

    letters: list[tuple[str, str, str]] = field(default_factory=list)  # to, subject, text

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Take a letter in."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        self.letters.append((envelope.rcpt_tos[0], str(message["subject"]), text.strip()))
        return "250 OK"

    async def wait_for(self, name: str, word: str, *, seconds: float) -> tuple[str, str, str] | None:
        """Wait for a letter to somebody in which a word stands."""
        for _ in range(int(seconds / 0.1)):
            for letter in self.letters:
                if letter[0].startswith(f"{name}@") and word.lower() in (letter[1] + letter[2]).lower():
                    return letter
            await asyncio.sleep(0.1)
        return None


@dataclass(slots=True)
class Stage:
    """Everything that stands before the first line of the story."""

    folder: Path
    prepared: Prepared
    mailbox: Mailbox
    people: dict[str, Person]
    seconds: float = 0.0

    @property
    def url(self) -> str:
        return self.prepared.public_url


@asynccontextmanager
async def stage(listen: str | None) -> AsyncIterator[Stage]:
    """Set the stage: everything but the product itself, which a ``Supervisor`` starts.

    Raises:
        CommandFailed: the sample API is not there, or a port is taken.
    """
    if not (EXAMPLE / "shop.py").exists():
        raise CommandFailed(
            ExitCode.CONFIGURATION, f"the sample API is not at {EXAMPLE}", "the demo runs from a checkout: `make demo`"
        )
    folder = Path(tempfile.mkdtemp(prefix="twogate-demo-"))
    mailbox = Mailbox()
    try:
        async with _mail_sink(mailbox) as mail_port, _shop(folder) as shop_port:
            prepared = _prepare(folder, listen or _free_listen(), shop_port=shop_port, mail_port=mail_port)
            people = await _people(prepared)
            yield Stage(folder, prepared, mailbox, people)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path, listen: str, *, shop_port: int, mail_port: int) -> Prepared:
    data = folder / "data"
    data.mkdir(mode=0o700)
    port = listen.rpartition(":")[2]
    policy = (EXAMPLE / "twogate.toml").read_text(encoding="utf-8")
    policy = policy.replace("http://localhost:8080", f"http://localhost:{port}")
    policy = policy.replace("http://127.0.0.1:9000", f"http://127.0.0.1:{shop_port}")
    (data / "twogate.toml").write_text(policy, encoding="utf-8")
    (data / "settings.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {mail_port}\nsecurity = "none"\nsender = "twogate@shop.example"\n',
        encoding="utf-8",
    )
    return prepare(Wanted(data=data, listen=listen))


async def _people(prepared: Prepared) -> dict[str, Person]:
    found: dict[str, Person] = {}
    async with open_desk(prepared.installation) as desk:
        for name in _PEOPLE:
            address = f"{name}@shop.example"
            added = await add_at(desk, NewUser(name, email=address, totp=True))
            secret = added.offer.secret.replace(" ", "") if added.offer else ""
            uri = added.offer.uri if added.offer else ""
            password = added.password.text() if added.password else ""
            found[name] = Person(name, password, secret, uri, address)
        clients = Clients(desk.store, SystemClock(), SystemEntropy())
        await clients.add(Registration(name="Demo app", kind=ClientKind.FIRST_PARTY, id=CLIENT), actor=actor())
    return found


@asynccontextmanager
async def _mail_sink(mailbox: Mailbox) -> AsyncIterator[int]:
    try:
        from aiosmtpd.smtp import SMTP  # noqa: PLC0415  # of the dev extra, not of the product
    except ImportError:
        text, hint = "the demo's mail sink is not installed", "pip install 'twogate[dev]', or `make demo`"
        raise CommandFailed(ExitCode.CONFIGURATION, text, hint) from None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, hostname="demo", loop=loop), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def _shop(folder: Path) -> AsyncIterator[int]:
    """Start the sample API and wait until it answers."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLE / "shop.py"),
        "--port",
        str(port),
        "--database",
        str(folder / "shop.db"),
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )
    try:
        await _answers(process, port)
        yield port
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 5)


async def _answers(process: asyncio.subprocess.Process, port: int) -> None:
    for _ in range(300):
        if process.returncode is not None:
            break
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise unavailable("the sample API does not start", f"try it alone: python {EXAMPLE / 'shop.py'}")


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _free_listen() -> str:
    """The usual port when it is free, so that the URL is the one of the documentation; else any other."""
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", USUAL_PORT)):
        return f"127.0.0.1:{USUAL_PORT}"
    return f"127.0.0.1:{free_port()}"
