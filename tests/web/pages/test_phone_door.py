"""What a phone sends and what it is told, over HTTP; and what the first screen's script may look at."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.phone import Phone
from tests.rules.protocols.webpush.receiver import Receiver
from tests.web.house import Browser, House, Person

from twogate.terms.instant import Instant
from twogate.terms.push import Decision, PromptId, PushDeviceId, Question

DOOR = "/.twogate/phone"
STATUS = "/.twogate/push/status"
ORIGIN = "http://localhost:8080"


@dataclass
class Scene:
    """Ada at her first screen, and her phone."""

    house: House
    ada: Person
    screen: Browser
    phone: Phone = field(default_factory=lambda: Phone(origin=ORIGIN))

    def __post_init__(self) -> None:
        transport = httpx2.ASGITransport(app=self.house.app)
        self.pocket = httpx2.AsyncClient(transport=transport, base_url=ORIGIN)

    async def say(self, what: str, body: dict[str, Any], **headers: str) -> httpx2.Response:
        """What the phone's script does."""
        named = {"origin": ORIGIN, "sec-fetch-site": "same-origin"} | headers
        return await self.pocket.post(f"{DOOR}/{what}", json=body, headers=named)

    async def connect(self) -> None:
        """Scan, hand in the key, type the number back."""
        await self.screen.sign_in(self.ada)
        page = await self.screen.get("/.twogate/enrol?factor=push")
        link = re.search(r'href="([^"]+/\.twogate/phone#[^"]+)"', page.text)
        assert link is not None, page.text
        token = link[1].partition("#")[2]
        paired = await self.say("pair", self.phone.pairing(token))
        assert paired.status_code == 200, paired.text
        assert paired.json()["account"] == "ada"
        self.phone = self.phone.called(paired.json()["device"])
        await self.screen.fill(code=self.phone.pairing_code(token))

    async def ask(self) -> str:
        """Sign in anew up to the number; return it."""
        self.screen.client.cookies.clear()
        await self.screen.get("/.twogate/sign-in?return_to=/orders")
        await self.screen.fill(name=self.ada.name, password=self.ada.password)
        at = next(number for number, one in enumerate(self.screen.forms()) if one.fields.get("factor") == "push")
        page = await self.screen.fill(at)
        number = re.search(r'class="shown-code">([0-9]{6})<', page.text)
        assert number is not None, page.text
        return number[1]

    async def pull(self) -> httpx2.Response:
        return await self.say("waiting", self.phone.pull(self.house.clock.now()))

    async def answer(self, decision: Decision, code: str = "") -> httpx2.Response:
        shown = (await self.pull()).json()["prompts"][-1]
        question = Question(
            PromptId(shown["request"]),
            ORIGIN,
            shown["account"],
            shown["action"],
            shown["place"],
            Instant(shown["asked"]),
        )
        said = self.phone.answer(question, decision, code, at=self.house.clock.now())
        body = {
            "device": said.device,
            "request": shown["request"],
            "decision": decision.value,
            "code": code,
            "answered": int(said.answered),
            "signature": said.signature,
        }
        return await self.say("answer", body)

    async def state(self) -> str:
        return str((await self.screen.client.get(STATUS)).json()["state"])


@pytest.fixture
async def scene(house: House) -> Scene:
    """Ada, whose phone is connected."""
    opened = Scene(house, await house.person(), house.browser())
    await opened.connect()
    return opened


async def test_the_first_screen_waits_and_goes_on(scene: Scene) -> None:
    """Number, prompt, answer, and the form that the script sends opens the session."""
    assert await scene.state() == "nothing"
    code = await scene.ask()
    assert await scene.state() == "waiting"
    prompt = (await scene.pull()).json()["prompts"][0]
    assert (prompt["account"], prompt["action"]) == ("ada", "sign_in")
    assert code not in (await scene.pull()).text
    assert (await scene.answer(Decision.APPROVE, code)).status_code == 204
    assert await scene.state() == "answered"
    at = next(number for number, one in enumerate(scene.screen.forms()) if one.fields.get("factor") == "push")
    await scene.screen.fill(at)
    assert scene.screen.landed == "/orders"


async def test_case_31_a_wrong_code_and_a_late_one(scene: Scene) -> None:
    """422, then 409: the request is burnt."""
    code = await scene.ask()
    shown = (await scene.pull()).json()["prompts"][0]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    refused = await scene.answer(Decision.APPROVE, wrong)
    assert (refused.status_code, refused.json()["reason"]) == (422, "push_burnt")
    assert (await scene.pull()).json()["prompts"] == []
    question = Question(PromptId(shown["request"]), ORIGIN, "ada", "sign_in", shown["place"], Instant(shown["asked"]))
    said = scene.phone.answer(question, Decision.APPROVE, code, at=scene.house.clock.now())
    body = {"device": said.device, "request": shown["request"], "decision": "approve", "code": code}
    late = await scene.say("answer", {**body, "answered": int(said.answered), "signature": said.signature})
    assert (late.status_code, late.json()["reason"]) == (409, "push_answered")


async def test_case_31_it_was_not_me(scene: Scene) -> None:
    """Sessions end, and the phone is told that it is connected no longer."""
    await scene.ask()
    assert (await scene.answer(Decision.REPORT)).status_code == 204
    gone = await scene.pull()
    assert (gone.status_code, gone.json()["reason"]) == (410, "push_device_unknown")
    assert await scene.state() == "answered"


async def test_a_phone_whose_clock_is_off_learns_the_time(scene: Scene) -> None:
    """So that it can ask again with it."""
    refused = await scene.say("waiting", scene.phone.pull(scene.house.clock.now().plus(-3600)))
    assert refused.status_code == 409
    assert refused.json()["now"] == int(scene.house.clock.now())
    assert (await scene.pull()).json()["now"] == int(scene.house.clock.now())


