"""Known bypasses of other products around recovery and enrolment, tried on ours."""

import asyncio
import re
import statistics
from time import process_time

import httpx2
import pytest
from tests.web.house import NAVIGATE, PASSWORD, Browser, House, Person
from tests.web.rescue import RECOVER, Boss, letters, path_in, with_mail

from twogate.rules.recovery.letters import FINISH, STOP
from twogate.terms.caller import Caller
from twogate.terms.recovery import Lost
from twogate.terms.secret import Secret

NEW = "another four words of hers"
WHY = "lost her phone on the train; passport seen"
CALLER = Caller("203.0.113.7", "Mozilla/5.0", "rid-1")
MOST = 0.005  # seconds between the medians


async def _mailed(house: House, person: Person, lost: Lost) -> tuple[str, str]:
    """Ask, wait, and return the secrets of both letters: the one that stops it and the one that finishes it."""
    await house.deps.flows.recover.ask(person.name, lost, CALLER)
    await house.deps.flows.recover.tick()
    (asked,) = await letters(house)
    rules = house.deps.settings.recovery.rules
    house.clock.advance(rules.wait if lost is Lost.FACTORS else rules.password_wait)
    await house.deps.flows.recover.tick()
    (ready,) = [one for one in await letters(house) if "Secret: " in one]
    found = re.search(r"^Secret: (\S+)", ready, re.MULTILINE)
    assert found is not None
    return path_in(asked).partition("secret=")[2], found[1]


async def _pass(browser: Browser, person: Person, secret: str) -> httpx2.Response:
    """Name, password, and the pass where the second factor is asked for."""
    await browser.get("/.twogate/sign-in")
    await browser.fill(name=person.name, password=person.password)
    wanted = next(one for one in browser.forms() if one.fields.get("factor") == "recovery_pass")
    return await browser.post(wanted.action, {**wanted.fields, "code": secret})


async def _ada(site: House, name: str = "ada") -> Person:
    person = await site.person(name)
    await with_mail(site, person, f"{name}@example.com")
    return person


async def test_case_12_reset_without_the_mail(site: House) -> None:
    """Keycloak CVE-2026-18963: no way through the forms reaches a new password without the secret of the letter."""
    ada = await _ada(site)
    await site.deps.flows.recover.ask("ada", Lost.PASSWORD, CALLER)
    await site.deps.flows.recover.tick()
    recovery = await site.deps.flows.recover.open_of(ada.id)
    assert recovery is not None
    browser = site.browser()
    await browser.get(RECOVER)
    await browser.fill(name="ada", lost="password")
    for guess in ("", recovery.id, recovery.cancel_digest, recovery.secret_digest, "tg_rs_", ada.id, "null", "true"):
        answer = await browser.post(FINISH, {"secret": guess, "wanted": NEW})
        assert answer.status_code == 410
    await browser.get("/.twogate/sign-in")
    assert "One more step" in (await browser.fill(name="ada", password=PASSWORD)).text


async def test_case_14_secrets_are_not_interchangeable(site: House) -> None:
    """Every secret of every kind at every other kind's door: nothing opens, and each still works at its own."""
    ada, bea = await _ada(site), await _ada(site, "bea")
    signed_in = site.browser()
    await signed_in.sign_in(await _ada(site, "cleo"))
    half = site.browser()
    await half.get("/.twogate/sign-in")
    await half.fill(name="bea", password=PASSWORD)
    _, standing_in = await _mailed(site, bea, Lost.FACTORS)
    stop, password = await _mailed(site, ada, Lost.PASSWORD)
    code = await site.deps.flows.first.invite(actor="test")
    assert code is not None
    secrets = {
        "stop": stop,
        "password": password,
        "pass": standing_in,
        "invitation": code.text(),
        "session": signed_in.cookie("twogate-session"),
        "device": signed_in.cookie("twogate-device"),
        "flow": half.cookie("twogate-flow"),
    }
    opened = {
        (kind, door)
        for kind, secret in secrets.items()
        for door, own in _DOORS.items()
        if kind != own and await _opens(site, door, secret, half_of=bea)
    }
    assert opened == set()
    for door, kind in _DOORS.items():
        if kind:
            assert await _opens(site, door, secrets[kind], half_of=bea) is (kind != "stop"), door


_DOORS = {"finish": "password", "pass": "pass", "first": "invitation", "stop": "stop", "undo": ""}
"""Each door and the kind of secret that opens it; in this order, so that the last has nothing left to stop."""


async def _opens(site: House, door: str, secret: str, *, half_of: Person) -> bool:
    """Whether a secret does something at a door."""
    browser = site.browser()
    match door:
        case "stop":
            answer = await browser.post(STOP, {"secret": secret})
        case "finish":
            answer = await browser.post(FINISH, {"secret": secret, "wanted": NEW})
        case "undo":
            answer = await browser.post("/.twogate/undo", {"secret": secret})
        case "first":
            fields = {"code": secret, "name": "root", "email": "", "password": PASSWORD}
            return (await browser.post("/.twogate/first", fields)).status_code == 303
        case _:
            answer = await _pass(browser, half_of, secret)
    return answer.status_code == 200


