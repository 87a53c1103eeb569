"""Location as a condition, at the gateway and at the sign-in, with real addresses and a real database file."""

import json
import time
from collections.abc import Callable

import pytest
from suites.place.conftest import BERLIN, CITIES, LOCAL, SYDNEY, World
from suites.sign_in_pages.pages import Browser, Newcomer

pytestmark = pytest.mark.xdist_group("place")  # one running product for all tests of this folder
SIGN_IN = "/.twogate/sign-in"
PASSED = 503  # nobody stands behind the gateway: the request was let through


def test_the_gateway_knows_where_a_caller_is(world: World) -> None:
    """Countries, private networks and autonomous systems; what no line names is refused."""
    found = {
        path: [world.status(address, path) for address in (BERLIN, SYDNEY, LOCAL)]
        for path in ("/german", "/near", "/telekom")
    }
    assert found == {
        "/german": [PASSED, 403, 403],
        "/near": [PASSED, 403, PASSED],
        "/telekom": [PASSED, PASSED, 403],
    }


def test_a_refusal_names_its_reason(world: World) -> None:
    """To the program in the problem, to the operator in the explanation."""
    told = json.loads(world.answer(SYDNEY, "/german")[1])
    assert told["reason"] == "country_refused"
    explained = world.gate.run("policy", "explain", told["request_id"])
    assert "an address in DE" in explained.out, explained


def test_nobody_signs_in_from_a_place_that_is_refused(world: World) -> None:
    """No form is shown there: what is not one of the countries is refused, private networks among it."""
    with world.browser(LOCAL) as browser:
        page = browser.visit(SIGN_IN)
        assert page.status_code == 403
        assert "not allowed from where you are" in page.text
        assert 'name="password"' not in page.text


def test_a_form_taken_elsewhere_says_the_same_of_every_name(world: World, newcomer: Callable[[str], Newcomer]) -> None:
    """A known name with the right password, with a wrong one, and a name that nobody has: one page."""
    iris = newcomer("iris")
    pages = set()
    for name, password in ((iris.name, iris.password), (iris.name, "wrong words"), ("nobody", "wrong words")):
        with world.browser(BERLIN) as home, world.browser(LOCAL) as away:
            home.visit(SIGN_IN)
            away.http.cookies = home.http.cookies
            away.page = home.page
            page = away.fill(name=name, password=password)
            pages.add((page.status_code, page.text.replace(page.headers["x-request-id"], "")))
    assert len(pages) == 1
    assert "not allowed from where you are" in pages.pop()[1]


def test_a_journey_that_nobody_can_make_is_told(world: World, newcomer: Callable[[str], Newcomer]) -> None:
    """The second sign-in, minutes later from the other end of the world, passes: it is told to owner and operator."""
    paul = newcomer("paul")
    with world.browser(BERLIN) as home, world.browser(SYDNEY) as away:
        _set_up(home, paul)
        away.visit(f"{SIGN_IN}?return_to=/.twogate/account")
        away.fill(name=paul.name, password=paul.password)
        away.fill(code=paul.code())
        sessions = away.visit("/.twogate/account/sessions").text
        activity = away.visit("/.twogate/account/activity").text
    assert "Sydney, AU, 127.0.0.2" in sessions
    assert "Berlin, DE, 127.0.0.1" in sessions
    assert "A sign-in was unlike the ones before" in activity
    assert "unusual place" in activity
    rows = world.gate.run("audit", "list", "--event", "user:sign_in:unusual", "--json")
    assert "Berlin DE -> Sydney AU: 160" in rows.out, rows


def test_a_replaced_database_is_obeyed_without_a_restart(world: World) -> None:
    """At the gateway and at the sign-in, within seconds; a broken one changes nothing."""
    assert world.status(SYDNEY, "/german") == 403
    try:
        world.put_cities({**CITIES, f"{SYDNEY}/32": CITIES[f"{BERLIN}/32"], f"{LOCAL}/32": CITIES[f"{BERLIN}/32"]})
        _wait(lambda: world.status(SYDNEY, "/german") == PASSED)
        with world.browser(LOCAL) as browser:
            assert 'name="password"' in browser.visit(SIGN_IN).text
        (world.folder / "broken").write_bytes(b"no database")
        (world.folder / "broken").replace(world.folder / "city.mmdb")
        time.sleep(3)
        assert world.status(SYDNEY, "/german") == PASSED
    finally:
        world.put_cities(CITIES)
    _wait(lambda: world.status(SYDNEY, "/german") == 403)


def _wait(ask: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.2)


def _set_up(browser: Browser, somebody: Newcomer) -> None:
    browser.visit(f"{SIGN_IN}?return_to=/.twogate/account")
    browser.fill(name=somebody.name, password=somebody.password)
    somebody.seed = browser.seed
    browser.fill(code=somebody.code())
    somebody.codes = browser.codes
    browser.fill(code=somebody.codes[0])
