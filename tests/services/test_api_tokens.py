"""API tokens: who may have one, what gateways hear, who may revoke one."""

import asyncio
from typing import Any

import pytest
from tests.services.oauth_house import ADA, House
from tests.services.oauth_marks import audited, told

from twogate.services.api_tokens import CreatedApiToken
from twogate.terms.access import AccessFacts
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import ApiTokenId, ClientId
from twogate.terms.owed import Owed
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused


async def _make(house: House, owner: str = ADA, **change: Any) -> CreatedApiToken | Refused:
    wanted: dict[str, Any] = {"name": "nightly", "scope": ("orders:read",), "days": 30, "actor": "test"}
    return await house.api_tokens.create(owner, **wanted | change)


async def test_the_feed_gets_the_digest_and_the_facts_never_the_text(house: House) -> None:
    """Gateways learn digest, facts and end of life; the text itself is nowhere in feed or audit."""
    made = await _make(house)
    assert isinstance(made, CreatedApiToken)
    (change,) = [one for one in await told(house) if one.kind is ChangeKind.API_TOKEN_ADDED]
    assert (change.number, change.key) == (made.change, made.secret.sha256())
    assert AccessFacts.unpack(change.value).subject == ADA
    assert change.until == made.token.expires.seconds
    assert made.secret.text() not in repr(await told(house)) + repr(made)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"days": 0}, Reason.INPUT_MALFORMED),
        ({"days": 366}, Reason.INPUT_MALFORMED),
        ({"name": ""}, Reason.INPUT_MALFORMED),
        ({"name": "x" * 65}, Reason.INPUT_MALFORMED),
        ({"name": "two\nlines"}, Reason.INPUT_MALFORMED),
        ({"scope": ("orders read",)}, Reason.SCOPE_REFUSED),
        ({"owner": "usr_nobody"}, Reason.NOT_FOUND),
        ({"owner": "shop"}, Reason.NOT_FOUND),
        ({"owner": "robot", "scope": ("admin",)}, Reason.SCOPE_REFUSED),
    ],
)
async def test_what_is_no_token_leaves_no_trace(house: House, change: dict[str, Any], reason: Reason) -> None:
    """Wrong life, name, scope or owner is refused, and gateways hear nothing."""
    refused = await _make(house, **change)
    assert isinstance(refused, Refused)
    assert refused.reason is reason
    assert await told(house) == []


async def test_the_prefix_tells_people_and_services_apart(house: House) -> None:
    """Secret scanners and introspection know whose token it is by its prefix."""
    person, service = await _make(house), await _make(house, "robot")
    assert isinstance(person, CreatedApiToken)
    assert isinstance(service, CreatedApiToken)
    assert person.secret.text().startswith("tg_pat_")
    assert service.secret.text().startswith("tg_svc_")


async def test_blocked_owners_get_none(house: House) -> None:
    """Neither a blocked person nor a blocked service account is given a new token."""
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
    await house.clients.block(ClientId("robot"), actor="test")
    for owner in (ADA, "robot"):
        refused = await _make(house, owner)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.SUBJECT_BLOCKED


async def test_after_the_panic_button_no_token_is_made(house: House) -> None:
    """Before another password is chosen, no door gives one; a service account is nobody's password."""
    async with house.store.work() as unit:
        await unit.obligations.put(ADA, Owed.PASSWORD_CHANGE, since=house.clock.now())
    refused = await _make(house, ADA)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.PASSWORD_CHANGE_REQUIRED
    assert isinstance(await _make(house, "robot"), CreatedApiToken)


async def test_only_its_owner_revokes_it_and_only_once(house: House) -> None:
    """Somebody else's token looks like none; a second revocation says so and tells gateways nothing."""
    made = await _make(house)
    assert isinstance(made, CreatedApiToken)
    other = await house.api_tokens.revoke(made.token.id, actor="test", owner="usr_eve")
    assert other == Refused(Reason.NOT_FOUND)
    number = await house.api_tokens.revoke(made.token.id, actor="test", owner=ADA)
    assert [(one.number, one.key) for one in await told(house, after=made.change)] == [(number, made.secret.sha256())]
    assert await house.api_tokens.revoke(made.token.id, actor="test") == Refused(Reason.TOKEN_REVOKED)
    assert await house.api_tokens.revoke(ApiTokenId("tok_none"), actor="test") == Refused(Reason.NOT_FOUND)
    assert await audited(house, Event.API_TOKEN_REVOKED) == [ADA]


async def test_revoked_tokens_stay_listed_for_their_owner_only(house: House) -> None:
    """A list shows revoked ones too, and nobody else's."""
    made, service = await _make(house), await _make(house, "robot")
    assert isinstance(made, CreatedApiToken)
    assert isinstance(service, CreatedApiToken)
    await house.api_tokens.revoke(made.token.id, actor="test")
    (mine,) = await house.api_tokens.of(ADA)
    assert (mine.id, mine.revoked) == (made.token.id, house.clock.now())
    assert {one.id for one in await house.api_tokens.list()} == {made.token.id, service.token.id}


async def test_nobody_makes_themselves_more_than_so_many(house: House) -> None:
    """Gateways know each one: a person's own are counted, also when two ask at once; an operator's say is not bound."""
    most = house.api_tokens.settings.api_tokens_each
    asked = [_make(house, scope=(), by_owner=True) for _ in range(most + 3)]
    made = await asyncio.gather(*asked)
    assert [one.reason for one in made if isinstance(one, Refused)] == [Reason.TOO_MANY_HELD] * 3
    first = next(one for one in made if isinstance(one, CreatedApiToken))
    assert isinstance(await _make(house), CreatedApiToken)
    for one in (await house.api_tokens.of(ADA))[:2]:
        await house.api_tokens.revoke(one.id, actor="test")
    assert isinstance(await _make(house, scope=(), by_owner=True), CreatedApiToken)
    assert first.token.owner == ADA


async def test_an_owners_scope_is_that_of_apps_for_people(house: House) -> None:
    """What only service accounts were registered for, or a blocked app, is no person's to take."""
    assert await _make(house, scope=("robot:only",), by_owner=True) == Refused(
        Reason.SCOPE_REFUSED, "no app for people was registered for that"
    )
    assert isinstance(await _make(house, scope=("orders:read",), by_owner=True), CreatedApiToken)
    async with house.store.read() as unit:
        apps = await unit.clients.list()
    for app in apps:
        await house.clients.block(app.id, actor="test")
    assert isinstance(await _make(house, scope=("orders:read",), by_owner=True), Refused)
