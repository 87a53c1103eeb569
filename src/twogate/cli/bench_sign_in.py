"""``twogate bench sign-in``: how much signing in and how many tokens one control plane can do.

Decides the load, and what each figure is put beside: a password check beside nothing but its Argon2id, on the same
number of threads, in the same run. The services are the real ones, on a database file whose commits reach the disk.
HTTP and the gateway are left out; ``bench gateway`` measures those.
"""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from statistics import quantiles
from typing import Any

from twogate.cli.demo_caller import Person
from twogate.cli.failures import refused
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.factors.contract import Account, Begin, Factor, FactorState, Role
from twogate.rules.factors.slow_hash import SALT_BYTES
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration
from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import REFRESH_PREFIX
from twogate.rules.signin.event import CodeGiven, PasswordGiven
from twogate.services.audit_log import AuditLog
from twogate.services.clients import Clients, RegisteredClient
from twogate.services.screens import Ask, Finished
from twogate.services.token_set import TokenSet
from twogate.settings.factors import HashingSettings, parameters
from twogate.settings.model import Settings
from twogate.settings.sign_in import SecondFactor, SignInSettings
from twogate.store.unit import Store, Unit
from twogate.terms.account import Credential, User
from twogate.terms.caller import Caller
from twogate.terms.client import ClientKind
from twogate.terms.ids import CredentialId, GrantId, SessionId, UserId
from twogate.terms.proof import Proof
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import Grant, RefreshToken, Session
from twogate.terms.verdict import Passed
from twogate.web.background import sealing
from twogate.web.dependencies import Dependencies, assemble
from twogate.web.front import Front, FrontInForce
from twogate.web.oauth.errands import errands_of

_URL = "https://api.example.com"
_REDIRECT = "https://app.example.com/callback"
_PASSWORD = Secret("plum-orbit-lantern")
_CALLER = Caller("203.0.113.7", "twogate bench", "bench")
_SCOPE = ("openid", "orders:read")
_SIGNING_IN = 64  # people who sign in by turns
_TURNS = 4
_CODES_A_SECOND = 200  # people made for the code checks, for each second; it ends earlier when they run out
_AT_ONCE = 4  # requests under way where no slow hash bounds them
_DAY = 86_400

Step = Callable[[], Awaitable[bool]]
"""One operation; False: there is nothing left to do."""
Stage = Callable[[str], AbstractContextManager[object]]
"""Shows what is going on while it goes on."""


@dataclass(frozen=True, slots=True)
class Load:
    """For how long each operation is measured, and what a password hash costs."""

    seconds: float = 4
    hashing: HashingSettings = field(default_factory=HashingSettings)


@dataclass(slots=True)
class Seen:
    """What was measured of one operation."""

    seconds: float = 0
    processor: float = 0  # of the whole process, in seconds
    latencies: list[float] = field(default_factory=list)  # seconds

    @property
    def done(self) -> int:
        return len(self.latencies)


@dataclass(frozen=True, slots=True)
class Member:
    """An account, its owner with their app, and a session that rests on a password so far."""

    user: User
    owner: Person
    session: Session


async def run_sign_in_bench(load: Load, *, stage: Stage = contextlib.nullcontext) -> dict[str, Any]:
    """Measure and return the figures."""
    with tempfile.TemporaryDirectory(prefix="twogate-bench-") as folder:
        async with _opened(Path(folder), load) as deps:
            with stage("making people, sessions and clients"):
                members = await _populate(deps, max(_SIGNING_IN, round(load.seconds * _CODES_A_SECOND)))
                asked = await _ask_for_codes(deps, members)
                rotating, service = await _rotating(deps, members[0]), await _service(deps)
            threads, seen = deps.hashing.threads, {"argon2id_alone": Seen(), "password_sign_in": Seen()}
            signing_in = _signing_in(deps, members[:_SIGNING_IN], threads)
            for _ in range(_TURNS):  # by turns, so that a machine whose speed drifts is fair to both
                with stage("Argon2id alone"):
                    _add(seen["argon2id_alone"], await _bare(deps, load.seconds / _TURNS))
                with stage("password sign-in"):
                    _add(seen["password_sign_in"], await _measure(signing_in, load.seconds / _TURNS))
            others = {"code_check": _checking(deps, asked), "refresh_rotation": rotating, "client_credentials": service}
            for name, steps in others.items():
                with stage(name.replace("_", " ")):
                    seen[name] = await _measure(steps, load.seconds)
        return _report(load, seen, threads=threads)


