"""Codes by SMS and call, and notices with their way back, through the real gateway and real servers beside it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from suites.messages.post_office import KEY, Letter, Message, PostOffice
from suites.running import Gate
from suites.sign_in_pages.pages import Browser, Newcomer

pytestmark = pytest.mark.xdist_group("messages")  # one running product for all tests of this file
SECRETS: set[str] = set()  # what passed in this file so far; looked for in every line and file that was written
_NUMBERS = itertools.count(1)


@dataclass
class Scene:
    """Somebody new with a browser and a telephone number of their own."""

    gate: Gate
    office: PostOffice
    browser: Browser
    person: Newcomer
    number: str

    def set_up(self, way: str = "sms") -> Message:
        """Sign in for the first time, with a telephone instead of an app."""
        browser = self.browser
        browser.visit("/orders")
        browser.fill(name=self.person.name, password=self.person.password)
        page = _choose(browser, way)
        assert "weakest of the second factors" in page.text
        page = browser.fill(code=self.number)
        message = self.office.message(self.number)
        assert self.number not in page.text
        assert f"••• {self.number[-2:]}" in page.text
        browser.fill(code=message.code)
        self.person.codes = browser.codes
        browser.fill(code=self.person.codes[0])
        return message

    @contextmanager
    def half(self) -> Iterator[Browser]:
        """Name and password in a browser that is unknown: the second factor is asked for."""
        with Browser(self.gate.url) as other:
            other.visit("/orders")
            page = other.fill(name=self.person.name, password=self.person.password)
            assert page.status_code == 200
            assert self.number not in page.text
            yield other
            SECRETS.update(other.secrets)

    def sent(self, browser: Browser) -> str:
        """Have a code sent, and read it."""
        before = self.office.count(self.number)
        page = _choose(browser, "sms")
        code = self.office.message(self.number, after=before).code
        assert code not in page.text + str(page.headers)  # case 15: no answer tells what was sent
        return code

    def letter(self, subject: str) -> Letter:
        return self.office.letter(f"{self.person.name}@example.com", subject)


@pytest.fixture
def scene(gate: Gate, office: PostOffice, browser: Browser, newcomer: Newcomer) -> Iterator[Scene]:
    """One for each test; what must not be written anywhere is taken along."""
    number = f"+4915100{next(_NUMBERS):06}"
    yield Scene(gate, office, browser, newcomer, number)
    office.away = False
    SECRETS.update(browser.secrets, {number, number.removeprefix("+")})
    SECRETS.update(one.way_back.partition("=")[2] for one in office.letters)


def _choose(browser: Browser, factor: str) -> httpx2.Response:
    """Press the button of a factor that sends something, or that is to be set up instead."""
    wanted = {"step": "choose", "factor": factor}
    action, form = next((action, form) for action, form in browser.forms() if wanted.items() <= form.items())
    return browser.visit(action, "POST", **form)


def _answer(browser: Browser, factor: str, code: str) -> httpx2.Response:
    wanted = {"step": "code", "factor": factor}
    action, form = next((action, form) for action, form in browser.forms() if wanted.items() <= form.items())
    browser.secrets.add(code)
    return browser.visit(action, "POST", **{**form, "code": code})


def _may_answer(browser: Browser, factor: str) -> bool:
    """Whether the page waits for a code of this factor."""
    return any({"step": "code", "factor": factor}.items() <= form.items() for _, form in browser.forms())


def test_a_number_is_set_up_and_proves_the_next_sign_in(scene: Scene) -> None:
    """By the operator's own gateway; upstream sees the level and the methods, the message ends with this site."""
    message = scene.set_up()
    assert message.text.endswith(f"@localhost #{message.code}")
    with scene.half() as other:
        assert scene.office.count(scene.number) == 1
        code = scene.sent(other)
        assert f"••• {scene.number[-2:]}" in _text(other)
        told = _answer(other, "sms", code).json()
    assert told["x-auth-level"] == "aal2"
    assert {"pwd", "sms"} <= set(told["x-auth-methods"].split())


