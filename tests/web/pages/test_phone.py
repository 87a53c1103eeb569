"""The app on a phone, as a browser gets it."""

import re

from tests.ports import FakeClock, SeededEntropy
from tests.web.house import CHEAP, House

from twogate.rules.protocols.webpush.vapid import public_key
from twogate.settings.model import Settings
from twogate.settings.push import PushSettings
from twogate.store.unit import Store

PHONE = "/.twogate/phone"


async def test_the_page_needs_no_sign_in_and_holds_no_secret(house: House) -> None:
    """It says everything that its script shows, and names the public key that browsers subscribe with."""
    assert house.deps.push is not None
    page = await house.browser().get(PHONE)
    assert page.status_code == 200
    key = public_key(await house.deps.push.key.key())
    assert f'data-web-push="{key}"' in page.text
    assert 'data-origin="http://localhost:8080"' in page.text
    assert "set-cookie" not in page.headers
    assert "<script>" not in page.text


async def test_it_can_be_installed(house: House) -> None:
    """A manifest with a name, a start, a picture that is there, and a scope that holds the page."""
    browser = house.browser()
    page = await browser.get(PHONE)
    link = re.search(r'<link rel="manifest" href="([^"]+)"', page.text)
    assert link is not None
    manifest = await browser.get(link[1])
    assert manifest.headers["content-type"] == "application/manifest+json"
    described = manifest.json()
    assert (described["name"], described["display"]) == ("Twogate", "standalone")
    assert described["start_url"] == described["scope"] == PHONE
    assert (await browser.get(described["icons"][0]["src"])).status_code == 200


async def test_its_worker_may_stand_for_the_page(house: House) -> None:
    """It is served as a script that is looked at anew each time, with the page in its scope."""
    worker = await house.browser().get(f"{PHONE}/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["service-worker-allowed"] == PHONE
    assert worker.headers["cache-control"] == "no-cache"
    assert "notificationclick" in worker.text


async def test_scripts_hold_no_sentences(house: House) -> None:
    """What people read comes from the page, in their language."""
    browser = house.browser()
    await browser.get(PHONE)
    scripts = re.findall(r'src="([^"]+\.js)"', browser.page.text if browser.page else "")
    assert any(one.endswith("/phone.js") for one in scripts)
    for script in scripts:
        code = re.sub(r"(?m)^\s*//.*$|\s//.*$", "", (await browser.get(script)).text)
        assert not re.search(r"""["'`][A-Z][a-z]+ [a-z]+ [a-z]+""", code)


async def test_nothing_is_there_where_nobody_is_asked(
    store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy
) -> None:
    """Switched off by the operator: no page, no door, and no such factor to set up."""
    settings = Settings(hashing=CHEAP, push=PushSettings(enabled=False))
    built = House.build(store, fake_clock, seeded_entropy, settings=settings)
    browser = built.browser()
    assert (await browser.get(PHONE)).status_code == 404
    assert (await browser.get("/.twogate/push/status")).status_code == 404
    assert built.deps.authenticators.registry.get("push") is None
    await built.close()


async def test_the_operators_ways_are_offered(
    store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy
) -> None:
    """An ntfy server by its address; Web Push not at all where it is switched off."""
    push = PushSettings(ntfy_url="https://ntfy.example.com/", web_push=False)
    built = House.build(store, fake_clock, seeded_entropy, settings=Settings(hashing=CHEAP, push=push))
    page = await built.browser().get(PHONE)
    assert 'data-ntfy="https://ntfy.example.com"' in page.text
    assert 'data-web-push=""' in page.text
    await built.close()
