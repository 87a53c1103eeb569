"""Where one program stands with one API: its tokens, and how it comes by better ones.

Decides who renews: one at a time, over threads and processes alike, because a refresh token that comes twice costs the
whole family (RFC 9700 section 4.14.2). A server that does not answer is asked again with the same token; nothing is
thrown away before it has said no.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from twogate_client import kept as record
from twogate_client.challenge import Demand
from twogate_client.discovery import discover
from twogate_client.dpop import Key
from twogate_client.faults import BindingError, SignInError, UnavailableError
from twogate_client.keepers import Keeper
from twogate_client.kept import Kept, Server
from twogate_client.steps import Do, Flow, Pause, T, World
from twogate_client.token_endpoint import Binding, Client, Endpoint
from twogate_client.ways.way import Need, Way

_LOOK = 0.02  # seconds between two looks at a lock
_TRIES = 4  # for an answer to a refresh token
_PAUSE = 0.2  # before the second of them; twice that before the next


@dataclass(slots=True)
class Standing:
    """What one program has at one API."""

    api: str
    client: Client
    way: Way | None
    keeper: Keeper
    binding: Binding = Binding.DPOP
    issuer: str = ""
    world: World = field(default_factory=World)
    nonces: dict[str, str] = field(default_factory=dict, repr=False)
    _kept: Kept | None = field(default=None, repr=False)

    def ready(self) -> Flow[Kept | None]:
        """What a request is started with: renewed first if it would not live long enough."""
        kept = self._kept
        if kept is None:
            kept = yield from self._load()
        if kept is None or kept.fresh(self.world.now()):
            return kept
        return (yield from self._alone(self._in_time))

    def signed_in(self, wanted: Demand, used: Kept | None) -> Flow[tuple[Kept | None, bool]]:
        """What is better than ``used``, which the API does not take; and whether it was fetched here."""
        return (yield from self._alone(lambda: self._replaced(wanted, used)))

    def stepped_up(self, wanted: Demand, used: Kept | None) -> Flow[tuple[Kept | None, bool]]:
        """The same, by a sign-in that proves what the API asks for (RFC 9470 section 4)."""
        return (yield from self._alone(lambda: self._proved(wanted, used)))

    def enter(self, need: Need) -> Flow[Kept]:
        """Sign in, whatever there is."""
        return (yield from self._alone(lambda: self._enter(need, "")))

    def leave(self) -> Flow[bool]:
        """Sign out: revoke what can be, forget all; return whether the server heard of it (RFC 7009)."""
        return (yield from self._alone(self._leave))

    def look(self) -> Flow[Kept | None]:
        """What is kept, as it is."""
        return (yield from self._load())

    def _in_time(self) -> Flow[Kept | None]:
        stored = yield from self._load()
        if stored is None or stored.fresh(self.world.now()):
            return stored
        if self.way is not None and not self.way.person:
            return (yield from self._enter(Need(), "", server=stored.server))
        try:
            return (yield from self._refreshed(stored))
        except UnavailableError:
            if self.world.now() < stored.expires:
                return stored
            raise

    def _replaced(self, wanted: Demand, used: Kept | None) -> Flow[tuple[Kept | None, bool]]:
        stored = yield from self._load()
        if self._others(stored, used):
            return stored, False
        fresh = (yield from self._refreshed(stored)) if stored else None
        if fresh is None and self.way is not None:
            fresh = yield from self._enter(Need(), wanted.metadata)
        return fresh, True

    def _proved(self, wanted: Demand, used: Kept | None) -> Flow[tuple[Kept | None, bool]]:
        stored = yield from self._load()
        if self._others(stored, used):
            return stored, False
        if self.way is None or not self.way.person:
            return None, True
        return (yield from self._enter(Need(wanted.acr_values, wanted.max_age), wanted.metadata)), True

    def _others(self, stored: Kept | None, used: Kept | None) -> bool:
        """Whether somebody else has brought another token meanwhile."""
        if stored is None or not stored.fresh(self.world.now()):
            return False
        return used is None or stored.access != used.access

    def _refreshed(self, stored: Kept) -> Flow[Kept | None]:
        """Renew (RFC 6749 section 6); nothing: the server says that it is over."""
        if not stored.refresh:
            return None
        form = {"grant_type": "refresh_token", "refresh_token": stored.refresh}
        at = self._endpoint(stored.server, Key.load(stored.key) if stored.key else None)
        for tried in range(1, _TRIES + 1):
            try:
                fresh = yield from at.tokens(form, way=stored.way, before=stored)
            except UnavailableError:
                if tried == _TRIES:
                    raise
                yield Pause(_PAUSE * 2 ** (tried - 1))
            except SignInError as error:
                if error.code != "invalid_grant":
                    raise
                self._kept = None
                self.keeper.forget(self.name)
                return None
            else:
                return self._keep(fresh)
        return None

    def _enter(self, need: Need, metadata: str, *, server: Server | None = None) -> Flow[Kept]:
        if self.way is None:
            raise SignInError("there is no way to sign in here")
        if server is None:
            server = yield from discover(self.api, metadata, issuer=self.issuer)
        fresh = yield from self.way.sign_in(self._endpoint(server, self._key(server)), need)
        return self._keep(fresh)

    def _leave(self) -> Flow[bool]:
        heard, stored = False, (yield from self._load())
        if stored is not None and stored.server.revocation:
            at = self._endpoint(stored.server, None)
            try:
                form = {"token": stored.refresh or stored.access}
                heard = (yield from at.post(stored.server.revocation, form)).is_success
            except UnavailableError:
                heard = False
        self._kept = None
        self.keeper.forget(self.name)
        return heard

    def _endpoint(self, server: Server, key: Key | None) -> Endpoint:
        return Endpoint(server, self.client, key, world=self.world, nonces=self.nonces)

    def _key(self, server: Server) -> Key | None:
        """The key that the next tokens are bound to: made once, and never shown to two servers."""
        if self.binding is Binding.BEARER or (self.binding is Binding.PREFER_DPOP and not server.dpop):
            return None
        if not server.dpop:
            raise BindingError(f"{server.issuer} binds no tokens to keys, and unbound ones were not allowed")
        before = self._kept
        same = before is not None and before.server.issuer == server.issuer and before.key
        return Key.load(before.key) if before is not None and same else Key.make()

    @property
    def name(self) -> str:
        """Under which the tokens are kept."""
        return f"{self.api} {self.client.id}"

    def _load(self) -> Flow[Kept | None]:
        text: str | None = yield Do(lambda: self.keeper.load(self.name))
        found = record.read(text) if text is not None else None
        self._kept = found if found is not None and self._takes(found) else None
        return self._kept

    def _takes(self, found: Kept) -> bool:
        """Whether these are tokens that we would have asked for."""
        bound = bool(found.key)
        fits = {Binding.DPOP: bound, Binding.BEARER: not bound, Binding.PREFER_DPOP: True}[self.binding]
        return fits and self.issuer in ("", found.server.issuer)

    def _keep(self, fresh: Kept) -> Kept:
        """Write down at once: nothing may come between a token that was used up and the one that follows it."""
        self.keeper.save(self.name, fresh.text())
        self._kept = fresh
        return fresh

    def _alone(self, inner: Callable[[], Flow[T]]) -> Flow[T]:
        while (release := self.keeper.try_lock(self.name)) is None:
            yield Pause(_LOOK)
        try:
            return (yield from inner())
        finally:
            release()
