"""Clients prove themselves; addresses that cannot have to wait, clients never."""

import asyncio
import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from tests.services.oauth_house import OAUTH, House, open_house
from tests.services.oauth_keys import BANK, stated
from tests.services.oauth_marks import CALLER, audited, errands, proof_of, wrong_proof

from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, OAuthRefusal, TooManyFailures
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Proving
from twogate.terms.client import AuthMethod, Client, ClientKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret


async def _check(house: House, presented: Presented) -> Client | InvalidClient:
    async with house.store.read() as unit:
        return await errands(house).token.clients.check(unit, presented)


async def _count(house: House, name: str, *, times: int = 1, address: str = CALLER.address) -> OAuthRefusal:
    for _ in range(times):
        refused = await errands(house).token.clients.count(wrong_proof(name), replace(CALLER, address=address))
    return refused


async def test_the_right_secret_is_the_client_and_nothing_else_is(house: House) -> None:
    """Wrong secret, no secret, unknown client and a public client with a secret are all told the same."""
    right = await _check(house, proof_of(house, "backend"))
    assert isinstance(right, Client)
    assert right.id == "backend"
    made_up = Secret("tg_cs_wrong")
    refusals = [
        await _check(house, Presented(ClientId(name), secret))
        for name, secret in (("backend", made_up), ("backend", None), ("nobody", made_up), ("shop", made_up))
    ]
    assert refusals[0] == refusals[1] == refusals[2] == refusals[3]
    assert isinstance(refusals[0], InvalidClient)


async def test_a_secret_of_another_client_is_worth_nothing(house: House) -> None:
    """The secret that is right for one client is wrong for every other."""
    robot = proof_of(house, "robot")
    assert isinstance(await _check(house, Presented(ClientId("backend"), robot.secret)), InvalidClient)


async def test_a_blocked_client_is_refused_with_the_right_secret(house: House) -> None:
    """Blocking wins over a right secret."""
    await house.clients.block(ClientId("backend"), actor="test")
    assert isinstance(await _check(house, proof_of(house, "backend")), InvalidClient)


async def test_an_address_waits_after_ten_failures(house: House) -> None:
    """The eleventh wrong secret is told how long to wait; the wait ends and another address never had one."""
    assert isinstance(await _count(house, "backend", times=10), InvalidClient)
    locked = await _count(house, "backend")
    assert isinstance(locked, TooManyFailures)
    assert 0 < locked.retry_after <= 300
    assert isinstance(await _count(house, "backend", address="198.51.100.9"), InvalidClient)
    house.clock.advance(301)
    assert isinstance(await _count(house, "backend"), InvalidClient)


async def test_nobody_can_lock_a_client_out(house: House) -> None:
    """However many wrong secrets strangers present, from its own address too: the right one passes."""
    await _count(house, "backend", times=15)
    assert isinstance(await _check(house, proof_of(house, "backend")), Client)


async def test_made_up_names_share_one_budget_and_one_audit_name(house: House) -> None:
    """Names a stranger invents are neither stored nor counted apart, or they would fill the database."""
    for number in range(10):
        await _count(house, f"invented-{number}")
    assert isinstance(await _count(house, "one-more"), TooManyFailures)
    assert set(await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED)) == {"unknown"}


async def test_a_locked_address_writes_no_more_audit(house: House) -> None:
    """After the lock is noted, further failures add no event: an attacker cannot flood the chain."""
    await _count(house, "backend", times=11)
    noted = len(await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED))
    await _count(house, "backend", times=5)
    assert len(await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED)) == noted


async def test_the_addresses_of_one_network_share_a_budget(house: House) -> None:
    """Whoever holds a /64 gets no new budget, row and audit event for each of its addresses."""
    for number in range(10):
        await _count(house, "backend", address=f"2001:db8::{number:x}")
    assert isinstance(await _count(house, "backend", address="2001:db8::ffff:1"), TooManyFailures)
    assert isinstance(await _count(house, "backend", address="2001:db8:0:1::1"), InvalidClient)


async def _token(house: House, form: dict[str, str], **headers: str) -> httpx2.Response:
    asked = {"grant_type": "client_credentials"} | form
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.http.post(f"{OAUTH}/token", data=asked, headers=given)


async def _machine(house: House, proving: Proving) -> None:
    await house.register("job", ClientKind.SERVICE, proving=proving, scope=("orders:read",))


async def test_a_signed_statement_is_the_client(house: House) -> None:
    """private_key_jwt (RFC 7523) at every endpoint that asks for the client, beside its client_id or without."""
    await _machine(house, Proving(AuthMethod.PRIVATE_KEY_JWT, BANK.jwks))
    answer = await _token(house, stated(house, "job"))
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    for endpoint in ("introspect", "revoke"):
        form = {"token": token, "client_id": "job"} | stated(house, "job")
        assert (await house.http.post(f"{OAUTH}/{endpoint}", data=form)).status_code == 200


