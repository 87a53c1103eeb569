"""What the routes are given: one frozen record of services, and how it is put together.

Decides which objects exist once in a process, and in which order they are opened and closed.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from starlette.requests import Request

from twogate.outside.fetch import Fetch
from twogate.outside.geo import Geo
from twogate.outside.yubico_cloud import YubicoCloud
from twogate.rules.factors.registry import registry
from twogate.services.access_tokens import AccessTokens
from twogate.services.audit_log import AuditLog
from twogate.services.authenticators import Authenticators
from twogate.services.breaches import with_breaches
from twogate.services.browser_sessions import BrowserSessions
from twogate.services.changes import Changes
from twogate.services.client_documents import ClientDocuments
from twogate.services.client_keys import ClientKeys
from twogate.services.deliver import Deliver
from twogate.services.enrol import Enrol
from twogate.services.hashing import HashingPool
from twogate.services.identity_keys import IdentityKeys
from twogate.services.logout_outbox import LogoutOutbox
from twogate.services.own_password import OwnPassword
from twogate.services.places import Places
from twogate.services.prune import Keep, Pruning
from twogate.services.sessions import Sessions
from twogate.services.sign_in import SignIn
from twogate.services.signing_keys import KeyRing
from twogate.services.stock import Stock
from twogate.services.typing import TypingChoice
from twogate.settings.dials import dials
from twogate.settings.installation import Installation
from twogate.settings.model import Settings
from twogate.store.unit import Store
from twogate.terms.ports import Clock, Entropy
from twogate.web.background import Task, sealing
from twogate.web.flow_services import FlowServices, flow_services
from twogate.web.front import Front, FrontInForce
from twogate.web.outgoing import outgoing
from twogate.web.push_services import PushServices, in_words, push_services, waking

_PATIENCE = 1.0  # seconds to wait for the gateways to know that a session has ended


@dataclass(frozen=True, slots=True)
class Reach:
    """What is read at addresses that clients name, what is told there, and the keys that sign it."""

    fetch: Fetch
    documents: ClientDocuments
    client_keys: ClientKeys
    identity_keys: IdentityKeys


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a route may call."""

    settings: Settings
    front_in_force: FrontInForce
    store: Store
    clock: Clock
    entropy: Entropy
    keyring: KeyRing
    hashing: HashingPool
    authenticators: Authenticators
    sign_in: SignIn
    sessions: Sessions
    enrol: Enrol
    own_password: OwnPassword
    geo: Geo
    typing: TypingChoice
    access_tokens: AccessTokens
    changes: Changes
    browsers: BrowserSessions
    flows: FlowServices
    reach: Reach
    push: PushServices | None = None  # None: nobody is asked on a phone
    background: Mapping[str, Task] = field(default_factory=dict)  # what runs while the application serves

    @property
    def front(self) -> Front:
        """The public face as the policy in force has it."""
        return self.front_in_force.now


def assemble(settings: Settings, store: Store, *, clock: Clock, entropy: Entropy, front: FrontInForce) -> Dependencies:
    """Put the services together on an open store.

    Raises:
        SettingsInvalid: a database of addresses cannot be read.
    """
    keyring, changes, ports = KeyRing(store, clock, entropy), Changes(store, clock), (store, clock, entropy)
    hashing = HashingPool(threads=settings.hashing.threads, queue=settings.hashing.queue)
    origin, audience, geo = front.now.public_url, front.now.audience, Geo(settings.places, clock)
    authenticators = _authenticators(settings, store, hashing, clock=clock, entropy=entropy, origin=origin)
    push = push_services(settings, store, clock=clock, entropy=entropy, origin=origin, place=in_words(geo.where))
    awaited, wishes = (push.answers if push else None), settings.sign_in
    places = Places(geo, clock, entropy, places=settings.places, risk=settings.risk)
    sessions = Sessions(store, clock, entropy, lifetimes=settings.sessions.lifetimes, holds=places)
    tokens = AccessTokens(keyring, clock, entropy, issuer=front.now.issuer, audience=audience, settings=settings.tokens)
    return Dependencies(
        settings=settings,
        front_in_force=front,
        store=store,
        clock=clock,
        entropy=entropy,
        keyring=keyring,
        reach=_reach(settings, store, clock),
        hashing=hashing,
        authenticators=authenticators,
        sessions=sessions,
        access_tokens=tokens,
        changes=changes,
        browsers=BrowserSessions(store, clock, entropy, sessions=sessions, access_tokens=tokens, audience=audience),
        flows=_flows(settings, store, authenticators, front=front, clock=clock, entropy=entropy),
        push=push,
        sign_in=SignIn(
            *ports,
            authenticators=authenticators,
            sessions=sessions,
            settings=wishes,
            awaited=awaited,
            places=places,
            refused_everywhere=partial(changes.in_force, timeout=_PATIENCE),
        ),
        geo=geo,
        typing=TypingChoice(store, clock, offered=settings.risk.typing),
        enrol=Enrol(*ports, authenticators=authenticators, sessions=sessions, settings=wishes, awaited=awaited),
        own_password=OwnPassword(*ports, authenticators=authenticators, sessions=sessions, settings=wishes),
    )


