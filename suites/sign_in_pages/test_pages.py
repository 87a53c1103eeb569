"""People sign in by the pages, through the real gateway, with a browser that runs no script."""

import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from suites.running import Gate
from suites.sign_in_pages.pages import Browser, Newcomer, return_to

pytestmark = pytest.mark.xdist_group("sign_in_pages")  # one running product for all tests of this file
SECRETS: set[str] = set()  # everything that passed in this file so far; looked for in every file that was written

_OWN_SCRIPT = r'<script type="module" src="/\.twogate/assets/[0-9a-f]+/[a-z_]+\.js">'


def _path(browser: Browser) -> str:
    assert browser.page is not None
    return urlsplit(str(browser.page.url)).path


def _set_up(browser: Browser, somebody: Newcomer, wanted: str = "/orders?page=2") -> None:
    """Sign in for the first time: password, app, recovery codes."""
    browser.visit(wanted)
    browser.fill(name=somebody.name, password=somebody.password)
    somebody.seed = browser.seed
    browser.fill(code=somebody.code())
    somebody.codes = browser.codes
    browser.fill(code=somebody.codes[0])


def _sign_in(browser: Browser, somebody: Newcomer, wanted: str = "/orders") -> None:
    browser.visit(wanted)
    browser.fill(name=somebody.name, password=somebody.password)
    browser.fill(code=somebody.code())


@pytest.fixture(autouse=True)
def _collect(browser: Browser, newcomer: Newcomer) -> object:
    """Take along what must not be written anywhere."""
    yield
    SECRETS.update(browser.secrets, newcomer.codes, {newcomer.seed, newcomer.password})


def test_from_a_link_to_the_upstream(browser: Browser, newcomer: Newcomer) -> None:
    """A link leads to sign-in, setting up a second factor, and back to the link; the upstream knows who it is."""
    browser.visit("/orders?page=2")
    assert _path(browser) == "/.twogate/sign-in"
    _set_up(browser, newcomer)
    assert browser.page is not None
    told = browser.page.json()
    assert told["path"] == "/orders?page=2"
    assert told["headers"]["x-auth-level"] == "aal2"
    assert "twogate" not in told["headers"].get("cookie", "")


def test_the_next_time_asks_for_both_factors(browser: Browser, newcomer: Newcomer, gate: Gate) -> None:
    """A browser that is unknown is asked for password and code; a wrong code is refused."""
    _set_up(browser, newcomer)
    with Browser(gate.url) as other:
        other.visit("/orders")
        other.fill(name=newcomer.name, password=newcomer.password)
        refused = other.fill(code="000000")
        assert refused.status_code == 422
        assert not other.cookie("twogate")
        other.fill(code=newcomer.code())
        assert other.page is not None
        assert other.page.json()["path"] == "/orders"


def test_step_up_comes_back_to_what_was_wanted(browser: Browser, newcomer: Newcomer) -> None:
    """Where a fresh proof is needed, the page asks for it and the person arrives where they wanted to be."""
    _set_up(browser, newcomer)
    time.sleep(4.2)  # ages are whole seconds: after 4.2 s any proof is more than 3 old
    browser.visit("/vault/gold")
    assert _path(browser) == "/.twogate/step-up"
    assert browser.page is not None
    while "form_token" in browser.page.text:
        field = "password" if 'name="password"' in browser.page.text.split("<details>")[0] else "code"
        browser.fill(**{field: newcomer.password if field == "password" else newcomer.code()})
    assert browser.page.json()["path"] == "/vault/gold"


