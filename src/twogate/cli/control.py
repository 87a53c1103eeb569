"""``twogate control``: the control plane, one process.

Decides what is done before it serves (publish the policy file it follows, make the key of the gateway beside it) and
that the policy file is watched. What it serves is ``web.app``.
"""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.children import tell
from twogate.cli.database import opened
from twogate.cli.failures import misconfigured, unavailable
from twogate.cli.follow_policy import FollowPolicy, News
from twogate.cli.installed import installation
from twogate.cli.options import Data, Supervised, examples, single_command
from twogate.cli.output import remark
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.outside.operator_log import configure
from twogate.services.edge_keys import EdgeKeys
from twogate.services.first_administrator import invite
from twogate.services.publish_policy import PublishPolicy
from twogate.services.signing_keys import KeyRing
from twogate.settings.installation import Installation
from twogate.settings.load import Place
from twogate.settings.private_files import write_new
from twogate.store.unit import Store
from twogate.terms.verdict import Refused
from twogate.web.app import build_app
from twogate.web.dependencies import compose
from twogate.web.front import PolicyMissing
from twogate.web.serve import SocketTaken, bind_tcp, bind_unix, serve_control

app = single_command()

LOCAL_EDGE = "local"


@app.command(
    epilog=examples(
        "twogate control --listen 10.0.0.5:9443",
        "twogate control --data /var/lib/twogate --follow /etc/twogate/twogate.toml",
    )
)
def control(
    *,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen", help="address:port for gateways on other machines. [default: a unix socket]", show_default=False
        ),
    ] = None,
    follow: Annotated[
        Path | None,
        typer.Option("--follow", help="Publish this policy file now and whenever it changes.", show_default=False),
    ] = None,
    data: Data = None,
    supervised: Supervised = False,
) -> None:
    """Run a control plane until Ctrl-C. Several may run on one PostgreSQL.

    With --listen, only gateways may be able to reach it: whoever can, can name any caller's address.
    """
    overrides: dict[Place, object] = {("control", "listen"): listen} if listen is not None else {}
    found = installation(data, overrides=overrides)
    found.paths.create()
    log = found.settings.log
    configure(SystemClock(), level=logging.getLevelNamesMapping()[log.level.upper()], json_lines=log.json_lines)
    asyncio.run(_Control(found, follow, supervised=supervised).run())


class _Control:
    """One process of the control plane, from the first look at the policy to the last line of the audit log."""

    def __init__(self, found: Installation, follow: Path | None, *, supervised: bool) -> None:
        self._found = found
        self._follow = follow
        self._supervised = supervised
        self._clock = SystemClock()
        self._people = 0
        self._first = ""
        self._news: News | None = None

    async def run(self) -> None:
        """Serve until told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _noted)  # uvicorn acts on it, and raises it once more when it has ended
        async with opened(self._found) as store:
            await self._begin(store)
        try:
            async with compose(self._found, clock=self._clock, entropy=SystemEntropy()) as deps:
                application = build_app(deps)
                async with self._watching(deps.store):
                    await serve_control(application, self._listener(), started=self._started)
        except PolicyMissing:
            raise misconfigured(
                "no policy is in force yet", "`twogate policy publish FILE`, or --follow FILE"
            ) from None

    async def _begin(self, store: Store) -> None:
        if self._follow is not None:
            self._news = await self._follower(store).first()
        await KeyRing(store, self._clock, SystemEntropy()).signer()  # made before a gateway asks for the keys
        if self._supervised:
            await _make_local_edge(self._found, store)
            code = await invite(store, self._clock, SystemEntropy(), actor="system")
            self._first = code.text() if code else ""
        async with store.read() as unit:
            self._people = await unit.users.count()

    def _follower(self, store: Store) -> FollowPolicy:
        path = self._follow or self._found.paths.policy
        return FollowPolicy(path, PublishPolicy(store, self._clock), self._told)

    @asynccontextmanager
    async def _watching(self, store: Store) -> AsyncIterator[None]:
        if self._follow is None:
            yield
            return
        watch = asyncio.create_task(self._follower(store).run(), name="policy-file")
        try:
            yield
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    def _listener(self) -> socket.socket:
        address = self._found.settings.control.listen
        try:
            return bind_tcp(address) if address else bind_unix(self._found.control_socket)
        except SocketTaken as error:
            hint = "another control plane runs here; stop it, or use another --data directory"
            raise unavailable(f"{error}: somebody listens there", hint) from None

    def _started(self) -> None:
        if self._supervised:
            facts = self._news.facts() if self._news else {}
            tell(ready=True, people=self._people, first=self._first, **facts)
        else:
            where = self._found.settings.control.listen or self._found.control_socket
            remark(f"[green]ready[/green] on {escape(str(where))}")

    def _told(self, news: News) -> None:
        if self._supervised:
            tell(**news.facts())
            return
        for line in news.mistakes:
            remark(f"[red]policy[/red] {escape(line)}")
        if not news.mistakes:
            remark(f"[green]policy[/green] version {news.version} is in force")


def _noted() -> None:
    return None


async def _make_local_edge(found: Installation, store: Store) -> None:
    """See to it that the gateway beside us has a key that the database knows."""
    keys = EdgeKeys(store, SystemClock(), SystemEntropy())
    if found.settings.edge.key.reveal():
        return
    if found.paths.edge_key.exists():
        if await keys.known(found.edge_key()) is not None:
            return
        found.paths.edge_key.unlink()  # of another database: worth nothing here
    await keys.remove(LOCAL_EDGE, by="system")
    made = await keys.add(LOCAL_EDGE, by="system")
    if isinstance(made, Refused):
        raise misconfigured(f"cannot make the key of the gateway here: {made.detail}")
    write_new(found.paths.edge_key, made[1].text(), what="the edge key")