def _reach(settings: Settings, store: Store, clock: Clock) -> Reach:
    fetch = Fetch(settings.fetch)
    return Reach(
        fetch,
        ClientDocuments(store, clock, fetch, settings.registration, local=bool(settings.fetch.allow)),
        ClientKeys(store, clock, fetch),
        IdentityKeys(store, clock),
    )


def _authenticators(
    settings: Settings, store: Store, hashing: HashingPool, *, clock: Clock, entropy: Entropy, origin: str
) -> Authenticators:
    factors = registry(with_breaches(dials(settings, public_url=origin), settings.factors))
    validator = YubicoCloud(settings.yubico, entropy) if settings.yubico.client else None
    stock = Stock(store, clock, validator=validator)
    return Authenticators(factors, hashing, clock=clock, entropy=entropy, stock=stock)


def _flows(
    settings: Settings,
    store: Store,
    authenticators: Authenticators,
    *,
    front: FrontInForce,
    clock: Clock,
    entropy: Entropy,
) -> FlowServices:
    return flow_services(
        settings,
        store,
        clock=clock,
        entropy=entropy,
        authenticators=authenticators,
        public_url=lambda: front.now.public_url,
    )


@asynccontextmanager
async def compose(found: Installation, *, clock: Clock, entropy: Entropy) -> AsyncIterator[Dependencies]:
    """Open the database of an installation and everything on it; close it all in the end.

    Raises:
        SettingsInvalid: the master key cannot be read.
        StoreUnavailable: the database does not open.
        PolicyMissing: no policy was published yet.
    """
    store = await Store.open(found.database_url, master_key=found.master_key(), entropy=entropy)
    try:
        front = await FrontInForce.read(store, clock)
        url = front.now.public_url
        deps = assemble(found.settings, store, clock=clock, entropy=entropy, front=front)
        try:
            async with (
                waking(deps.push, found.settings, store, clock=clock, entropy=entropy, origin=url) as phones,
                outgoing(found.settings, store, clock, public_url=url, besides=phones) as deliver,
            ):
                yield replace(deps, background=_background(found, deps, deliver))
        finally:
            await deps.changes.close()
            deps.hashing.close()
            deps.geo.close()
    finally:
        await store.close()


def logout_outbox(deps: Dependencies) -> LogoutOutbox:
    """Who tells clients that a session has ended."""
    issuer = deps.access_tokens.issuer
    reach = deps.reach
    return LogoutOutbox(deps.store, deps.clock, deps.keyring, reach.identity_keys, fetch=reach.fetch, issuer=issuer)


def _background(found: Installation, deps: Dependencies, deliver: Deliver) -> Mapping[str, Task]:
    store, clock = deps.store, deps.clock
    log = AuditLog(store, clock, deps.entropy, anchor=found.paths.audit_anchor)
    return {
        "audit": lambda: sealing(log),
        "outbox": deliver.run,
        "logout": logout_outbox(deps).run,
        "recovery": deps.flows.recover.run,
        "reminders": deps.flows.reminders.run,
        "pruning": Pruning(store, clock, keep=_keep(found.settings)).run,
        "front": deps.front_in_force.run,
    }


def _keep(settings: Settings) -> Keep:
    return Keep(places=settings.places.keep_days * 86_400, typing=settings.risk.typing_life)


def deps_of(request: Request) -> Dependencies:
    """For ``Depends``: what ``build_app`` was given."""
    deps: Dependencies = request.app.state.deps
    return deps
