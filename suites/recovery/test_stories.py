"""Lost, and found again: whole stories over HTTP, through the gateway, with real letters."""

import json
import time

import pytest
from suites.recovery.conftest import WAIT, Town, give_pass, until
from suites.sign_in_pages.pages import Browser

pytestmark = [pytest.mark.xdist_group("recovery"), pytest.mark.slow]  # one running product for all tests of this file

NEW = "another four words of theirs"
WHY = "lost her phone on the train; passport seen"


def _level(browser: Browser) -> str:
    """What the upstream is told about the caller."""
    answer = browser.http.get("/orders", headers={"accept": "application/json"})
    return str(answer.json().get("x-auth-level", ""))


def _vault(browser: Browser) -> int:
    return browser.http.get("/vault/gold", headers={"accept": "application/json"}).status_code


def test_a_lost_phone(town: Town) -> None:
    """Told at once; after the wait a secret; with the password it leads to a new app, and only that to the vault."""
    alice, browser = town.newcomer("alice"), town.browser()
    begun = time.monotonic()
    town.ask(alice)
    town.asked(alice)
    secret = town.secret(alice)
    assert time.monotonic() - begun >= WAIT
    town.half(alice, browser)
    give_pass(browser, secret)
    assert not browser.cookie("twogate")  # nothing is open before a new factor is set up, or put off
    alice.seed = browser.seed
    browser.fill(code=alice.code())
    browser.fill(code=browser.codes[0])
    assert (_level(browser), _vault(browser)) == ("aal2", 200)


def test_whoever_puts_it_off_stays_at_aal1(town: Town) -> None:
    """A recovered session opens what one factor opens, and the vault stays closed."""
    bob, browser = town.newcomer("bob"), town.browser()
    town.ask(bob)
    secret = town.secret(bob)
    town.half(bob, browser)
    give_pass(browser, secret)
    action, fields = next(one for one in browser.forms() if one[1].get("step") == "put_off")
    browser.visit(action, "POST", **fields)
    assert (_level(browser), _vault(browser)) == ("aal1", 401)
    again = town.browser()
    town.half(bob, again)
    assert all(fields.get("factor") != "recovery_pass" for _, fields in again.forms())


def test_the_owner_stops_it_in_three_ways(town: Town) -> None:
    """By the link in the letter, on a device where they are signed in, and by signing in; no secret comes."""
    for name, stop in (("carl", _by_link), ("cora", _by_device), ("cleo", _by_signing_in)):
        person = town.newcomer(name)
        device = town.sign_in(person) if stop is _by_device else None
        town.ask(person)
        link = town.asked(person)
        stop(town, person, link, device)
        town.office.letter(f"{name}@example.com", "was stopped")
    time.sleep(WAIT + 2)
    late = [one for one in town.office.letters if one.subject == "The way back into your account"]
    assert [one.to for one in late if one.to[0] == "c"] == []


def _by_link(town: Town, _person: object, link: str, _device: object) -> None:
    mail = town.browser()
    mail.visit(link)
    assert mail.press("/.twogate/recover/stop").status_code == 200


def _by_device(_town: Town, _person: object, _link: str, device: Browser) -> None:
    device.visit("/.twogate/account/recovery/stop")
    device.press("/.twogate/account/recovery/stop")


def _by_signing_in(town: Town, person: object, _link: str, _device: object) -> None:
    town.sign_in(person)  # type: ignore[arg-type]


def test_a_forgotten_password(town: Town) -> None:
    """The letter comes at once; the app is asked for as before, and sessions have ended at the gateway."""
    dora = town.newcomer("dora")
    before = town.sign_in(dora)
    assert _level(before) == "aal2"
    town.ask(dora, "password")
    browser = town.browser()
    browser.visit(town.finish(dora))
    assert browser.fill(wanted=NEW).status_code == 200
    assert until(lambda: before.http.get("/orders", headers={"accept": "application/json"}).status_code == 401, 3)
    town.half(dora, browser)
    assert "The name or the password is not right" in browser.page.text  # type: ignore[union-attr]
    dora.password = NEW
    town.sign_in(dora, browser)
    assert _level(browser) == "aal2"


def test_the_help_desk(town: Town) -> None:
    """Two administrators, each at their own browser; the person signs in with password and the secret they got."""
    erin = town.newcomer("erin")
    one, two = (town.newcomer(name, group="administrators") for name in ("olga", "pete"))
    first, second = town.sign_in(one), town.sign_in(two)
    headers = {"origin": town.gate.url, "accept": "application/json", "sec-fetch-site": "same-origin"}
    body = {"user": "erin", "lost": "factors", "reason": WHY}
    asked = first.http.post("/.twogate/admin/recovery", json=body, headers=headers)
    assert asked.status_code == 201, asked.text
    where = f"/.twogate/admin/recovery/{asked.json()['id']}/approve"
    assert first.http.post(where, json={}, headers=headers).status_code == 403
    agreed = second.http.post(where, json={}, headers=headers)
    assert agreed.status_code == 200, agreed.text
    browser = town.browser()
    town.half(erin, browser)
    give_pass(browser, agreed.json()["secret"])
    erin.seed = browser.seed
    browser.fill(code=erin.code())
    browser.fill(code=browser.codes[0])
    assert (_level(browser), _vault(browser)) == ("aal2", 200)
    events = [row["event"] for row in town.gate.run("audit", "list", "--limit", "200", "--json").json]
    assert {"admin:recovery:requested", "admin:recovery:approved", "user:recovery:used"} <= set(events)


def test_this_was_not_me(town: Town) -> None:
    """The button ends every session at the gateway; the next sign-in opens nothing before a new password is chosen."""
    fred = town.newcomer("fred")
    thief, owner = town.sign_in(fred), town.sign_in(fred)
    owner.visit("/.twogate/account/panic")
    assert owner.press("/.twogate/account/panic").status_code == 200
    assert until(lambda: thief.http.get("/orders", headers={"accept": "application/json"}).status_code == 401, 3)
    assert not owner.cookie("twogate")
    assert "not me" in town.office.letter("fred@example.com", "You said").subject


def test_the_first_administrator(town: Town) -> None:
    """The start prints a page and a code; the code makes one account, and only while there is no administrator."""
    started = next(json.loads(line) for line in town.gate.lines if line.startswith('{"ready"'))
    told = started["first_administrator"]
    assert told["page"] == f"{town.gate.url}/.twogate/first"
    code = town.invite()  # another test may have made an administrator since
    browser = town.browser()
    browser.visit("/.twogate/first")
    browser.fill(code=code, name="root", email="root@example.com", password=NEW)
    browser.fill(name="root", password=NEW)
    assert browser.seed  # an account of theirs, which sets up a second factor before anything else
    again = town.browser()
    again.visit("/.twogate/first")
    assert again.fill(code=code, name="mallory", password=NEW).status_code == 422


def test_no_secret_is_left_behind(town: Town) -> None:
    """Neither logs nor database hold a secret of a recovery in clear, whatever became of it."""
    gwen = town.newcomer("gwen")
    town.ask(gwen)
    link, secret = town.asked(gwen), town.secret(gwen)
    town.browser().visit(link)
    secrets = {secret, link.partition("secret=")[2]}
    files = [one for one in town.gate.data.rglob("*") if one.is_file() and one.stat().st_size < 50_000_000]
    held = b"".join(one.read_bytes() for one in files) + town.gate.told.encode()
    assert [one for one in secrets if one.encode() in held] == []