async def test_no_other_site_speaks_for_a_phone(scene: Scene) -> None:
    """Nor does a form; nor is an unsigned or oddly shaped word taken."""
    said = scene.phone.pull(scene.house.clock.now())
    assert (await scene.say("waiting", said, origin="https://evil.example")).status_code == 422
    assert (await scene.say("waiting", said, **{"sec-fetch-site": "cross-site"})).status_code == 422
    for wrong in (
        {**said, "device": "pdv_x"},
        {**said, "device": said["device"] + "\n"},
        {**said, "at": str(said["at"])},
        {**said, "at": -1},
        {**said, "at": 10**18},
        {**said, "signature": "x"},
        {**said, "more": 1},
        {"device": said["device"]},
        {},
    ):
        assert (await scene.say("waiting", wrong)).status_code == 422
    form = await scene.pocket.post(f"{DOOR}/waiting", data={"device": said["device"]}, headers={"origin": ORIGIN})
    assert form.status_code == 422
    forged = {**said, "signature": Phone(origin=ORIGIN).pull(said["at"])["signature"]}
    assert (await scene.say("waiting", forged)).status_code == 401


async def test_no_approve_only_mode_exists(scene: Scene) -> None:
    """A decision is one of three, and an approval without the code burns the request."""
    await scene.ask()
    said = scene.phone.pull(scene.house.clock.now())
    body = {"device": said["device"], "request": "prq_" + "a" * 16, "code": "", "answered": 1, "signature": "s" * 86}
    for decision in ("yes", "APPROVE", "", None, True):
        assert (await scene.say("answer", {**body, "decision": decision})).status_code == 422
    assert (await scene.say("answer", {**body, "decision": "approve", "code": None})).status_code == 422
    assert (await scene.say("answer", {**body, "decision": "approve"})).status_code == 404
    assert (await scene.answer(Decision.APPROVE)).json()["reason"] == "push_burnt"


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ({}, 204),
        ({"way": "ntfy", "topic": "t" * 32}, 204),
        ({"way": "fcm", "token": "abc:" + "d" * 140}, 204),
        ({"way": "apns", "token": "0" * 64}, 204),
        ({"way": "ntfy", "topic": "guessable"}, 422),
        ({"way": "ntfy", "topic": "../admin" + "x" * 32}, 422),
        ({"way": "apns", "token": "../../x" + "0" * 64}, 422),
        ({"way": "smoke", "token": "0" * 64}, 422),
        ({"way": "ntfy", "topic": "t" * 32, "server": "https://evil.example"}, 422),
        ({"way": "web_push", "endpoint": "http://169.254.169.254/x", "p256dh": "x", "auth": "y"}, 422),
    ],
)
async def test_a_phone_says_how_it_is_woken(scene: Scene, way: dict[str, str], status: int) -> None:
    """By ways and addresses that are what they should be, and by no address of its choice."""
    answer = await scene.say("route", scene.phone.route(way, scene.house.clock.now()))
    assert answer.status_code == status
    async with scene.house.deps.store.read() as unit:
        routes = await unit.push_devices.routes(scene.ada.id)
    expected = {name: value for name, value in way.items() if name != "way"}
    kept = routes.get(PushDeviceId(scene.phone.device))
    assert kept is None if status == 422 or not way else kept is not None and kept.address == expected


async def test_a_browser_subscribes(scene: Scene) -> None:
    """At a push service of the list, with keys that are keys; unreadable text is refused."""
    keys = Receiver(ec.generate_private_key(ec.SECP256R1()), bytes(16)).keys()
    way = {"way": "web_push", "endpoint": "https://fcm.googleapis.com/fcm/send/abc", **keys}
    now = scene.house.clock.now()
    assert (await scene.say("route", scene.phone.route(way, now))).status_code == 204
    said = scene.phone.route(way, now.plus(1))
    for text in ("{", "[]", '"x"', '{"way":3}'):
        assert (await scene.say("route", {**said, "route": text})).status_code == 422
    assert (await scene.say("route", {**said, "route": "{}"})).status_code == 401


async def test_a_route_that_is_nested_without_end_is_no_fault_of_ours(scene: Scene) -> None:
    """Nobody has to be anybody to send it: it is refused as any other text that is no route, not with a traceback."""
    said = scene.phone.route({}, scene.house.clock.now())
    for text in ("[" * 4000, '{"way":' * 500):
        answer = await scene.say("route", {**said, "route": text})
        assert (answer.status_code, answer.json()["reason"]) == (422, "input_malformed")


async def test_a_phone_is_connected_once(scene: Scene) -> None:
    """Another picture is needed for another phone; a label that could break a line is refused."""
    await scene.screen.get("/.twogate/account")
    used = Phone(origin=ORIGIN).pairing("tg_pair_" + "a" * 43)
    over = await scene.say("pair", used)
    assert (over.status_code, over.json()["reason"]) == (410, "push_pairing_over")
    assert (await scene.say("pair", {**used, "label": "a\nb"})).status_code == 422
    assert (await scene.say("pair", {**used, "jwk": {**used["jwk"], "d": "x"}})).status_code == 422
    assert (await scene.say("pair", used, origin="https://evil.example")).status_code == 422


async def test_the_status_says_nothing_to_others(scene: Scene) -> None:
    """Without the flow's cookie, or with another one."""
    await scene.ask()
    stranger = scene.house.browser()
    assert (await stranger.get(STATUS)).json() == {"state": "nothing"}
    stranger.client.cookies.set("twogate-flow", "tg_fl_" + "x" * 43)
    assert (await stranger.get(STATUS)).json() == {"state": "nothing"}
