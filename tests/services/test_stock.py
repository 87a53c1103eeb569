"""Taking a token oneself: by its serial and a code, within budgets, once; and keys somebody outside vouches for."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.rules.factors.yubikeys import YubiKey
from tests.services.desk import CALLER, finished, refusal
from tests.services.token_desk import DESK, Button, TokenDesk, open_token_desk

from twogate.rules.signin.event import FactorChosen
from twogate.services.screens import Ask, AskEnrolment, Ended, ShowRecoveryCodes
from twogate.services.stock import CLAIMS
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[TokenDesk]:
    async with open_token_desk(sqlite_url) as opened:
        yield opened


@dataclass
class Vouches:
    """A validation server that knows its keys; ``away``: it does not answer."""

    known: dict[str, tuple[int, int]] = field(default_factory=dict)
    away: bool = False
    asked: list[str] = field(default_factory=list)

    async def ask(self, otp: str) -> Passed[dict[str, Any]] | Refused:
        self.asked.append(otp)
        if self.away:
            return Refused(Reason.VALIDATOR_UNREACHABLE, "away")
        if otp not in self.known:
            return Refused(Reason.CODE_WRONG)
        counter, use = self.known[otp]
        return Passed({"otp": otp, "counter": counter, "use": use})

    def touch(self, key: YubiKey) -> Secret:
        otp = key.touch()
        self.known[otp.text()] = (key.counter, key.use)
        return otp


async def test_somebody_takes_a_token_by_its_serial_and_a_code(desk: TokenDesk) -> None:
    """It is theirs, the code is used up, recovery codes are shown; the next sign-in asks for it."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.add("ada")
    asked = await desk.named(ada, " ga 1234 ")
    assert isinstance(asked, AskEnrolment)
    assert (asked.refused, asked.offer.hint) == (None, "GA1234")
    code = button.press(3)
    await desk.saved(await desk.confirm(asked, code))
    assert (await desk.token("GA1234")).user == ada.user.id
    assert refusal(await desk.give_code(await desk.half(ada), code)).reason is Reason.CODE_REPLAYED
    finished(await desk.give_code(await desk.half(ada), button.press()))


async def test_every_wrong_guess_looks_the_same(desk: TokenDesk) -> None:
    """No such serial, reserved, somebody's, wrong code: the same words, so that nobody learns which serials exist."""
    free, held, kept = Button("FREE1"), Button("HELD1", bytes(20)), Button("KEPT1", bytes(range(20)))
    await desk.bring_in(free, held)
    await desk.bring_in(kept, reserved=True)
    await desk.with_token("owner", held)
    ada = await desk.add("ada")
    for serial in ("FREE1", "HELD1", "KEPT1", "NONE1"):
        asked = await desk.confirm(await desk.named(ada, serial), Secret("000000"))
        assert isinstance(asked, AskEnrolment)
        assert asked.refused is not None
        assert asked.refused.reason is Reason.TOKEN_CODE_WRONG
    for button in (held, kept):
        asked = await desk.confirm(await desk.named(ada, button.serial), button.press())
        assert refusal(asked).reason is Reason.TOKEN_CODE_WRONG


async def test_nobody_takes_one_where_only_administrators_give_them_out(sqlite_url: str) -> None:
    """Then it is not even offered."""
    async with open_token_desk(sqlite_url, claims=False) as desk:
        await desk.bring_in(Button())
        asked = await desk.give_password(await desk.add("ada"))
        assert isinstance(asked, AskEnrolment)
        assert "hardware_token" not in {choice.factor for choice in (asked.factor, *asked.others)}
        still = await desk.sign_in.advance(asked.handle, FactorChosen("hardware_token"), CALLER)
        assert not isinstance(still, AskEnrolment) or still.factor.factor != "hardware_token"