@asynccontextmanager
async def _opened(folder: Path, load: Load) -> AsyncIterator[Dependencies]:
    """Services on a fresh file, with the audit log being sealed beside them as in production."""
    clock, entropy = SystemClock(), SystemEntropy()
    wishes = SignInSettings(second_factor=SecondFactor.WHEN_NEEDED)  # so that a password alone ends a sign-in
    settings = Settings(hashing=load.hashing, sign_in=wishes)
    store = await Store.open(f"sqlite:///{folder / 'twogate.db'}", master_key=entropy.bytes(32), entropy=entropy)
    front = FrontInForce(store, clock, version=1, front=Front(_URL))
    deps = assemble(settings, store, clock=clock, entropy=entropy, front=front)
    seal = asyncio.create_task(sealing(AuditLog(store, clock, entropy, anchor=folder / "audit.anchor")))
    try:
        yield deps
    finally:
        seal.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await seal
        await deps.changes.close()
        deps.hashing.close()
        await store.close()


# ---- what is there before anything is measured
async def _populate(deps: Dependencies, people: int) -> list[Member]:
    password, app = _factors(deps)
    account, now = Account("bench", "bench"), deps.clock.now()
    accepted = password.accept(password.offer(account, deps.entropy).remember, _PASSWORD, now)
    if not isinstance(accepted, Passed) or isinstance(accepted.value, Begin):
        raise refused("the password of the bench is refused")
    members = []
    async with deps.store.work() as unit:
        for number in range(people):
            states = (accepted.value.state, app.offer(account, deps.entropy).remember)
            members.append(await _member(deps, unit, number=number, states=states))
    return members


def _factors(deps: Dependencies) -> tuple[Factor, Factor]:
    """What is known, and what an app shows: the first of the second factors."""
    registry = deps.authenticators.registry
    return registry.first, registry.of_role(Role.SECOND)[0]


async def _member(deps: Dependencies, unit: Unit, *, number: int, states: tuple[FactorState, FactorState]) -> Member:
    now, name = deps.clock.now(), f"person-{number}"
    user = User(UserId(f"usr_{number}"), name, name, "", now, enrolled_once=True)
    await unit.users.add(user)
    for factor, state in zip(_factors(deps), states, strict=True):
        credential = CredentialId(f"crd_{factor.name}_{number}")
        await unit.credentials.add(Credential(credential, user.id, factor.name, factor.name, state, 1, now))
    known = _factors(deps)[0]
    proof = Proof(known.name, CredentialId(f"crd_{known.name}_{number}"), known.nature(states[0]), now)
    session = Session(
        id=SessionId(f"ses_{number}"),
        user=user.id,
        secret_digest=new_secret("tg_se_", deps.entropy).sha256(),
        proofs=(proof,),
        device=None,
        address=_CALLER.address,
        user_agent=_CALLER.user_agent,
        created=now,
        last_used=now,
        absolute_end=now.plus(_DAY),
    )
    await unit.sessions.add(session)
    return Member(user, Person(name, _PASSWORD.text(), str(states[1]["secret"])), session)


async def _ask_for_codes(deps: Dependencies, members: Iterable[Member]) -> list[tuple[Member, Secret]]:
    """Everybody is asked for a code, one code each: none is ever sent twice."""
    asked = []
    for member in members:
        screen = await deps.sign_in.begin(
            need=Need(Level.AAL2), caller=_CALLER, client=None, session=member.session, return_to="/"
        )
        if not isinstance(screen, Ask):
            raise refused("nobody was asked for a code", type(screen).__name__)
        asked.append((member, screen.handle))
    return asked


# ---- the operations
def _signing_in(deps: Dependencies, members: list[Member], threads: int) -> list[Step]:
    """Twice as many as there are threads, so that these never wait for the event loop."""
    workers = 2 * threads

    def worker(own: Iterator[Member]) -> Step:
        async def step() -> bool:
            begun = await deps.sign_in.begin(
                need=Need(Level.AAL1), caller=_CALLER, client=None, session=None, return_to="/"
            )
            given = PasswordGiven(next(own).user.name, _PASSWORD)
            return _finished(await deps.sign_in.advance(_handle(begun), given, _CALLER))

        return step

    return [worker(cycle(members[number::workers])) for number in range(workers)]


def _checking(deps: Dependencies, asked: list[tuple[Member, Secret]]) -> list[Step]:
    waiting = iter(asked)

    async def step() -> bool:
        found = next(waiting, None)
        if found is None:
            return False
        member, handle = found
        given = CodeGiven("", Secret(member.owner.code()))
        return _finished(await deps.sign_in.advance(handle, given, _CALLER))

    return [step] * _AT_ONCE


async def _rotating(deps: Dependencies, member: Member) -> list[Step]:
    """A family of refresh tokens for each of those under way, each token used once."""
    client = (await _registered(deps, ClientKind.BROWSER, "app", redirect_uris=(_REDIRECT,))).client
    answer, now = errands_of(deps).token.answer, deps.clock.now()

    async def family(number: int) -> Step:
        grant = GrantId(f"gnt_{number}")
        held = [new_secret(REFRESH_PREFIX, deps.entropy)]
        ends, proofs = now.plus(_DAY), member.session.proofs
        async with deps.store.work() as unit:
            await unit.grants.add(Grant(grant, client.id, member.user.id, member.session.id, _SCOPE, _URL, now, now))
            first = RefreshToken(held[0].sha256(), grant, client.id, proofs, _SCOPE, now, ends)
            await unit.refresh_tokens.add(first)

        async def step() -> bool:
            form = {"grant_type": "refresh_token", "refresh_token": held[0].text(), "client_id": client.id}
            held[0] = _issued(await answer(Presented(client.id), Parameters(form), _CALLER)).refresh or held[0]
            return True

        return step

    return [await family(number) for number in range(_AT_ONCE)]