async def test_case_51_a_statement_counts_once_on_all_nodes(house: House, tmp_path: Path) -> None:
    """Twenty uses at once, in two processes and at three endpoints: one counts."""
    await _machine(house, Proving(AuthMethod.PRIVATE_KEY_JWT, BANK.jwks))
    form = {"token": "x"} | stated(house, "job")
    async with open_house(tmp_path, after=house) as other:
        answers = await asyncio.gather(
            *(
                node.http.post(f"{OAUTH}/{endpoint}", data={"grant_type": "client_credentials"} | form)
                for node in (house, other)
                for endpoint in ("token", "introspect", "revoke", "token", "introspect") * 2
            )
        )
    assert sorted(one.status_code == 200 for one in answers) == [False] * 19 + [True]


async def test_a_refused_statement_is_counted_and_not_used_up(house: House) -> None:
    """A wrong audience is written down like a wrong secret; its id may still be used."""
    await _machine(house, Proving(AuthMethod.PRIVATE_KEY_JWT, BANK.jwks))
    for _ in range(10):
        assert (await _token(house, stated(house, "job", aud="https://evil.example", jti="one"))).status_code == 401
    assert (await _token(house, stated(house, "job", aud="x"))).status_code == 429
    assert await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED)
    assert (await _token(house, stated(house, "job", jti="one"))).status_code == 200


async def test_only_the_registered_way_counts(house: House) -> None:
    """A secret for a client with a key, a key for a client with a secret, the secret in the other place."""
    await _machine(house, Proving(AuthMethod.PRIVATE_KEY_JWT, BANK.jwks))
    made = await house.register("post", ClientKind.SERVICE, proving=Proving(AuthMethod.SECRET_POST))
    assert made.secret is not None
    secret = {"client_id": "post", "client_secret": made.secret.text()}
    basic = httpx2.BasicAuth("post", made.secret.text())
    assert (await _token(house, secret)).status_code == 200
    by_header = await house.http.post(f"{OAUTH}/token", data={"grant_type": "client_credentials"}, auth=basic)
    assert by_header.status_code == 401
    for form in ({"client_id": "job", "client_secret": "x"}, {"client_id": "job"}, stated(house, "robot")):
        assert (await _token(house, form)).status_code == 401


async def test_two_ways_at_once_are_refused(house: House) -> None:
    """RFC 6749 section 2.3: a statement beside a secret, or two names."""
    await _machine(house, Proving(AuthMethod.PRIVATE_KEY_JWT, BANK.jwks))
    for more in ({"client_secret": "x"}, {"client_id": "robot"}):
        answer = await _token(house, stated(house, "job") | more)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    robot, secret = house.basic("robot")
    both = await house.http.post(
        f"{OAUTH}/token", data={"grant_type": "client_credentials"} | stated(house, "job"), auth=(robot, secret)
    )
    assert both.status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"client_assertion_type": ""},
        {"client_assertion_type": "x"},
        {"client_assertion": ""},
        {"client_assertion": "x"},
    ],
)
async def test_half_a_statement_proves_nobody(house: House, change: dict[str, str]) -> None:
    """Both parameters, or neither."""
    await _machine(house, Proving(AuthMethod.PRIVATE_KEY_JWT, BANK.jwks))
    answer = await _token(house, {n: v for n, v in (stated(house, "job") | change).items() if v} | {"client_id": "job"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def _certificate(subject: str) -> dict[str, str]:
    return {
        "x_twogate_certificate": "T" * 43,
        "x_twogate_certificate_issuer": "CN=Clients",
        "x_twogate_certificate_subject": subject,
    }


async def test_the_subject_of_the_certificate_is_the_client(house: House) -> None:
    """tls_client_auth (RFC 8705 section 2.1): the gateway's word for it; another subject, or none, is nobody."""
    await _machine(house, Proving(AuthMethod.TLS, tls_subject="CN=job,O=Example"))
    form = {"client_id": "job"}
    good = await _token(house, form, **_certificate("CN=job,O=Example"))
    assert good.status_code == 200
    assert (await _token(house, form, **_certificate("CN=other,O=Example"))).status_code == 401
    assert (await _token(house, form)).status_code == 401
    for more in ({"client_secret": "x"}, stated(house, "job")):
        assert (await _token(house, form | more, **_certificate("CN=job,O=Example"))).status_code == 401


async def test_a_certificate_that_is_registered_is_the_client(house: House) -> None:
    """self_signed_tls_client_auth (RFC 8705 section 2.2): the very certificate, whoever has signed it."""
    der = b"as good as a certificate"
    shown = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")
    key = BANK.jwk | {"x5c": [base64.b64encode(der).decode()]}
    await _machine(house, Proving(AuthMethod.SELF_SIGNED_TLS, json.dumps({"keys": [key]})))
    form = {"client_id": "job"}
    good = await _token(house, form, x_twogate_certificate_self_signed=shown)
    assert (await house.introspect(good.json()["access_token"]))["cnf"] == {"x5t#S256": shown}
    assert (await _token(house, form, x_twogate_certificate_self_signed="T" * 43)).status_code == 401
    assert (await _token(house, form)).status_code == 401
    assert (await _token(house, form, x_twogate_certificate_self_signed="forged")).status_code == 400
