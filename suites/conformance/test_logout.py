"""The modules of the plans RP-initiated logout and back-channel logout: each asserts what its namesake asserts."""

from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from suites.conformance.conftest import BACK, TOLD
from suites.conformance.party import PAGE, Party, header_of, unsigned
from tests.services.oauth_house import OAUTH, House

from twogate.outside.fetch import Fetched
from twogate.services.logout_outbox import FIRST_WAIT, LogoutOutbox
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

ISSUER = "https://api.example.com/.twogate"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


async def _logout(party: Party, **asked: str) -> httpx2.Response:
    given = {name: value for name, value in asked.items() if value}
    return await party.house.http.get(f"{OAUTH}/logout", params=given, headers=PAGE)


async def _signed_in(party: Party) -> bool:
    answer = await party.ask(prompt="none")
    return "code=" in answer.headers["location"]


async def test_oidcc_rp_initiated_logout(party: Party) -> None:
    """With a good hint: signed out at once, back to the registered address with the state."""
    hint = (await party.tokens())["id_token"]
    answer = await _logout(party, id_token_hint=hint, post_logout_redirect_uri=BACK, state="s 1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BACK}?state=s+1")
    assert not await _signed_in(party)


async def test_oidcc_rp_initiated_logout_no_state(party: Party) -> None:
    """Without a state nothing is added to the address."""
    hint = (await party.tokens())["id_token"]
    answer = await _logout(party, id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert answer.headers["location"] == BACK


async def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(party: Party) -> None:
    """Without an address: a page that says so, no redirect."""
    hint = (await party.tokens())["id_token"]
    answer = await _logout(party, id_token_hint=hint, state="s")
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert not await _signed_in(party)


async def test_oidcc_rp_initiated_logout_no_id_token_hint(party: Party) -> None:
    """Without a hint the person is asked; their yes leads to the registered address."""
    await party.answer()
    page = await _logout(party, client_id="party", post_logout_redirect_uri=BACK, state="s")
    assert page.status_code == 200
    assert "/logout/confirm" in page.text
    assert await _signed_in(party)
    done = await party.send_form(page)
    assert done.headers["location"] == f"{BACK}?state=s"
    assert not await _signed_in(party)


async def test_oidcc_rp_initiated_logout_no_params(party: Party) -> None:
    """Nothing given: the person is asked, and told that it is done."""
    await party.answer()
    page = await _logout(party)
    assert "location" not in page.headers
    done = await party.send_form(page)
    assert (done.status_code, "location" in done.headers) == (200, False)
    assert not await _signed_in(party)


async def test_oidcc_rp_initiated_logout_only_state(party: Party) -> None:
    """A state alone leads nowhere."""
    await party.answer()
    done = await party.send_form(await _logout(party, state="s"))
    assert "location" not in done.headers


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/bye",  # bad-post-logout-redirect-uri
        f"{BACK}?foo=bar",  # query-added-to-post-logout-redirect-uri
        f"{BACK}/",
        "https://rp.example",
        "javascript:alert(1)",
    ],
)
async def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(party: Party, back: str) -> None:
    """Not letter by letter one that was registered: an error page, no redirect, nobody signed out."""
    hint = (await party.tokens())["id_token"]
    answer = await _logout(party, id_token_hint=hint, post_logout_redirect_uri=back, state="s")
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert await _signed_in(party)


async def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(party: Party) -> None:
    """A query is part of the address."""
    hint = (await party.tokens())["id_token"]
    answer = await _logout(party, id_token_hint=hint, post_logout_redirect_uri=f"{BACK}?state=mine")
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert await _signed_in(party)