def test_a_code_is_good_once_and_for_its_own_sign_in(scene: Scene) -> None:
    """A wrong one is refused; a used one, and one that was sent to another browser, open nothing."""
    scene.set_up()
    with scene.half() as first, scene.half() as second:
        code = scene.sent(first)
        assert _answer(first, "sms", f"{(int(code) + 1) % 1_000_000:06}").status_code == 422
        other = scene.sent(second)
        assert _answer(second, "sms", code).status_code == 422
        assert _answer(first, "sms", code).json()["x-auth-level"] == "aal2"
        with scene.half() as third:
            assert not _may_answer(third, "sms")
        assert _answer(second, "sms", other).json()["x-auth-level"] == "aal2"


def test_an_app_without_a_browser_has_a_code_sent_too(scene: Scene) -> None:
    """By the JSON door: naming the factor alone sends, the code finishes; no answer tells number or code (case 15)."""
    scene.set_up()
    made = scene.gate.run("client", "add", "phone", "--kind", "first_party", "--id", "phone-app", "--json")
    assert made.code == 0, made.err
    door = f"{scene.gate.url}/.twogate/oauth2/authorize-challenge"
    given = {
        "client_id": "phone-app",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "username": scene.person.name,
        "password": scene.person.password,
    }
    with httpx2.Client(trust_env=False, timeout=20) as app:
        told = app.post(door, json=given).json()
        assert "sms" in {one["factor"] for one in told["factors"]}
        before = scene.office.count(scene.number)
        told = app.post(door, json={"auth_session": told["auth_session"], "factor": "sms"})
        code = scene.office.message(scene.number, after=before).code
        assert code not in told.text
        assert scene.number not in told.text
        (sms,) = [one for one in told.json()["factors"] if one["factor"] == "sms"]
        assert sms["question"]["number"].endswith(scene.number[-2:])
        wrong = {"auth_session": told.json()["auth_session"], "factor": "sms", "code": "000000"}
        refused = app.post(door, json=wrong).json()
        assert refused["reason"] == "code_wrong"
        done = app.post(door, json={"auth_session": refused["auth_session"], "factor": "sms", "code": code})
    assert done.json()["authorization_code"]


def test_five_wrong_answers_end_a_code(scene: Scene) -> None:
    """The right one is worth nothing afterwards; the person may have another one sent."""
    scene.set_up()
    with scene.half() as other:
        code = scene.sent(other)
        for step in range(1, 6):
            assert _may_answer(other, "sms")
            _answer(other, "sms", f"{(int(code) + step) % 1_000_000:06}")
        assert not _may_answer(other, "sms")
        assert _answer(other, "sms", scene.sent(other)).json()["x-auth-level"] == "aal2"


def test_nobody_is_flooded(scene: Scene) -> None:
    """The fifth message within an hour is refused, in whatever browser, and another way is offered."""
    scene.set_up()
    for _ in range(3):
        with scene.half() as other:
            scene.sent(other)
    with scene.half() as other:
        page = _choose(other, "sms")
        assert page.status_code >= 400
        assert "sent too often" in page.text
        assert "recovery code" in page.text
    assert scene.office.count(scene.number) == 4


def test_case_32_a_gateway_that_is_away_lets_nobody_in(scene: Scene) -> None:
    """It is told in words, another way is offered, and what was asked for arrives once the gateway is back."""
    scene.set_up()
    before = scene.office.count(scene.number)
    with scene.half() as other:
        scene.office.away, asked = True, scene.office.asked
        _choose(other, "sms")
        scene.office.until_asked(asked)
        page = _choose(other, "sms")
        assert "Messages cannot be sent" in page.text
        assert "recovery code" in page.text
        assert page.status_code >= 400
        scene.office.away = False
        code = scene.office.message(scene.number, after=before).code
        assert _answer(other, "sms", code).json()["x-auth-level"] == "aal2"


def test_a_call_reads_the_code_out(scene: Scene) -> None:
    """By a gateway of Twilio's shape."""
    message = scene.set_up("voice")
    assert message.way == "voice"
    assert message.text.startswith("<Response><Say>")
    told = scene.browser.visit("/orders").json()
    assert {"pwd", "tel"} <= set(told["x-auth-methods"].split())


