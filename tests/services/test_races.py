"""Everything that counts once, raced in pairs by two processes on one database, SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from tests.races import PAIRS, TIMEOUT, Tally, Try, race
from tests.rules.factors.yubikeys import YubiKey
from tests.services.desk import STRANGER, Person
from tests.services.token_desk import DESK, Button, TokenDesk, open_token_desk

from twogate.services.screens import Ask, AskEnrolment, Finished, Screen, ShowRecoveryCodes
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed

pytestmark = pytest.mark.timeout(TIMEOUT)
ALL_ONE = Tally(PAIRS, both=0, neither=0)
_TIDY = 25  # pairs after which what sign-ins leave behind is swept away


@dataclass
class Racers:
    """Two processes on one database."""

    one: TokenDesk
    two: TokenDesk

    async def halves(self, person: Person) -> tuple[Ask, Ask]:
        return await self.one.half(person), await self.two.half(person, caller=STRANGER)

    async def pair(self, person: Person, code: Secret, *, factor: str = "") -> tuple[Try, Try]:
        """The same code in two half-sessions, one in each process."""
        first, second = await self.halves(person)
        return (
            _accepted(self.one.give_code(first, code, factor=factor)),
            _accepted(self.two.give_code(second, code, factor=factor, caller=STRANGER)),
        )

    async def tidy(self, number: int, person: Person) -> None:
        if number % _TIDY == 0:
            async with self.one.store.work() as unit:
                await unit.devices.remove_all(person.user.id)
                for session in await unit.sessions.of_user(person.user.id):
                    await unit.sessions.end(session.id, self.one.clock.now())

    def later(self, seconds: int) -> None:
        for desk in (self.one, self.two):
            desk.clock.advance(seconds)


@pytest.fixture(params=["sqlite", "postgresql"])
async def racers(request: pytest.FixtureRequest) -> AsyncIterator[Racers]:
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_token_desk(url))
        two = await stack.enter_async_context(open_token_desk(url, seed="other"))
        yield Racers(one, two)


async def _accepted(step: object) -> bool:
    """Whether it got further."""
    screen: Screen = await step  # type: ignore[misc]
    return isinstance(screen, Finished | AskEnrolment | ShowRecoveryCodes)


async def test_a_code_of_an_app_counts_once(racers: Racers) -> None:
    """The same TOTP code in two half-sessions."""
    ada = await racers.one.alice("ada")

    async def ready(number: int) -> tuple[Try, Try]:
        await racers.tidy(number, ada)
        racers.later(30)
        racers.two.clock.instant = racers.one.clock.instant
        return await racers.pair(ada, ada.code(racers.one))

    assert await race(ready) == ALL_ONE


async def test_a_code_of_a_button_counts_once(racers: Racers) -> None:
    """The same HOTP code: the counter moves on by compare-and-set."""
    button = Button()
    await racers.one.bring_in(button)
    ada = await racers.one.with_token("ada", button)

    async def ready(number: int) -> tuple[Try, Try]:
        await racers.tidy(number, ada)
        return await racers.pair(ada, button.press(1 + number % 3))

    assert await race(ready) == ALL_ONE
    async with racers.one.store.read() as unit:
        (state,) = [one.state for one in await unit.credentials.of_user(ada.user.id) if one.identifier]
    assert state["counter"] == button.counter


async def test_a_touch_counts_once(racers: Racers) -> None:
    """The same Yubico OTP."""
    key = YubiKey()
    await racers.one.bring_in(key)
    ada = await racers.one.add("ada")
    assert isinstance(await racers.one.tokens.assign(key.public, ada.user.id, code=None, actor=DESK), Passed)

    async def ready(number: int) -> tuple[Try, Try]:
        await racers.tidy(number, ada)
        if key.use > 200:
            key.plug()
        return await racers.pair(ada, key.touch())

    assert await race(ready) == ALL_ONE


async def test_a_recovery_code_counts_once(racers: Racers) -> None:
    """The same saved code; when the sheet is used up, somebody else has another."""
    people: list[Person] = []

    async def ready(number: int) -> tuple[Try, Try]:
        if number % 8 == 0:
            people.append(await racers.one.alice(f"ada{number}"))
            racers.two.clock.instant = racers.one.clock.instant
        person = people[-1]
        return await racers.pair(person, Secret(person.codes[number % 8]), factor="recovery_code")

    assert await race(ready) == ALL_ONE


async def test_one_serial_goes_to_one_person(racers: Racers) -> None:
    """Two people who both know a good code of a token that waits."""

    async def ready(number: int) -> tuple[Try, Try]:
        button = Button(f"S{number}", number.to_bytes(20))
        await racers.one.bring_in(button)
        people = [await racers.one.add(f"{name}{number}") for name in ("ada", "bob")]
        first = await racers.one.named(people[0], button.serial)
        second = await racers.two.named(people[1], button.serial)
        codes = (button.press(), button.press())
        return _taken(racers.one, first, codes[0]), _taken(racers.two, second, codes[1])

    assert await race(ready) == ALL_ONE


async def _taken(desk: TokenDesk, asked: Screen, code: Secret) -> bool:

    return isinstance(await desk.confirm(asked, code), ShowRecoveryCodes)
