"""What a person is shown of a device, and what is written down of the answer."""

import pytest
from tests.services.oauth_house import ADA, OAUTH, URL, House

from twogate.services.consent import Consents
from twogate.services.device_approval import DeviceApproval, Found
from twogate.terms.caller import Caller
from twogate.terms.client import ClientKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId

CALLER = Caller("192.0.2.9", "test", "req-1")


@pytest.mark.parametrize("allow", [True, False])
async def test_the_answer_is_in_the_audit_log(house: House, *, allow: bool) -> None:
    """Who, which program, asked from where, and for what."""
    await house.register("tele", ClientKind.NATIVE, redirect_uris=("http://127.0.0.1/",), scope=("openid",))
    told = (await house.http.post(f"{OAUTH}/device_authorization", data={"client_id": "tele"})).json()
    session = await house.sign_in()
    approval = DeviceApproval(house.store, house.clock, house.deps.entropy, audience=URL)
    found = await approval.find(session, told["user_code"].lower().replace("-", " "))
    assert isinstance(found, Found)
    assert (found.client.id, found.request.scope) == ("tele", ("openid",))
    assert isinstance(await approval.answer(session, told["user_code"], allow=allow, caller=CALLER), Found)
    async with house.store.read() as unit:
        wanted = Event.CLIENT_DEVICE_APPROVED if allow else Event.CLIENT_DEVICE_DENIED
        (row,) = await unit.audit.list(limit=10, event=wanted)
    assert (row.actor, row.subject, row.address) == (ADA, "tele", CALLER.address)
    assert row.facts["scope"] == "openid"
    assert ("grant" in row.facts) is allow
    assert told["user_code"] not in str(row)


@pytest.mark.parametrize("third_party", [True, False])
async def test_a_yes_to_somebody_elses_program_is_listed_and_can_be_taken_back(
    house: House, *, third_party: bool
) -> None:
    """Taken back before the device has fetched, it fetches nothing; one's own programs need no list."""
    await house.register(
        "tele", ClientKind.NATIVE, redirect_uris=("http://127.0.0.1/",), scope=("openid",), third_party=third_party
    )
    told = (await house.http.post(f"{OAUTH}/device_authorization", data={"client_id": "tele"})).json()
    session = await house.sign_in()
    approval = DeviceApproval(house.store, house.clock, house.deps.entropy, audience=URL)
    assert isinstance(await approval.answer(session, told["user_code"], allow=True, caller=CALLER), Found)
    consents = Consents(house.store, house.clock)
    assert [one.consent.scope for one in await consents.of(ADA)] == ([("openid",)] if third_party else [])
    await consents.withdraw(session, ClientId("tele"), caller=CALLER)
    assert await consents.of(ADA) == []
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "tele"}
    fetched = await house.token(**form, device_code=told["device_code"])
    assert fetched.status_code == (400 if third_party else 200)
