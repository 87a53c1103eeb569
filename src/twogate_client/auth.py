"""``TwogateAuth``: what a program hands to ``httpx2.Client(auth=...)`` or ``httpx2.AsyncClient(auth=...)``.

Decides the defaults: tokens bound to a key, kept in the keyring or in a file of this person's own. Credentials go to
the API that is named here and to nobody else, whatever redirects say.
"""

from collections.abc import AsyncGenerator, Generator

import httpx2

from twogate_client.addresses import base, fit
from twogate_client.conversation import Conversation
from twogate_client.faults import SignInError
from twogate_client.keepers import Keeper, MemoryKeeper, usual
from twogate_client.kept import Kept
from twogate_client.standing import Standing
from twogate_client.steps import Flow, T, World, drive, drive_async, run
from twogate_client.token_endpoint import Binding, Client
from twogate_client.ways.way import Need, Way


class TwogateAuth(httpx2.Auth):
    """Signs in to one API, and answers whatever it asks for."""

    def __init__(
        self,
        api: str,
        client_id: str,
        *,
        way: Way | None = None,
        scope: str = "",
        binding: Binding | str = Binding.DPOP,
        keeper: Keeper | None = None,
        issuer: str = "",
        world: World | None = None,
    ) -> None:
        """Say which API, as which client, and how to sign in.

        Args:
            api: The API's address; only its scheme, host and port count, and only they are ever sent a credential.
            client_id: The id that the operator registered this program under.
            way: ``Browser()``, ``Device()`` or ``ClientCredentials(secret)``; without one, kept tokens are used and
                renewed, and nobody is ever asked anything.
            scope: What to ask for, separated by blanks; empty: whatever the client may have.
            binding: ``"dpop"``, ``"dpop-or-bearer"`` or ``"bearer"``.
            keeper: Where tokens lie; by default the keyring, else a file of mode 0600; for a service, memory.
            issuer: The only authorization server to trust; empty: the one that the API names.
            world: Certificates, transports and clock.
        """
        if not client_id:
            raise ValueError("client_id is empty")
        if issuer:
            fit(issuer, what="the issuer")
        service = way is not None and not way.person
        self._standing = Standing(
            api=base(api),
            client=Client(client_id, way.secret if way else "", scope),
            way=way,
            keeper=keeper or (MemoryKeeper() if service else usual()),
            binding=Binding(binding),
            issuer=issuer,
            world=world or World(),
        )
        self._conversation = Conversation(self._standing)

    @property
    def api(self) -> str:
        """The only address that is sent a credential."""
        return self._standing.api

    @property
    def kept_in(self) -> str:
        """Where tokens lie, in one word."""
        return self._standing.keeper.kind

    def __repr__(self) -> str:
        return f"<TwogateAuth {self._standing.client.id!r} at {self.api}>"

    def sign_in(self, *, acr_values: str = "", max_age: int | None = None) -> Kept:
        """Sign in now, whatever is kept."""
        return run(self._standing.enter(_need(acr_values, max_age)), self._standing.world)

    async def sign_in_async(self, *, acr_values: str = "", max_age: int | None = None) -> Kept:
        """The same for asyncio."""
        return await _result(self._standing.enter(_need(acr_values, max_age)), self._standing.world)

    def sign_out(self) -> bool:
        """Revoke and forget the tokens; returns whether the server heard of it."""
        return run(self._standing.leave(), self._standing.world)

    async def sign_out_async(self) -> bool:
        """The same for asyncio."""
        return await _result(self._standing.leave(), self._standing.world)

    def kept(self) -> Kept | None:
        """What is kept now, if anything."""
        return run(self._standing.look(), self._standing.world)

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Answer for ``httpx2.Client``. A body is read whole first: it may have to be sent a second time."""
        request.read()
        yield from drive(self._conversation.call(request), self._standing.world)

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Answer for ``httpx2.AsyncClient``."""
        await request.aread()
        steps = drive_async(self._conversation.call(request), self._standing.world)
        try:
            step = await anext(steps)
            while True:
                answer = yield step
                step = await steps.asend(answer)
        except StopAsyncIteration:
            return
        finally:
            await steps.aclose()


def _need(acr_values: str, max_age: int | None) -> Need:
    return Need(acr_values, "" if max_age is None else str(max_age))


async def _result(flow: Flow[T], world: World) -> T:
    found: list[T] = []

    def noting() -> Flow[None]:
        found.append((yield from flow))

    async for _ in drive_async(noting(), world):
        raise SignInError("only requests of the caller come out here")
    return found[0]