def test_messages_go_where_the_operator_lets_them(scene: Scene) -> None:
    """National numbers, other countries, premium rate, two at once: refused, and nothing is sent."""
    before, browser = len(scene.office.messages), scene.browser
    browser.visit("/orders")
    browser.fill(name=scene.person.name, password=scene.person.password)
    _choose(browser, "sms")
    for wrong in ("0151 1234567", "+33612345678", "+49900112345", "+4915112345678,+4915112345679"):
        assert browser.fill(code=wrong).status_code == 422
    assert len(scene.office.messages) == before


def test_a_mistyped_number_is_typed_again(scene: Scene) -> None:
    """At the first sign-in and on the account's pages; the code of the first number sets up nothing."""
    browser, typo = scene.browser, f"{scene.number[:-1]}{(int(scene.number[-1]) + 5) % 10}"
    browser.visit("/orders")
    browser.fill(name=scene.person.name, password=scene.person.password)
    _choose(browser, "sms")
    browser.fill(code=typo)
    first = scene.office.message(typo).code
    _choose(browser, "sms")
    browser.fill(code=scene.number)
    second = scene.office.message(scene.number).code
    assert browser.fill(code=first).status_code == 422
    browser.fill(code=second)
    browser.fill(code=browser.codes[0])
    assert browser.visit("/orders").json()["x-auth-level"] == "aal2"
    page = browser.visit("/.twogate/enrol?factor=voice")
    browser.fill(code=typo)
    page = browser.visit("/.twogate/enrol?factor=voice")
    assert "country code" in page.text
    before = scene.office.count(scene.number)
    browser.fill(code=scene.number)
    browser.fill(code=scene.office.message(scene.number, after=before).code)
    assert "Telephone call" in browser.visit("/.twogate/account/factors").text


def test_a_notice_takes_a_factor_back(scene: Scene) -> None:
    """The mail's link works once and in any browser; the factor and the sessions are gone; nobody is signed in."""
    scene.set_up()
    letter = scene.letter("A new factor was set up")
    assert "SMS" in letter.text
    with Browser(scene.gate.url) as owner:
        assert owner.visit(letter.way_back).status_code == 200
        assert scene.browser.visit("/orders").json()["x-auth-level"] == "aal2"  # looking took nothing back
        assert "Taken back" in owner.press("/.twogate/undo").text
        assert not owner.cookie("twogate-session")
        assert owner.visit(letter.way_back).status_code == 410
    assert scene.browser.visit("/orders").url.path == "/.twogate/sign-in"
    with scene.half() as other:
        assert not any(form.get("factor") == "sms" for _, form in other.forms())
    assert scene.letter("A change was taken back").way_back == ""


def test_the_number_hears_of_changes_too(scene: Scene) -> None:
    """A second way beside mail, where the operator allows it: what happened, and no link."""
    scene.set_up()
    with scene.half() as other:
        _answer(other, "sms", scene.sent(other))
    notice = scene.office.notice(scene.number)
    assert "If it was not you" in notice.text
    assert "://" not in notice.text


@pytest.mark.parametrize("where", ["files", "lines"])
def test_no_secret_was_written_anywhere(scene: Scene, where: str) -> None:
    """No number, code, link or key stands in the database, in any log or in any line printed."""
    scene.set_up()
    scene.letter("A new factor was set up")
    SECRETS.update(scene.browser.secrets, {KEY, scene.number})
    SECRETS.update(one.way_back.partition("=")[2] for one in scene.office.letters)
    wanted = [secret.encode() for secret in SECRETS if len(secret) >= 12]
    assert len(wanted) > 10
    if where == "lines":
        told = scene.gate.told.encode()
        assert [one for one in wanted if one in told] == []
        return
    found = {}
    for path in sorted(Path(scene.gate.data).rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found[path.name] = [one for one in wanted if one in content]
    assert "twogate.db" in found
    assert {name: hits for name, hits in found.items() if hits} == {}


def _text(browser: Browser) -> str:
    assert browser.page is not None
    return browser.page.text
