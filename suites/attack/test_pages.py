"""Attacks on the pages through a browser: forged forms, foreign scripts, bent ways back, kept and tossed cookies."""

import re

import httpx2
import pytest
from suites.running import Gate
from suites.sign_in_pages.pages import Browser, Newcomer

pytestmark = pytest.mark.xdist_group("attack")  # one running product for all tests of this folder
FOREIGN = "https://evil.example"
LISTED = "https://app.example.test"
FORMS = (
    *("sign-in", "step-up", "sign-out", "enrol", "account/end", "account/end-others", "account/remove"),
    *("account/password", "account/codes", "account/codes/kept"),
)


def _token(browser: Browser, path: str) -> str:
    page = browser.visit(path)
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


@pytest.mark.parametrize("where", FORMS)
def test_a_form_of_another_site_is_not_obeyed(victim: Browser, where: str) -> None:
    """Neither a foreign origin with the right token nor our own origin with a wrong one moves anything."""
    path = "/.twogate/sign-out" if where == "sign-out" else "/.twogate/account/recovery"
    token = _token(victim, path)
    for headers, given in (
        ({"origin": FOREIGN}, token),
        ({"origin": LISTED}, token),
        ({"origin": "null"}, token),
        ({"origin": victim.url, "sec-fetch-site": "same-site"}, token),
        ({"origin": victim.url, "sec-fetch-site": "cross-site"}, token),
        ({"origin": victim.url}, ""),
        ({"origin": victim.url}, token[:-1]),
        ({}, "x" * 43),
    ):
        answer = victim.http.post(f"/.twogate/{where}", headers=headers, data={"form_token": given})
        assert answer.status_code in {403, 410}, headers  # 410: a step of a sign-in that nobody has begun
        assert "twogate-session=" not in answer.headers.get("set-cookie", "")
    assert victim.http.get("/orders").status_code == 200


def test_no_script_of_a_listed_origin_reads_our_pages(victim: Browser) -> None:
    """CORS by list is for the API behind; account pages, seeds and form tokens are readable by nobody else."""
    headers = {"origin": LISTED, "sec-fetch-mode": "cors", "sec-fetch-site": "same-site"}
    assert victim.http.get("/orders", headers=headers).headers["access-control-allow-origin"] == LISTED
    for path in ("account", "enrol", "sign-in", "sign-out", "account/password", "oauth2/authorize"):
        answer = victim.http.get(f"/.twogate/{path}", headers=headers)
        assert "access-control-allow-origin" not in answer.headers, path
        assert "access-control-allow-credentials" not in answer.headers, path
    keys = victim.http.get("/.twogate/oauth2/jwks", headers=headers)
    assert keys.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "spelling",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example"),
        *("/%09/evil.example", "http:evil.example", "javascript:alert(1)", "/\r\nLocation: https://evil.example"),
        *("///evil.example", "@evil.example", ".evil.example", "/a#@evil.example", "//evil.example/%2e%2e", "\x00/a"),
        *("/\u2044evil.example", " //evil.example", "HTTPS://evil.example", "//localhost@evil.example"),
    ],
)
def test_the_way_back_never_leads_elsewhere(victim: Browser, spelling: str) -> None:
    """Somebody who is signed in is sent on at once, to this site only."""
    answer = victim.http.get("/.twogate/sign-in", params={"return_to": spelling})
    onward = answer.headers.get("location") or (re.findall(r"url=([^\"]*)\"", answer.text) or [""])[0]
    where = httpx2.URL(victim.url).join(onward or "/")
    assert str(where).startswith(f"{victim.url}/"), onward
    assert where.host == httpx2.URL(victim.url).host


def test_two_cookies_of_one_name_are_none(victim: Browser, gate: Gate) -> None:
    """A cookie tossed in from a parent path or domain makes the request fail, and never wins."""
    access, session = victim.cookie("twogate"), victim.cookie("twogate-session")
    for tossed in (f"twogate={access}; twogate=x", f"twogate=x; twogate={access}"):
        assert httpx2.get(f"{gate.url}/orders", headers={"cookie": tossed}).status_code == 400
    for tossed in (f"twogate-session={session}; twogate-session=x", f"twogate-session=x; twogate-session={session}"):
        answer = httpx2.get(f"{gate.url}/.twogate/account", headers={"cookie": tossed, "accept": "text/html"})
        assert answer.status_code == 303


def test_a_password_alone_opens_nothing_and_a_planted_cookie_stays_dead(gate: Gate, newcomer: Newcomer) -> None:
    """Who has only the password of an account with an app gets no session, and no page that changes something."""
    planted = "tg_se_" + "A" * 43
    with Browser(gate.url) as owner:
        owner.visit("/.twogate/sign-in")
        owner.fill(name=newcomer.name, password=newcomer.password)
        newcomer.seed = owner.seed
        owner.fill(code=newcomer.code())
    with Browser(gate.url) as thief:
        thief.http.headers["cookie"] = f"twogate-session={planted}"
        thief.visit("/.twogate/sign-in")
        del thief.http.headers["cookie"]
        thief.fill(name=newcomer.name, password=newcomer.password)
        assert not thief.cookie("twogate-session")
        for page in ("account", "enrol", "account/password"):
            assert thief.visit(f"/.twogate/{page}").url.path == "/.twogate/sign-in"
        answer = httpx2.get(f"{gate.url}/.twogate/account", headers={"cookie": f"twogate-session={planted}"})
        assert answer.status_code == 303