async def test_case_15_no_secret_in_an_answer(site: House) -> None:
    """Asking, stopping and finishing answer without the secret; the notices of the portal hold none."""
    ada = await _ada(site)
    browser, owner = site.browser(), site.browser()
    await owner.sign_in(ada)
    await browser.get(RECOVER)
    page = await browser.fill(name="ada", lost="password")
    stop, secret = await _mailed_after(site)
    pages = [page, await owner.get("/.twogate/account/activity"), await browser.get(f"{STOP}?secret=x")]
    weak = await browser.post(FINISH, {"secret": secret, "wanted": "password1"})
    done = await browser.post(FINISH, {"secret": secret, "wanted": NEW})
    assert done.status_code == 200
    for answer in (*pages, done):
        assert secret not in answer.text
        assert stop not in answer.text
        assert secret not in str(answer.headers)
    assert NEW not in weak.text + done.text


async def _mailed_after(site: House) -> tuple[str, str]:
    await site.deps.flows.recover.tick()
    await site.deps.flows.recover.tick()
    texts = await letters(site)
    (ready,) = [one for one in texts if "Secret: " in one]
    (asked,) = [one for one in texts if "Secret: " not in one]
    found = re.search(r"^Secret: (\S+)", ready, re.MULTILINE)
    assert found is not None
    return path_in(asked).partition("secret=")[2], found[1]


async def test_case_18_factors_are_changed_after_a_fresh_proof_only(site: House) -> None:
    """parse-server #9623, grav GHSA-7mgc: an old session, or a form of another site, adds and removes nothing."""
    ada = await _ada(site)
    browser = site.browser()
    await browser.sign_in(ada)
    async with site.deps.store.read() as unit:
        (app,) = [one for one in await unit.credentials.of_user(ada.id) if one.factor == "totp"]
    forged = await browser.post("/.twogate/account/remove", {"credential": app.id, "form_token": "x"})
    assert forged.status_code == 403
    site.clock.advance(site.deps.settings.sign_in.fresh + 1)
    page = await browser.get("/.twogate/enrol?factor=totp")
    assert browser.landed == "/.twogate/step-up", page.status_code
    await browser.get(f"/.twogate/account/remove?credential={app.id}")
    tokens = [one.fields for one in browser.forms() if "form_token" in one.fields]
    await browser.get("/.twogate/account/factors")
    tokens += [one.fields for one in browser.forms() if "form_token" in one.fields]
    for fields in tokens:
        await browser.post("/.twogate/account/remove", {"credential": app.id, "form_token": fields["form_token"]})
    async with site.deps.store.read() as unit:
        assert await unit.credentials.get(app.id) is not None


async def test_case_19_the_letter_goes_to_the_verified_address_only(site: House) -> None:
    """GitLab CVE-2023-7028: a second address in the form is refused whole; after a reset the app is still asked for."""
    ada = await _ada(site)
    browser = site.browser()
    for extra in ("&email=mallory@example.com", "&name=mallory", "&email[]=a&email[]=b", "&lost=factors"):
        content = f"name=ada&lost=password{extra}"
        headers = {**NAVIGATE, "origin": "http://localhost:8080", "content-type": "application/x-www-form-urlencoded"}
        answer = await browser.client.post(RECOVER, content=content, headers=headers)
        assert answer.status_code == 422
    await site.deps.flows.recover.tick()
    assert await letters(site) == []
    _, secret = await _mailed(site, ada, Lost.PASSWORD)
    assert (await browser.post(FINISH, {"secret": secret, "wanted": NEW})).status_code == 200
    await browser.get("/.twogate/sign-in")
    asked = await browser.fill(name="ada", password=NEW)
    assert "One more step" in asked.text
    assert browser.cookie("twogate") == ""


async def test_case_20_letters_never_go_where_nobody_confirmed(site: House) -> None:
    """Devise CVE-2026-32700: no form of the account changes the address that a recovery is told to by itself."""
    ada = await _ada(site)
    browser = site.browser()
    await browser.sign_in(ada)
    for path in ("", "/password", "/factors", "/address", "/recovery/stop", "/panic"):
        await browser.get(f"/.twogate/account{path}")
        token = next((one.fields["form_token"] for one in browser.forms() if "form_token" in one.fields), "")
        answer = await browser.post(f"/.twogate/account{path}", {"form_token": token, "email": "mallory@example.com"})
        assert answer.status_code in {200, 303, 403, 405, 422}
    async with site.deps.store.read() as unit:
        found = await unit.users.get(ada.id)
    assert found is not None
    assert found.email == "ada@example.com"


