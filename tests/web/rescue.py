"""A house with mail, so that people can be recovered; the letters are read from the outbox."""

import re
from dataclasses import dataclass

import httpx2
from sqlalchemy import bindparam, update
from tests.ports import FakeClock
from tests.web.house import CHEAP, Browser, House, Person

from twogate.settings.mail import MailSettings
from twogate.settings.model import Settings
from twogate.store.tables.users import USERS
from twogate.store.unit import Store
from twogate.terms.permissions import ADMINISTRATORS
from twogate.terms.ports import Entropy

ADMIN = "/.twogate/admin"
RECOVER = "/.twogate/recover"
_SET_MAIL = update(USERS).where(USERS.c.id == bindparam("who")).values(email=bindparam("to"))


def settings() -> Settings:
    return Settings(hashing=CHEAP, mail=MailSettings(host="localhost"))


def build(store: Store, clock: FakeClock, entropy: Entropy) -> House:
    return House.build(store, clock, entropy, settings=settings())


async def with_mail(house: House, person: Person, address: str = "ada@example.com") -> None:
    """Give an account an address, as an administrator does when it is made."""
    async with house.deps.store.work() as unit:
        await unit.users._transaction.run(_SET_MAIL, {"who": person.id, "to": address})


async def letters(house: House) -> list[str]:
    """The letters of recoveries that wait, taken out."""
    now = house.clock.now()
    async with house.deps.store.work() as unit:
        taken = await unit.dispatches.take(now, lease=60, limit=1000)
        for one in taken:
            await unit.dispatches.sent(one.id, now)
    texts = [one.dispatch.facts["text"] for one in taken]
    return [text for text in texts if "secret=" in text or "Secret: " in text]


def path_in(letter: str) -> str:
    """The link in a letter, without the site."""
    found = re.search(r"http://localhost:8080(/\S+\?secret=\S+)", letter)
    assert found is not None, letter
    return found[1]


@dataclass
class Boss:
    """An administrator at a browser, signed in with two factors."""

    person: Person
    browser: Browser

    @classmethod
    async def enter(cls, house: House, name: str) -> "Boss":
        person = await house.person(name)
        async with house.deps.store.work() as unit:
            await unit.memberships.join(person.id, ADMINISTRATORS, at=house.clock.now(), by="cli:test")
        browser = house.browser()
        await browser.sign_in(person)
        return cls(person, browser)

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        """Call an address of the administrators as a script of our own pages does."""
        site = self.browser.house.deps.front.public_url
        kept = {"origin": site, "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin", "accept": "application/json"}
        options = {} if body is None else {"json": body}
        return await self.browser.client.request(method, f"{ADMIN}{path}", headers={**kept, **headers}, **options)
