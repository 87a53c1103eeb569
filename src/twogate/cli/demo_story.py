"""The story of the demo: what Twogate does, told by an HTTP client, each sentence checked.

Decides the order of events and what is expected. How it is printed is ``demo_transcript``, where it plays is
``demo_stage``.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2

from twogate.cli.demo_caller import PERIOD, App, Person
from twogate.cli.demo_stage import Stage
from twogate.cli.demo_transcript import NotAsTold, Transcript
from twogate.cli.supervisor import Supervisor
from twogate.outside.clock import SystemClock

_MAX_AGE = 5  # seconds, of the rule for transfers
_TRIES = 10
_QUOTA = 3
_TRANSFER = {"to_account": "DE02120300000000202051", "cents": 4200}
_MARGIN = 4  # seconds of a 30-second step that a step of the story may need


@dataclass(slots=True)
class Story:
    """The state of the story: who has which token, which code was used."""

    stage: Stage
    supervisor: Supervisor
    tell: Transcript
    app: App
    token: str = field(default="", repr=False)
    second_token: str = field(default="", repr=False)
    used_code: str = field(default="", repr=False)
    proved_at: float = 0.0

    async def play(self) -> bool:
        """Play it all; True when everything was as told."""
        try:
            for scene in SCENES:
                await scene(self)
        except NotAsTold:
            self.tell.note("The story cannot go on from here.")
        except (httpx2.HTTPError, KeyError, ValueError) as error:
            self.tell.expect(False, f"an answer that can be read: {type(error).__name__} {error}")
        return not self.tell.failed

    def person(self, name: str) -> Person:
        return self.stage.people[name]

    async def sign_in(self, name: str, *, offset: int, max_age: int | None = None) -> str:
        """Sign in with password and code without a word; return the access token."""
        person = self.person(name)
        asked = await self.app.begin(person, max_age=max_age)
        code = person.code(offset)
        granted = await self.app.give_code(asked, code)
        self.tell.must(granted.status_code == HTTPStatus.OK, f"{name} signs in with password and code")
        return access_token(await self.app.tokens(granted))


def access_token(answer: httpx2.Response) -> str:
    """The access token of a token response."""
    return str(answer.json()["access_token"])


def problem_reason(answer: httpx2.Response) -> str:
    """The reason code of a refusal."""
    try:
        return str(answer.json().get("reason", ""))
    except ValueError:
        return ""


async def no_credential(story: Story) -> None:
    """Nobody is let in without a credential, and everybody is told so in their own language."""
    tell, app = story.tell, story.app
    tell.step("Without a credential: refused, in the dialect of whoever asks")
    api = await app.get("/v1/orders")
    tell.answer("GET /v1/orders  (API client)", api)
    challenge = api.headers.get("www-authenticate", "")
    told = "an API client gets 401 and a Bearer challenge (RFC 6750) that says where to get a token (RFC 9728)"
    tell.expect(
        api.status_code == HTTPStatus.UNAUTHORIZED
        and challenge.startswith("Bearer")
        and "resource_metadata=" in challenge,
        told,
    )
    script = await app.get("/v1/orders", Origin=story.stage.url, Sec_Fetch_Mode="cors", Sec_Fetch_Site="same-origin")
    tell.answer("GET /v1/orders  (script in a page)", script)
    as_json = script.headers.get("content-type", "").startswith("application/problem+json")
    told = "a script gets 401 as JSON with the address of the sign-in page, never HTML"
    tell.expect(script.status_code == HTTPStatus.UNAUTHORIZED and as_json and "sign_in_url" in script.json(), told)
    page = await app.get("/v1/orders", Sec_Fetch_Mode="navigate", Accept="text/html")
    tell.answer("GET /v1/orders  (browser)", page)
    there = page.headers.get("location", "")
    told = "a browser is sent to the sign-in page, and back afterwards"
    tell.expect(page.status_code == HTTPStatus.FOUND and "/.twogate/sign-in?return_to=" in there, told)
    public = await app.get("/v1/public/status")
    tell.answer("GET /v1/public/status", public)
    tell.expect(public.is_success, "what the policy opens to everybody needs no credential")


async def first_sign_in(story: Story) -> None:
    """A password alone is not enough; a wrong code is refused with a reason; the right one gives tokens."""
    tell, app, alice = story.tell, story.app, story.person("alice")
    tell.step("Sign in: the password is right, and a second factor is asked for")
    await away_from_the_edge()
    asked = await app.begin(alice)
    tell.answer("POST /.twogate/oauth2/authorize-challenge  (password)", asked)
    factors = [factor.get("factor") for factor in asked.json().get("factors", [])]
    tell.must(
        asked.status_code == HTTPStatus.BAD_REQUEST and len(factors) == 1,
        "the password alone gives nothing: a code is asked for",
    )
    tell.step("A wrong code")
    wrong = alice.wrong_code()
    again = await app.give_code(asked, wrong)
    tell.answer("POST /.twogate/oauth2/authorize-challenge  (wrong code)", again)
    tell.must(problem_reason(again) == "code_wrong", "it is refused, and the reason is told")
    tell.step("The right code")
    code = alice.code(-1)  # of the step before, which RFC 6238 lets pass; so the present one is left for the step-up
    granted = await app.give_code(again, code)
    tell.answer("POST /.twogate/oauth2/authorize-challenge  (right code)", granted)
    tell.must("authorization_code" in granted.json(), "it gives an authorization code")
    tokens = await app.tokens(granted)
    tell.answer("POST /.twogate/oauth2/token", tokens)
    tell.must("access_token" in tokens.json(), "which gives tokens, once")
    story.token = access_token(tokens)
    story.proved_at = time.monotonic()


async def calls(story: Story) -> None:
    """With a token the API answers, and the upstream knows who called."""
    tell, app = story.tell, story.app
    tell.step("A call with the token")
    listed = await app.call("GET", "/v1/orders", story.token)
    tell.answer("GET /v1/orders", listed)
    tell.expect(listed.is_success, "the request passes")
    seen = await app.call("GET", "/v1/whoami", story.token)
    tell.answer("GET /v1/whoami", seen)
    who = seen.json()
    lines = "\n".join(f"{name}: {value}" for name, value in who.items())
    tell.box("What the sample API saw in X-Auth-* headers", lines)
    proved = who.get("level") == "aal2" and "otp" in who.get("methods", "") and bool(who.get("subject"))
    tell.expect(proved, "the API, which knows nothing of sign-in, is told who called and what they proved")


async def step_up(story: Story) -> None:
    """A sensitive call needs a fresh proof, and says so by RFC 9470."""
    tell, app, alice = story.tell, story.app, story.person("alice")
    tell.step(f"A transfer, with a proof older than {_MAX_AGE} seconds")
    await asyncio.sleep(max(0.0, _MAX_AGE + 1.5 - (time.monotonic() - story.proved_at)))
    old = await app.call("POST", "/v1/transfers", story.token, json=_TRANSFER)
    tell.answer("POST /v1/transfers", old)
    challenge = old.headers.get("www-authenticate", "")
    told = "it is refused with an RFC 9470 challenge: which level, and how fresh"
    wanted = ('error="insufficient_user_authentication"', 'acr_values="aal2"', f"max_age={_MAX_AGE}")
    said = old.status_code == HTTPStatus.UNAUTHORIZED and all(word in challenge for word in wanted)
    tell.must(said, told)
    tell.step("Step up: the app does what the challenge asks for")
    asked = await app.begin(alice, acr="aal2", max_age=_MAX_AGE)
    tell.answer("POST /.twogate/oauth2/authorize-challenge  (acr_values, max_age)", asked)
    code = alice.code()
    granted = await app.give_code(asked, code)
    tell.answer("POST /.twogate/oauth2/authorize-challenge  (next code)", granted)
    tell.must("authorization_code" in granted.json(), "the code of the next 30 seconds is taken")
    story.used_code = code
    story.second_token = access_token(await app.tokens(granted))
    done = await app.call("POST", "/v1/transfers", story.second_token, json=_TRANSFER)
    tell.answer("POST /v1/transfers", done)
    tell.expect(done.status_code == HTTPStatus.CREATED, "the same request passes now")


async def replay(story: Story) -> None:
    """A code is good once."""
    tell, app = story.tell, story.app
    tell.step("The same code once more")
    asked = await app.begin(story.person("alice"))
    replayed = await app.give_code(asked, story.used_code)
    tell.answer("POST /.twogate/oauth2/authorize-challenge  (used code)", replayed)
    told = "it is refused, although its 30 seconds are not over"
    tell.expect(problem_reason(replayed) == "code_replayed", told)


async def revocation(story: Story) -> None:
    """A revoked token is refused at the gateway within a second."""
    tell, app = story.tell, story.app
    tell.step("Revoke the first token")
    begun = time.monotonic()
    revoked = await app.revoke(story.token)
    tell.answer("POST /.twogate/oauth2/revoke", revoked)
    refused = await app.call("GET", "/v1/orders", story.token)
    while refused.is_success and time.monotonic() - begun < 3:  # noqa: PLR2004  # seconds
        await asyncio.sleep(0.01)
        refused = await app.call("GET", "/v1/orders", story.token)
    took = time.monotonic() - begun
    tell.answer("GET /v1/orders", refused)
    told = f"the gateway refuses it {took * 1000:.0f} ms after the app asked (bar: one second)"
    tell.expect(problem_reason(refused) == "token_revoked" and took < 1, told)
    other = await app.call("GET", "/v1/orders", story.second_token)
    tell.expect(other.is_success, "the token of the other sign-in is not touched")


async def lockout(story: Story) -> None:
    """Ten wrong codes in a row, then nobody may try, and the owner is told."""
    tell, app, bob = story.tell, story.app, story.person("bob")
    tell.step(f"Somebody has Bob's password and guesses: {_TRIES} wrong codes, then one more")
    answer = await app.begin(bob)
    for number in range(_TRIES):
        answer = await app.give_code(answer, bob.wrong_code(number))
        if problem_reason(answer) != "code_wrong":
            tell.must(False, f"wrong code {number + 1} is refused")
    tell.expect(True, f"{_TRIES} wrong codes are refused one by one")
    locked = await app.give_code(answer, bob.code())
    tell.answer(f"POST /.twogate/oauth2/authorize-challenge  (try {_TRIES + 1})", locked)
    tell.expect(problem_reason(locked) == "locked", "now even the right code is refused, for half an hour")
    letter = await story.stage.mailbox.wait_for("bob", "wrong", seconds=12)
    tell.must(letter is not None, "the owner is told by mail")
    if letter is not None:
        tell.box(f"Mail to {letter[0]}: {letter[1]}", letter[2])


async def quota(story: Story) -> None:
    """A quota is counted for each account, and the caller is told where it stands."""
    tell, app = story.tell, story.app
    tell.step(f"A quota of {_QUOTA} reports in a minute")
    for number in range(_QUOTA):
        report = await app.call("GET", "/v1/report", story.second_token)
        tell.answer(f"GET /v1/report  ({number + 1})", report)
        tell.expect(report.is_success, "it passes, and RateLimit says what is left")
    over = await app.call("GET", "/v1/report", story.second_token)
    tell.answer(f"GET /v1/report  ({_QUOTA + 1})", over)
    told = "429, with Retry-After and RateLimit headers"
    headers = all(name in over.headers for name in ("retry-after", "ratelimit", "ratelimit-policy"))
    tell.expect(over.status_code == HTTPStatus.TOO_MANY_REQUESTS and headers, told)


async def without_control_plane(story: Story) -> None:
    """The gateway goes on without its control plane."""
    tell, app = story.tell, story.app
    tell.step("The control plane is stopped")
    await story.supervisor.hold_control()
    passed = await app.call("GET", "/v1/orders", story.second_token)
    tell.answer("GET /v1/orders", passed)
    tell.expect(passed.is_success, "valid tokens still pass: the gateway decides by itself")
    strange = await app.get("/v1/orders")
    tell.expect(strange.status_code == HTTPStatus.UNAUTHORIZED, "and whoever has none is still refused")
    page = await app.get("/.twogate/sign-in", Accept="text/html")
    tell.answer("GET /.twogate/sign-in", page)
    tell.expect(page.status_code == HTTPStatus.SERVICE_UNAVAILABLE, "signing in answers 503, at once and with a reason")
    begun = time.monotonic()
    story.supervisor.let_control_go()
    back = await app.get("/.twogate/health")
    while not back.is_success and time.monotonic() - begun < 20:  # noqa: PLR2004  # seconds
        await asyncio.sleep(0.1)
        back = await app.get("/.twogate/health")
    tell.answer("GET /.twogate/health", back)
    tell.expect(back.is_success, f"it comes back, {time.monotonic() - begun:.1f} s after it was started again")
    token = await story.sign_in("carol", offset=-1)
    passed = await app.call("GET", "/v1/orders", token)
    tell.expect(passed.is_success, "and people sign in as before")


async def away_from_the_edge() -> None:
    """Wait for the next 30-second step when this one is nearly over, so that the codes are the ones meant."""
    left = PERIOD - SystemClock().now() / 1000 % PERIOD
    if left < _MARGIN:
        await asyncio.sleep(left + 0.1)


Scene = Callable[[Story], Awaitable[None]]
SCENES: tuple[Scene, ...] = (
    no_credential,
    first_sign_in,
    calls,
    step_up,
    replay,
    revocation,
    lockout,
    quota,
    without_control_plane,
)
