"""The errands around people, as a command opens them.

Decides nothing; it puts the services together on an open database and closes everything.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from twogate.cli.database import opened
from twogate.cli.failures import refused
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.factors.registry import Registry, registry
from twogate.services.authenticators import Authenticators
from twogate.services.breaches import with_breaches
from twogate.services.hand_over_factor import HandOverFactor
from twogate.services.hardware_tokens import HardwareTokens
from twogate.services.hashing import HashingPool
from twogate.services.people import People
from twogate.settings.dials import dials
from twogate.settings.installation import Installation
from twogate.store.unit import Store
from twogate.terms.account import User
from twogate.terms.ports import Clock, Entropy
from twogate.web.front import FrontInForce, PolicyMissing


@dataclass(frozen=True, slots=True)
class Desk:
    """What an administrator works with."""

    store: Store
    clock: Clock
    entropy: Entropy
    registry: Registry
    people: People
    hand_over: HandOverFactor
    tokens: HardwareTokens

    async def find(self, name: str) -> User:
        """Return a person by name or id.

        Raises:
            CommandFailed: there is nobody of that name.
        """
        found = await self.people.find(name)
        if found is None:
            raise refused(f"nobody is called {name}", "`twogate user list` shows who there is")
        return found


async def _public_url(store: Store, clock: Clock) -> str:
    """The address in force: some factors are made for it. Nothing where no policy was published yet."""
    try:
        return (await FrontInForce.read(store, clock)).now.public_url
    except PolicyMissing:
        return ""


@asynccontextmanager
async def open_desk(found: Installation) -> AsyncIterator[Desk]:
    """Open the database and put the services on it."""
    clock, entropy, settings = SystemClock(), SystemEntropy(), found.settings
    hashing = HashingPool(threads=settings.hashing.threads, queue=settings.hashing.queue)
    try:
        async with opened(found) as store:
            known = dials(settings, public_url=await _public_url(store, clock))
            factors = registry(with_breaches(known, settings.factors))
            authenticators = Authenticators(factors, hashing, clock=clock, entropy=entropy)
            people = People(store, clock, entropy, authenticators=authenticators, settings=settings.sign_in)
            hand_over = HandOverFactor(store, clock, entropy, authenticators=authenticators, settings=settings.sign_in)
            tokens = HardwareTokens(store, clock, authenticators=authenticators)
            yield Desk(store, clock, entropy, factors, people=people, hand_over=hand_over, tokens=tokens)
    finally:
        hashing.close()