async def test_guesses_are_few_for_one_person(desk: TokenDesk) -> None:
    """Ten codes at any serials, over as many flows as they like; an hour later ten more."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.add("ada")
    for at in range(CLAIMS):
        asked = await desk.confirm(await desk.named(ada, f"NONE{at}"), Secret("000000"))
        assert refusal(asked).reason is Reason.TOKEN_CODE_WRONG
    assert refusal(await desk.confirm(await desk.named(ada, "GA1234"), button.press())).reason is Reason.LOCKED
    assert (await desk.token("GA1234")).user is None
    desk.clock.advance(3_600)
    await desk.saved(await desk.confirm(await desk.named(ada, "GA1234"), button.press()))


async def test_an_administrator_unlocks_the_guesses_of_one_person(desk: TokenDesk) -> None:
    """What ``user unlock`` opens again, it opens for tokens that wait, too."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.add("ada")
    for at in range(CLAIMS + 1):
        asked = await desk.confirm(await desk.named(ada, f"NONE{at}"), Secret("000000"))
    assert refusal(asked).reason is Reason.LOCKED
    person = await desk.people.look(ada.user.id)
    assert person is not None
    assert person.locked == (f"claim:user:{ada.user.id}",)
    assert await desk.people.unlock(ada.user.id, actor=DESK) >= 1
    await desk.saved(await desk.confirm(await desk.named(ada, "GA1234"), button.press()))


async def test_guesses_are_few_at_one_token(desk: TokenDesk) -> None:
    """Also when many people guess; an administrator still gives it to its owner."""
    button = Button()
    await desk.bring_in(button)
    for at in range(CLAIMS):
        person = await desk.add(f"eve{at}")
        asked = await desk.confirm(await desk.named(person, "GA1234"), Secret("000000"))
        assert refusal(asked).reason is Reason.TOKEN_CODE_WRONG
    ada = await desk.add("ada")
    assert refusal(await desk.confirm(await desk.named(ada, "GA1234"), button.press())).reason is Reason.LOCKED
    async with desk.store.read() as unit:
        counted = await unit.budgets.peek("claim:hardware_token:GA1234")
    assert counted is not None
    assert counted.total == CLAIMS
    assert isinstance(await desk.tokens.assign("GA1234", ada.user.id, code=None, actor=DESK), Passed)
    finished(await desk.give_code(await desk.half(ada), button.press()))


async def test_a_lock_does_not_tell_which_serials_exist(desk: TokenDesk) -> None:
    """Ten guesses at a serial that nobody has are answered as ten at one that waits."""
    for at in range(CLAIMS + 1):
        person = await desk.add(f"eve{at}")
        asked = await desk.confirm(await desk.named(person, "NONE1"), Secret("000000"))
        assert refusal(asked).reason is (Reason.TOKEN_CODE_WRONG if at < CLAIMS else Reason.LOCKED)


async def test_one_serial_two_people_at_once(sqlite_url: str) -> None:
    """Both have seen a good code; one of them has the token, the other has nothing."""
    button = Button()
    async with open_token_desk(sqlite_url) as one, open_token_desk(sqlite_url, seed="other") as two:
        await one.bring_in(button)
        ada, bob = await one.add("ada"), await one.add("bob")
        asked = [await one.named(ada, "GA1234"), await two.named(bob, "GA1234")]
        done = await asyncio.gather(one.confirm(asked[0], button.press()), two.confirm(asked[1], button.press()))
        assert sorted(isinstance(screen, ShowRecoveryCodes) for screen in done) == [False, True]
        owner = (await one.token("GA1234")).user
        winner = ada if isinstance(done[0], ShowRecoveryCodes) else bob
        assert owner == winner.user.id
        async with one.store.read() as unit:
            held = [await unit.credentials.of_user(person.user.id) for person in (ada, bob)]
        assert sorted(sum(one.factor == "hardware_token" for one in some) for some in held) == [0, 1]


