"""Registering, blocking and removing clients: what becomes of their tokens."""

import pytest
from tests.services.oauth_house import ADA, REDIRECT, House
from tests.services.oauth_marks import audited, told

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration
from twogate.services.api_tokens import CreatedApiToken
from twogate.services.clients import RegisteredClient
from twogate.terms.changes import ChangeKind
from twogate.terms.client import ClientKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


async def test_only_confidential_clients_have_a_secret_and_it_is_kept_as_digest(house: House) -> None:
    """A web app is given a secret once; a browser app none, because it could not keep it."""
    web, browser = house.known["backend"], house.known["shop"]
    assert web.secret is not None
    assert web.client.secret_digest == web.secret.sha256()
    assert (browser.secret, browser.client.secret_digest) == (None, "")
    assert web.secret.text() not in repr(web)


async def test_every_mistake_is_named_at_once_and_nothing_is_stored(house: House) -> None:
    """A registration with three mistakes names three, and no client comes of it."""
    wrong = Registration("", ClientKind.BROWSER, (), ("bad scope",), id="wrong-one")
    found = await house.clients.add(wrong, actor="test")
    assert isinstance(found, tuple)
    assert len(found) == 3
    assert await house.clients.get(ClientId("wrong-one")) is None


async def test_an_id_that_is_taken_is_refused_and_its_owner_unharmed(house: House) -> None:
    """A second registration under an id does not replace secret or redirect URIs of the first."""
    before = await house.clients.get(ClientId("backend"))
    taken = Registration("other", ClientKind.WEB, (REDIRECT,), id="backend")
    assert await house.clients.add(taken, actor="test") == (Refused(Reason.NAME_TAKEN, "id: another client has it"),)
    assert await house.clients.get(ClientId("backend")) == before


@pytest.mark.parametrize("name", ["usr_ada", "tok_1", "browser", "system"])
async def test_a_client_cannot_pose_as_another_kind_of_subject(house: House, name: str) -> None:
    """Ids of people, tokens and Twogate's own clients are subjects at the gateway: no client gets one."""
    found = await house.clients.add(Registration("x", ClientKind.SERVICE, id=name), actor="test")
    assert isinstance(found, tuple)
    assert found[0].reason is Reason.NAME_TAKEN


async def test_people_s_clients_get_the_usual_scope_and_services_none(house: House) -> None:
    """Without a scope a person's client may ask who they are; a service account may nothing."""
    for kind, scope in ((ClientKind.BROWSER, ("openid", "profile", "email")), (ClientKind.SERVICE, ())):
        made = await house.register(f"new-{kind.value}", kind)
        assert made.client.scope == scope


async def test_the_old_secret_dies_with_its_replacement(house: House) -> None:
    """There is one secret at a time; a public client cannot be given one."""
    fresh = await house.clients.replace_secret(ClientId("backend"), actor="test")
    assert isinstance(fresh, Secret)
    found = await house.clients.get(ClientId("backend"))
    assert found is not None
    assert found.secret_digest == fresh.sha256()
    for other in ("shop", "nobody"):
        assert isinstance(await house.clients.replace_secret(ClientId(other), actor="test"), Refused)


async def test_blocking_a_person_s_client_revokes_its_grants_only(house: House) -> None:
    """Gateways are told of the grants; the person stays welcome with other clients, and no subject is blocked."""
    await house.sign_in()
    await house.tokens("shop")
    await house.tokens("desk")
    number = await house.clients.block(ClientId("shop"), actor="test")
    changes = await told(house)
    assert [one.kind for one in changes] == [ChangeKind.GRANT_REVOKED]
    assert changes[-1].number == number
    async with house.store.read() as unit:
        alive = {grant.client for grant in await unit.grants.of_user(ADA) if grant.revoked is None}
    assert alive == {"desk"}


async def test_blocking_a_service_account_blocks_it_as_subject(house: House) -> None:
    """Its API tokens hang on no grant, so gateways are told of the subject; lifting the block clears it."""
    blocked = await house.clients.block(ClientId("robot"), actor="test")
    cleared = await house.clients.unblock(ClientId("robot"), actor="test")
    assert [(one.number, one.kind, one.key) for one in await told(house)] == [
        (blocked, ChangeKind.SUBJECT_BLOCKED, "robot"),
        (cleared, ChangeKind.SUBJECT_CLEARED, "robot"),
    ]


async def test_removing_takes_grants_and_api_tokens_along(house: House) -> None:
    """After removal the grant is revoked and the API token withdrawn at the gateways."""
    await house.http.post(
        "/.twogate/oauth2/token", data={"grant_type": "client_credentials"}, auth=house.basic("robot")
    )
    token = await house.api_tokens.create("robot", name="n", scope=(), days=1, actor="test")
    assert isinstance(token, CreatedApiToken)
    number = await house.clients.remove(ClientId("robot"), actor="test")
    after = await told(house, after=token.change)
    assert [one.kind for one in after] == [ChangeKind.GRANT_REVOKED, ChangeKind.API_TOKEN_REMOVED]
    assert (after[-1].key, after[-1].number) == (token.secret.sha256(), number)
    assert await house.clients.get(ClientId("robot")) is None


async def test_a_removed_id_can_be_given_anew_without_the_old_block(house: House) -> None:
    """Whoever gets the id next inherits neither block nor tokens."""
    await house.clients.block(ClientId("robot"), actor="test")
    await house.clients.remove(ClientId("robot"), actor="test")
    assert [one.kind for one in await told(house)][-1] is ChangeKind.SUBJECT_CLEARED
    again = await house.clients.add(Registration("robot", ClientKind.SERVICE, id="robot"), actor="test")
    assert isinstance(again, RegisteredClient)
    assert again.client.blocked is None


async def test_what_is_not_there_is_not_found(house: House) -> None:
    """Block, unblock and remove of an unknown client change nothing and say so."""
    nobody = ClientId("nobody")
    for errand in (house.clients.block, house.clients.unblock, house.clients.remove):
        assert await errand(nobody, actor="test") == Refused(Reason.NOT_FOUND)
    assert await told(house) == []


async def test_every_errand_is_in_the_audit(house: House) -> None:
    """Created, new secret, blocked, unblocked, removed: one event each, about this client."""
    await house.clients.replace_secret(ClientId("robot"), actor="test")
    await house.clients.block(ClientId("robot"), actor="test")
    await house.clients.unblock(ClientId("robot"), actor="test")
    await house.clients.remove(ClientId("robot"), actor="test")
    for event in (
        Event.ADMIN_CLIENT_SECRET_REPLACED,
        Event.ADMIN_CLIENT_BLOCKED,
        Event.ADMIN_CLIENT_UNBLOCKED,
        Event.ADMIN_CLIENT_REMOVED,
    ):
        assert await audited(house, event) == ["robot"]
    assert "robot" in await audited(house, Event.ADMIN_CLIENT_CREATED)
    assert {one.id for one in await house.clients.list()} == {"app", "shop", "desk", "backend"}