def test_signed_out_is_signed_out_at_the_gateway(browser: Browser, newcomer: Newcomer) -> None:
    """The access cookie of before is refused at once after signing out, by the gateway itself."""
    _set_up(browser, newcomer)
    stolen = browser.cookie("twogate")
    browser.visit("/.twogate/sign-out")
    browser.press("/.twogate/sign-out")
    assert not browser.cookie("twogate")
    headers = {"cookie": f"twogate={stolen}", "accept": "application/json"}
    answer = browser.http.get("/orders", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["reason"] == "token_revoked"


def test_another_browser_is_ended_from_the_account(browser: Browser, newcomer: Newcomer, gate: Gate) -> None:
    """Ending all others on the account page shuts the other browser out of the upstream."""
    _set_up(browser, newcomer)
    with Browser(gate.url) as other:
        _sign_in(other, newcomer)
        browser.visit("/.twogate/account")
        browser.press("/.twogate/account/end-others")
        assert browser.page is not None
        assert "All other sessions have ended" in browser.page.text
        other.visit("/orders")
        assert _path(other) == "/.twogate/sign-in"


def test_a_recovery_code_and_a_new_app(browser: Browser, newcomer: Newcomer, gate: Gate) -> None:
    """Whoever lost the app comes in by a recovery code and sets up a new one."""
    _set_up(browser, newcomer)
    with Browser(gate.url) as other:
        other.visit("/orders")
        other.fill(name=newcomer.name, password=newcomer.password)
        assert other.page is not None
        recovery = [fields for _, fields in other.forms() if fields.get("factor") != other.forms()[0][1]["factor"]]
        other.visit("/.twogate/sign-in?return_to=/orders", "POST", **{**recovery[0], "code": newcomer.codes[1]})
        newcomer.seed, newcomer.used = other.seed, set()
        other.fill(code=newcomer.code())
        newcomer.codes += other.codes
        other.fill(code=other.codes[0])
        assert other.page is not None
        assert other.page.json()["headers"]["x-auth-level"] == "aal2"
        SECRETS.update(other.secrets)


def test_every_page_forbids_foreign_scripts_and_caches(browser: Browser, newcomer: Newcomer) -> None:
    """Through the gateway, too, a page comes with the headers that bind the browser."""
    assert newcomer.name
    for path in ("/.twogate/sign-in", "/.twogate/step-up", "/.twogate/sign-out", "/.twogate/none"):
        page = browser.visit(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert set(re.findall(r"<script[^>]*>", page.text)) == set(re.findall(_OWN_SCRIPT, page.text))


def test_the_challenge_knows_the_way_back(browser: Browser, newcomer: Newcomer) -> None:
    """The gateway's redirect carries the whole address, its query included."""
    assert newcomer.name
    headers = {"accept": "text/html", "sec-fetch-mode": "navigate"}
    answer = browser.http.get("/orders?a=1&b=%2F", headers=headers)
    assert answer.status_code == 302
    assert return_to(answer.headers["location"]) == "/orders?a=1&b=%2F"


@pytest.mark.slow
def test_an_expired_cookie_is_renewed_with_method_and_body(browser: Browser, newcomer: Newcomer) -> None:
    """Half a minute later the token has expired: a large POST is sent on with a fresh cookie and arrives whole."""
    _set_up(browser, newcomer)
    before = browser.cookie("twogate")
    time.sleep(31)
    headers = {"accept": "application/json", "sec-fetch-mode": "cors", "origin": browser.url}
    body = b"x" * 3_000_000
    expired = list(browser.http.cookies.jar)
    for number in range(30):  # an answer before the body had come made the next request hang now and then
        for cookie in expired:
            browser.http.cookies.jar.set_cookie(cookie)
        first = browser.http.post(f"/orders?n={number}", content=body, headers=headers)
        assert first.status_code == 307
        assert first.headers["location"] == f"/orders?n={number}"
        assert browser.cookie("twogate") not in {"", before}
        second = browser.http.post(first.headers["location"], content=body, headers=headers)
        assert second.json()["length"] == len(body)
        assert second.json()["method"] == "POST"


@pytest.mark.parametrize("where", ["files", "lines"])
def test_no_secret_was_written_anywhere(gate: Gate, browser: Browser, newcomer: Newcomer, where: str) -> None:
    """No password, code, seed, cookie or form token stands in the database, in any log or in any line printed."""
    _set_up(browser, newcomer)
    SECRETS.update(browser.secrets, newcomer.codes, {newcomer.seed, newcomer.password})
    wanted = [secret.encode() for secret in SECRETS if len(secret) >= 12]
    assert len(wanted) > 20
    if where == "lines":
        told = gate.told.encode()
        assert [one for one in wanted if one in told] == []
        return
    found = {}
    for path in sorted(Path(gate.data).rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found[path.name] = [one for one in wanted if one in content]
    assert "twogate.db" in found
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_pages_are_logged_without_their_bodies(gate: Gate, browser: Browser, newcomer: Newcomer) -> None:
    """Each line that the processes print is JSON or plain words; none shows a form."""
    _set_up(browser, newcomer)
    for line in gate.lines:
        assert not re.search(r"password=|form_token|tg_(?:se|fl|de)_", line)
        if line.startswith("{"):
            json.loads(line)