async def test_a_yubikey_is_taken_by_a_touch(desk: TokenDesk) -> None:
    """Its public id is in what it types; the touch is used up."""
    key = YubiKey()
    await desk.bring_in(key)
    ada = await desk.add("ada")
    touched = key.touch()
    await desk.saved(await desk.confirm(await desk.to_enrol(ada, "yubico_otp"), touched))
    assert (await desk.token(key.public)).user == ada.user.id
    assert refusal(await desk.give_code(await desk.half(ada), touched)).reason is Reason.CODE_REPLAYED
    finished(await desk.give_code(await desk.half(ada), key.touch()))
    bob = await desk.add("bob")
    assert refusal(await desk.confirm(await desk.to_enrol(bob, "yubico_otp"), key.touch())).reason is Reason.CODE_WRONG


async def test_a_key_whose_secret_is_elsewhere(sqlite_url: str) -> None:
    """A validation server vouches for it, at the set-up and at each sign-in; no touch counts twice here either."""
    server, key = Vouches(), YubiKey()
    async with open_token_desk(sqlite_url, claims=False, validator=server) as desk:
        ada = await desk.add("ada")
        first = server.touch(key)
        await desk.saved(await desk.confirm(await desk.to_enrol(ada, "yubico_otp"), first))
        finished(await desk.give_code(await desk.half(ada), server.touch(key)))
        assert refusal(await desk.give_code(await desk.half(ada), first)).reason is Reason.CODE_REPLAYED
        foreign = await desk.give_code(await desk.half(ada), server.touch(YubiKey(public="cccccccccccb")))
        assert refusal(foreign).reason is Reason.CODE_WRONG
        assert [otp[:12] for otp in server.asked] == [key.public] * 3


async def test_case_32_a_validation_server_that_is_away_lets_nobody_in(sqlite_url: str) -> None:
    """Nothing is set up and nobody signs in while nobody vouches."""
    server, key = Vouches(away=True), YubiKey()
    async with open_token_desk(sqlite_url, validator=server) as desk:
        ada = await desk.add("ada")
        asked = await desk.confirm(await desk.to_enrol(ada, "yubico_otp"), server.touch(key))
        assert refusal(asked).reason is Reason.VALIDATOR_UNREACHABLE
        server.away = False
        await desk.saved(await desk.confirm(asked, server.touch(key)))
        server.away = True
        still = await desk.give_code(await desk.half(ada), server.touch(key))
        assert isinstance(still, Ask)
        assert refusal(still).reason is Reason.VALIDATOR_UNREACHABLE


async def test_a_key_that_waits_here_is_not_taken_by_way_of_the_server(sqlite_url: str) -> None:
    """An administrator keeps it for somebody: that Yubico knows it as well changes nothing."""
    server, key = Vouches(), YubiKey()
    async with open_token_desk(sqlite_url, claims=False, validator=server) as desk:
        await desk.bring_in(key)
        ada = await desk.add("ada")
        asked = await desk.confirm(await desk.to_enrol(ada, "yubico_otp"), server.touch(key))
        assert refusal(asked).reason is Reason.CODE_WRONG
        assert server.asked == []


async def test_a_key_of_somebody_is_not_brought_in_again(sqlite_url: str) -> None:
    """One whose owner set it up by way of the server is theirs already."""
    server, key = Vouches(), YubiKey()
    async with open_token_desk(sqlite_url, claims=False, validator=server) as desk:
        ada = await desk.add("ada")
        await desk.saved(await desk.confirm(await desk.to_enrol(ada, "yubico_otp"), server.touch(key)))
        bob = await desk.add("bob")
        taken = await desk.confirm(await desk.to_enrol(bob, "yubico_otp"), server.touch(key))
        assert isinstance(taken, AskEnrolment | Ended)
        assert refusal(taken).reason is Reason.ALREADY_ENROLLED
        with pytest.raises(AssertionError):
            await desk.bring_in(key)
