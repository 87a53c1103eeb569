"""The help desk's doors."""

import pytest
from tests.ports import FakeClock, SeededEntropy
from tests.web.house import House
from tests.web.rescue import Boss, build

from twogate.store.unit import Store
from twogate.terms.owed import Owed

WHY = "lost her phone on the train; passport seen"
ASK = {"user": "ada", "lost": "factors", "reason": WHY}


@pytest.fixture
async def house(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy):  # type: ignore[no-untyped-def]  # noqa: ANN201  # a generator
    """An installation with a mail server, and nobody in it yet."""
    built = build(store, fake_clock, seeded_entropy)
    yield built
    await built.close()


async def test_it_takes_two(house: House) -> None:
    """One asks, another agrees and is shown the secret once; it is listed until then and in nobody's answer later."""
    await house.person()
    bob, eve = await Boss.enter(house, "bob"), await Boss.enter(house, "eve")
    asked = await bob.call("POST", "/recovery", ASK)
    assert asked.status_code == 201
    name = asked.json()["id"]
    listed = (await eve.call("GET", "/recovery")).json()["recoveries"]
    assert [(one["id"], one["name"], one["stage"]) for one in listed] == [(name, "ada", "requested")]
    own = await bob.call("POST", f"/recovery/{name}/approve", {})
    assert (own.status_code, own.json()["reason"]) == (403, "second_person_required")
    agreed = await eve.call("POST", f"/recovery/{name}/approve", {})
    assert agreed.status_code == 200
    assert agreed.json()["secret"].startswith("tg_rs_")
    again = await eve.call("POST", f"/recovery/{name}/approve", {})
    assert (again.status_code, again.json()["reason"]) == (409, "recovery_over")
    for answer in (again, await eve.call("GET", "/recovery")):
        assert agreed.json()["secret"] not in answer.text


async def test_only_administrators_with_two_fresh_factors(house: House) -> None:
    """Nobody, somebody else, one factor, an old proof: each is told what is missing."""
    ada = await house.person()
    bob = await Boss.enter(house, "bob")
    nobody = Boss(ada, house.browser())
    assert (await nobody.call("GET", "/recovery")).status_code == 401
    stranger = Boss(ada, house.browser())
    await stranger.browser.sign_in(ada)
    answer = await stranger.call("POST", "/recovery", ASK)
    assert (answer.status_code, answer.json()["reason"]) == (403, "permission_missing")
    house.clock.advance(house.deps.settings.sign_in.fresh + 1)
    old = await bob.call("POST", "/recovery", ASK)
    assert (old.status_code, old.json()["reason"]) == (401, "proof_too_old")
    assert "/.twogate/step-up?level=aal2&max_age=" in old.json()["step_up_url"]
    assert (await bob.call("GET", "/recovery")).status_code == 200


async def test_after_the_panic_button_nothing_is_administered(house: House) -> None:
    """An administrator whose password may be known to somebody else chooses another one first."""
    bob = await Boss.enter(house, "bob")
    async with house.deps.store.work() as unit:
        user = await unit.users.by_name("bob")
        assert user is not None
        await unit.obligations.put(user.id, Owed.PASSWORD_CHANGE, since=house.clock.now())
    for method, path in (("GET", "/coverage"), ("POST", "/recovery")):
        answer = await bob.call(method, path, ASK if method == "POST" else None)
        assert (answer.status_code, answer.json()["reason"]) == (403, "password_change_required")


async def test_a_factor_that_is_gone_proves_nothing(house: House) -> None:
    """An administrator whose second factor was removed meanwhile is at AAL1."""
    bob = await Boss.enter(house, "bob")
    async with house.deps.store.work() as unit:
        for one in await unit.credentials.of_user(bob.person.id):
            if one.factor != "password":
                await unit.credentials.remove(one.id)
    answer = await bob.call("GET", "/recovery")
    assert (answer.status_code, answer.json()["reason"]) == (401, "level_too_low")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"user": "ada", "lost": "factors"},
        {"user": ["ada"], "lost": "factors", "reason": WHY},
        {"user": True, "lost": "factors", "reason": WHY},
        {"user": "ada", "lost": "everything", "reason": WHY},
        {"user": "ada", "lost": "factors", "reason": "no"},
        {"user": "ada", "lost": "factors", "reason": WHY, "by": "usr_eve"},
        {"user": "ada", "lost": "factors", "reason": WHY, "credentials": "crd_1"},
        {"user": "ada", "lost": "factors", "reason": WHY, "credentials": [1]},
    ],
)
async def test_malformed_bodies_are_refused(house: House, body: object) -> None:
    """Missing, of another kind, surplus: 422, and nothing is opened."""
    await house.person()
    bob = await Boss.enter(house, "bob")
    assert (await bob.call("POST", "/recovery", body)).status_code == 422
    assert (await bob.call("GET", "/recovery")).json() == {"recoveries": []}


async def test_other_sites_and_forms_are_refused(house: House) -> None:
    """A foreign origin, a body that a plain form could send, one key twice."""
    await house.person()
    bob = await Boss.enter(house, "bob")
    assert (await bob.call("POST", "/recovery", ASK, origin="https://evil.example")).status_code == 403
    answer = await bob.browser.client.post("/.twogate/admin/recovery", data={"user": "ada"})
    assert answer.status_code == 415
    twice = '{"user": "ada", "user": "eve", "lost": "factors", "reason": "' + WHY + '"}'
    answer = await bob.browser.client.post(
        "/.twogate/admin/recovery", content=twice, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422


async def test_an_administrator_stops_it(house: House) -> None:
    """And what is not there cannot be stopped."""
    await house.person()
    bob = await Boss.enter(house, "bob")
    name = (await bob.call("POST", "/recovery", ASK)).json()["id"]
    assert (await bob.call("POST", f"/recovery/{name}/stop", {})).json()["stage"] == "cancelled"
    assert (await bob.call("POST", f"/recovery/{name}/stop", {})).status_code == 409
    assert (await bob.call("POST", "/recovery/rcv_unknown/stop", {})).status_code == 404
    assert (await bob.call("POST", f"/recovery/{name}/stop", {"force": True})).status_code == 422