async def test_case_21_a_pass_is_used_once_under_race(site: House) -> None:
    """Authboss #351: of eight browsers with the right password and the same pass, one gets on."""
    ada = await _ada(site)
    _, secret = await _mailed(site, ada, Lost.FACTORS)
    browsers = [site.browser() for _ in range(8)]
    for browser in browsers:
        await browser.get("/.twogate/sign-in")
        await browser.fill(name="ada", password=PASSWORD)
    forms = [next(one for one in each.forms() if one.fields.get("factor") == "recovery_pass") for each in browsers]
    answers = await asyncio.gather(
        *(
            browser.post(form.action, {**form.fields, "code": secret})
            for browser, form in zip(browsers, forms, strict=True)
        )
    )
    assert sum("typed-secret" in one.text for one in answers) == 1


async def test_case_22_known_devices_die_with_the_password(site: House) -> None:
    """Devise CVE-2015-8314: after a recovered password, and after the panic button, no device is known any more."""
    ada = await _ada(site)
    browser = site.browser()
    await browser.sign_in(ada)
    device = browser.cookie("twogate-device")
    assert device
    _, secret = await _mailed(site, ada, Lost.PASSWORD)
    assert (await browser.post(FINISH, {"secret": secret, "wanted": NEW})).status_code == 200
    assert await site.deps.sessions.device(Secret(device)) is None


async def test_case_32_a_dormant_account_sets_nothing_up_on_a_password(site: House) -> None:
    """CISA AA22-074A: once any factor existed, a password alone never enrols one, also when all were switched off."""
    ada = await _ada(site)
    bob, eve = await Boss.enter(site, "bob"), await Boss.enter(site, "eve")
    asked = await bob.call("POST", "/recovery", {"user": "ada", "lost": "factors", "reason": WHY})
    await eve.call("POST", f"/recovery/{asked.json()['id']}/approve", {})
    site.clock.advance(site.deps.settings.recovery.life + 1)
    await site.deps.flows.recover.tick()
    browser = site.browser()
    await browser.get("/.twogate/sign-in")
    page = await browser.fill(name="ada", password=PASSWORD)
    assert "typed-secret" not in page.text
    assert browser.cookie("twogate") == ""
    assert "recovery_pass" not in page.text
    assert ada.seed not in page.text


@pytest.mark.parametrize("samples", [40, pytest.param(300, marks=pytest.mark.slow)])
async def test_case_33_asking_tells_nothing(site: House, samples: int) -> None:
    """Known and unknown names: equal bodies and headers, and medians of processor time within five milliseconds."""
    await _ada(site)
    took: dict[str, list[float]] = {"ada": [], "zoe": []}
    bodies: dict[str, set[str]] = {"ada": set(), "zoe": set()}
    site.deps.flows.recover._settings = site.deps.settings.recovery.model_copy(update={"asks": 10_000})
    browser = site.browser()
    for at in range(samples):
        for name in ("ada", "zoe") if at % 2 else ("zoe", "ada"):
            begun = process_time()
            answer = await browser.post(RECOVER, {"name": name, "lost": "factors"})
            took[name].append(process_time() - begun)
            own = {"x-request-id", "date"}
            kept = sorted((key, value) for key, value in answer.headers.items() if key not in own)
            bodies[name].add(f"{answer.status_code} {kept} {answer.text}")
        await site.deps.flows.recover.tick()
    assert bodies["ada"] == bodies["zoe"]
    assert len(bodies["ada"]) == 1
    assert abs(statistics.median(took["ada"]) - statistics.median(took["zoe"])) < MOST


async def test_case_38_a_pass_is_its_owners(site: House) -> None:
    """Zitadel CVE-2026-105209: somebody else's pass is worth nothing, however well one has proved who one is."""
    ada, bea = await _ada(site), await _ada(site, "bea")
    bob, eve = await Boss.enter(site, "bob"), await Boss.enter(site, "eve")
    given = []
    for name in ("ada", "bea"):
        asked = await bob.call("POST", "/recovery", {"user": name, "lost": "factors", "reason": WHY})
        agreed = await eve.call("POST", f"/recovery/{asked.json()['id']}/approve", {})
        given.append(agreed.json()["secret"])
    hers, own = given
    wrong = await _pass(site.browser(), bea, hers)
    assert wrong.status_code == 422
    assert "typed-secret" in (await _pass(site.browser(), bea, own)).text
    assert "typed-secret" in (await _pass(site.browser(), ada, hers)).text


async def test_case_74_links_are_built_from_the_configured_address(site: House) -> None:
    """Zitadel CVE-2025-64101: a Host or a forwarding header of the request never gets into a letter."""
    await _ada(site)
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    await site.browser().send(
        "POST",
        RECOVER,
        data={"name": "ada", "lost": "password"},
        headers={**evil, "origin": "http://localhost:8080"},
    )
    stop, secret = await _mailed_after(site)
    assert stop
    assert secret
    async with site.deps.store.read() as unit:
        notices = await unit.notices.of_user((await unit.users.by_name("ada")).id)  # type: ignore[union-attr]
    assert all("evil.example" not in one.text for one in notices)
