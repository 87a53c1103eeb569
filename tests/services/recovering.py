"""A desk with recovery on it: the errands, two administrators, and a look into the letters that wait."""

import re
from dataclasses import dataclass

from tests.services.desk import CALLER, Desk, Person

from twogate.services.help_desk import HelpDesk
from twogate.services.recovery import RecoverAccount
from twogate.settings.recovery import RecoverySettings
from twogate.terms.dispatch import Channel
from twogate.terms.permissions import ADMINISTRATORS
from twogate.terms.recovery import Lost
from twogate.terms.secret import Secret

SITE = "https://api.example.com"
WHY = "lost her phone on the train; passport seen"
WAIT = RecoverySettings().wait


@dataclass
class Rescue:
    """Everything that a recovery needs."""

    desk: Desk
    settings: RecoverySettings

    def __post_init__(self) -> None:
        ports = (self.desk.store, self.desk.clock, self.desk.entropy)
        self.account = RecoverAccount(
            *ports,
            authenticators=self.desk.authenticators,
            settings=self.settings,
            sign_in=self.desk.settings,
            public_url=lambda: SITE,
        )
        self.help = HelpDesk(
            *ports, registry=self.desk.authenticators.registry, settings=self.settings, public_url=lambda: SITE
        )

    async def asked(self, person: Person | str, lost: Lost = Lost.FACTORS) -> None:
        """Somebody asks, and the clock has looked."""
        name = person if isinstance(person, str) else person.user.name
        refused = await self.account.ask(name, lost, CALLER)  # outside the assert: -O strips that
        assert refused is None
        await self.account.tick()

    async def secret(self, person: Person, lost: Lost = Lost.FACTORS) -> Secret:
        """Ask, wait, and read the secret in the second letter."""
        await self.asked(person, lost)
        await self.letters()
        self.desk.clock.advance(self.settings.wait if lost is Lost.FACTORS else self.settings.password_wait)
        await self.account.tick()
        (letter,) = await self.letters()
        return secret_in(letter)

    async def letters(self) -> list[str]:
        """The letters of recoveries that wait; everything that waits is taken out."""
        now = self.desk.clock.now()
        async with self.desk.store.work() as unit:
            taken = await unit.dispatches.take(now, lease=60, limit=1000)
            for one in taken:
                assert one.dispatch.channel is Channel.EMAIL
                await unit.dispatches.sent(one.id, now)
        texts = [one.dispatch.facts["text"] for one in taken]
        return [text for text in texts if "secret=" in text or "Secret: " in text]

    async def administrator(self, name: str) -> Person:
        person = await self.desk.add(name)
        async with self.desk.store.work() as unit:
            await unit.memberships.join(person.user.id, ADMINISTRATORS, at=self.desk.clock.now(), by="cli:test")
        return person


def secret_in(letter: str) -> Secret:
    """The secret of a second letter."""
    found = re.search(r"^Secret: (\S+)$", letter, re.MULTILINE)
    assert found is not None, letter
    return Secret(found[1])


def stop_in(letter: str) -> Secret:
    """The secret in the link that stops it."""
    found = re.search(re.escape(SITE) + r"/\.twogate/recover/stop\?secret=(\S+)", letter)
    assert found is not None, letter
    return Secret(found[1])