async def test_oidcc_rp_initiated_logout_unregistered_post_logout_redirect_uri(party: Party) -> None:
    """Another client's address is none of this one's."""
    other = Party(party.house, "backend")
    hint = (await other.tokens())["id_token"]
    answer = await _logout(other, id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert await _signed_in(other)


async def test_oidcc_rp_initiated_logout_bad_id_token_hint(party: Party) -> None:
    """A signature that is not ours: no redirect, nobody signed out."""
    hint = (await party.tokens())["id_token"]
    head, body, signature = hint.split(".")
    for bad in (f"{head}.{body}.{signature[:-8]}AAAAAAAA", "nonsense"):
        answer = await _logout(party, id_token_hint=bad, post_logout_redirect_uri=BACK)
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert await _signed_in(party)


async def test_oidcc_rp_initiated_logout_modified_id_token_hint(party: Party) -> None:
    """``alg: none`` with the same claims: no redirect, nobody signed out."""
    said = await party.claims((await party.tokens())["id_token"])
    answer = await _logout(party, id_token_hint=unsigned(said), post_logout_redirect_uri=BACK)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert await _signed_in(party)


async def test_a_posted_request_and_another_client(party: Party) -> None:
    """The request may be posted; a client_id that is not the hint's is an error."""
    hint = (await party.tokens())["id_token"]
    form = {"id_token_hint": hint, "post_logout_redirect_uri": BACK}
    wrong = await party.house.http.post(f"{OAUTH}/logout", data=form | {"client_id": "shop"}, headers=PAGE)
    assert wrong.status_code == 400
    right = await party.house.http.post(f"{OAUTH}/logout", data=form, headers=PAGE)
    assert right.headers["location"] == BACK


async def test_nobody_is_signed_out_by_a_link(party: Party) -> None:
    """An old hint of another session, and a form without our token, end nothing."""
    hint = (await party.tokens())["id_token"]
    await party.house.sign_in()
    page = await _logout(party, id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert (page.status_code, "location" in page.headers) == (200, False)
    forged = await party.house.http.post(
        f"{OAUTH}/logout/confirm", data={"client_id": "party"}, headers=PAGE | {"origin": "https://evil.example"}
    )
    assert forged.status_code == 403
    assert await _signed_in(party)


@dataclass
class Receiver:
    """The client's side of the guarded way out: takes what is sent, and answers as it is told."""

    statuses: list[int | None] = field(default_factory=lambda: [200])
    got: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def post(self, url: str, form: dict[str, str]) -> Passed[Fetched] | Refused:
        self.got.append((url, dict(form)))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return Refused(Reason.FETCH_REFUSED, "no answer") if status is None else Passed(Fetched(status, "", b""))


def _outbox(house: House, receiver: Receiver) -> LogoutOutbox:
    deps = house.deps
    return LogoutOutbox(house.store, house.clock, deps.keyring, deps.reach.identity_keys, receiver, ISSUER)  # type: ignore[arg-type]


async def _read(party: Party, token: str) -> dict[str, Any]:
    published = (await party.house.http.get(f"{OAUTH}/jwks")).json()
    return dict(jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"]).claims)


async def test_oidcc_backchannel_rp_initiated_logout(party: Party) -> None:
    """The client hears of the session's end: a signed token, typed, with sub, sid and the event, without a nonce."""
    got = await party.tokens()
    sid = (await party.claims(got["id_token"]))["sid"]
    await _logout(party, id_token_hint=got["id_token"], post_logout_redirect_uri=BACK)
    receiver = Receiver()
    await _outbox(party.house, receiver).deliver()
    ((url, form),) = receiver.got
    assert url == TOLD
    header, said = header_of(form["logout_token"]), await _read(party, form["logout_token"])
    assert (header["alg"], header["typ"]) == ("ES256", "logout+jwt")
    assert (said["iss"], said["aud"], said["sub"], said["sid"]) == (ISSUER, "party", "usr_ada", sid)
    assert said["events"] == {EVENT: {}}
    assert said["exp"] - said["iat"] <= 120
    assert "nonce" not in said
    assert (await party.house.userinfo(got["access_token"])).status_code == 401


async def test_oidcc_backchannel_rp_initiated_logout_to_others(party: Party) -> None:
    """However the session ends, each of its clients is told once, and others are not."""
    got = await party.tokens()
    await party.tokens()
    assert party.house.session_secret is not None
    session = await party.house.deps.sessions.by_secret(party.house.session_secret)
    assert not isinstance(session, Refused)
    ends = party.house.deps.sessions
    await ends.end(session.id, actor="administrator", caller=Caller("192.0.2.1", "test", "rid"))
    receiver = Receiver()
    await _outbox(party.house, receiver).deliver()
    await _outbox(party.house, receiver).deliver()
    assert [url for url, _ in receiver.got] == [TOLD]
    refreshed = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
    answer = await party.house.http.post(f"{OAUTH}/token", data=refreshed, auth=party.house.basic("party"))
    assert answer.json()["error"] == "invalid_grant"


async def test_a_client_that_is_away_is_told_later(party: Party) -> None:
    """No answer and 503 are tried again, with growing waits and a fresh token about the same event; 400 is final."""
    got = await party.tokens()
    await _logout(party, id_token_hint=got["id_token"])
    receiver = Receiver([None, 503, 200])
    outbox = _outbox(party.house, receiver)
    for wait in (0, FIRST_WAIT, 2 * FIRST_WAIT):
        party.house.clock.advance(wait)
        await outbox.deliver()
        await outbox.deliver()
    tokens = [await _read(party, form["logout_token"]) for _, form in receiver.got]
    assert len(tokens) == 3
    assert len({said["jti"] for said in tokens}) == 1
    assert len({said["iat"] for said in tokens}) == 3
    async with party.house.store.read() as unit:
        assert [row.subject for row in await unit.audit.list(limit=9, event=Event.CLIENT_LOGOUT_TOLD)] == ["usr_ada"]


async def test_case_56_unsigned_logout_token(party: Party) -> None:
    """Ours are signed and typed; none of them opens anything here, as a token, a hint or a session."""
    got = await party.tokens()
    await _logout(party, id_token_hint=got["id_token"])
    receiver = Receiver([400])
    await _outbox(party.house, receiver).deliver()
    ((_, form),) = receiver.got
    token = form["logout_token"]
    assert (await party.house.userinfo(token)).status_code == 401
    assert (await _logout(party, id_token_hint=token)).status_code == 400
    party.house.clock.advance(7_200)
    await _outbox(party.house, receiver).deliver()
    assert len(receiver.got) == 1