async def _service(deps: Dependencies) -> list[Step]:
    made = await _registered(deps, ClientKind.SERVICE, "service")
    answer, form = errands_of(deps).token.answer, Parameters({"grant_type": "client_credentials"})

    async def step() -> bool:
        _issued(await answer(Presented(made.client.id, made.secret), form, _CALLER))
        return True

    return [step] * _AT_ONCE


async def _registered(deps: Dependencies, kind: ClientKind, name: str, **more: Any) -> RegisteredClient:
    clients = Clients(deps.store, deps.clock, deps.entropy)
    made = await clients.add(Registration(name, kind, scope=_SCOPE[-1:], **more), actor="bench")
    if not isinstance(made, RegisteredClient):
        raise refused(f"the client of the bench is refused: {made[0].detail}")
    return made


def _handle(screen: object) -> Secret:
    if not isinstance(screen, Ask):
        raise refused("no password was asked for", type(screen).__name__)
    return screen.handle


def _finished(screen: object) -> bool:
    if not isinstance(screen, Finished):
        reason = getattr(screen, "refused", None)
        raise refused("a sign-in did not end well", str(reason.reason) if reason else type(screen).__name__)
    return True


def _issued(answer: object) -> TokenSet:
    if not isinstance(answer, TokenSet):
        raise refused("no token was issued", str(answer))
    return answer


# ---- measuring
async def _measure(steps: list[Step], seconds: float) -> Seen:
    loop, seen = asyncio.get_running_loop(), Seen()
    begun, before = loop.time(), _processor()

    async def keep_on(step: Step) -> None:
        at = loop.time()
        while at < begun + seconds and await step():
            seen.latencies.append(loop.time() - at)
            at = loop.time()

    async with asyncio.TaskGroup() as group:
        for step in steps:
            group.create_task(keep_on(step))
    seen.seconds, seen.processor = loop.time() - begun, _processor() - before
    return seen


async def _bare(deps: Dependencies, seconds: float) -> Seen:
    """Nothing but the hash that a password check computes, on as many threads as the services have."""
    hashing = parameters(deps.settings.factors, deps.settings.hashing).hashing
    encoded = hashing.hash(_PASSWORD.reveal(), deps.entropy.bytes(SALT_BYTES))
    loop, seen = asyncio.get_running_loop(), Seen()
    begun, before = loop.time(), _processor()

    def keep_on() -> None:
        for _ in count():
            at = loop.time()
            if at >= begun + seconds:
                return
            hashing.matches(encoded, _PASSWORD.reveal())
            seen.latencies.append(loop.time() - at)

    with ThreadPoolExecutor(deps.hashing.threads) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, keep_on) for _ in range(deps.hashing.threads)))
    seen.seconds, seen.processor = loop.time() - begun, _processor() - before
    return seen


def _add(seen: Seen, more: Seen) -> None:
    seen.seconds += more.seconds
    seen.processor += more.processor
    seen.latencies.extend(more.latencies)


def _processor() -> float:
    used = os.times()
    return used.user + used.system


def _report(load: Load, seen: dict[str, Seen], *, threads: int) -> dict[str, Any]:
    cores, bare = len(os.sched_getaffinity(0)), seen["argon2id_alone"]
    hashing = load.hashing
    return {
        "load": {"seconds": load.seconds, "cores": cores, "threads": threads},
        "argon2id": {"memory_kib": hashing.memory_kib, "passes": hashing.passes, "lanes": hashing.lanes},
        "operations": {name: _figures(one, cores) for name, one in seen.items()},
        "password_sign_in_of_argon2id": round(_rate(seen["password_sign_in"]) / _rate(bare), 3),
        "password_sign_in_of_argon2id_by_cpu": round(_cost(bare) / _cost(seen["password_sign_in"]), 3),
    }


def _figures(one: Seen, cores: int) -> dict[str, float]:
    points = quantiles(one.latencies, n=100)
    return {
        "per_second": round(_rate(one), 1),
        "per_second_and_core": round(_rate(one) / cores, 1),
        "p50_ms": round(points[49] * 1000, 2),
        "p99_ms": round(points[98] * 1000, 2),
        "cpu_ms_each": round(_cost(one) * 1000, 3),
        "done": one.done,
    }


def _rate(one: Seen) -> float:
    return one.done / one.seconds


def _cost(one: Seen) -> float:
    return one.processor / one.done
