"""One's own API tokens."""

import re

import pytest
from tests.web.house import Browser, House, Person

from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId

TOKENS = "/.twogate/account/tokens"


async def _at_home(house: House) -> tuple[Person, Browser]:
    person, browser = await house.person(), house.browser()
    await browser.sign_in(person)
    return person, browser


async def _app(house: House, *scope: str, kind: ClientKind = ClientKind.BROWSER) -> None:
    """Register a program that may ask for these scopes."""
    deps = house.deps
    client = Client(ClientId(f"app-{kind}"), "App", kind, "", (), scope, created=deps.clock.now())
    async with deps.store.work() as unit:
        await unit.clients.add(client)


async def _make(browser: Browser, **typed: str) -> str:
    await browser.get(f"{TOKENS}/new")
    page = await browser.post(
        f"{TOKENS}/new", {**browser.forms()[0].fields, "name": "backup", "scope": "", "days": "30", **typed}
    )
    found = re.search(r"tg_pat_[\w-]+", page.text)
    return found[0] if found else ""


async def test_a_token_is_made_and_shown_once(house: House) -> None:
    """Its text stands in the answer to the form and on no page after it; it is what was asked for."""
    ada, browser = await _at_home(house)
    await _app(house, "read", "write")
    assert "You have no tokens" in (await browser.get(TOKENS)).text
    secret = await _make(browser, scope="read  write", days="90")
    assert secret
    page = await browser.get(TOKENS)
    assert secret not in page.text
    assert "backup" in page.text
    assert "Scope: read write" in page.text
    async with house.deps.store.read() as unit:
        (token,) = await unit.api_tokens.of_owner(ada.id)
        told = await unit.notices.of_user(ada.id)
    assert (told[0].subject, "backup" in told[0].text, secret in told[0].text) == ("An API token was made", True, False)
    assert token.scope == ("read", "write")
    assert token.expires.since(token.created) == 90 * 86_400


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": " "}, "name"), ({"days": "0"}, "name"), ({"days": "x"}, "name"), ({"scope": 'a"b'}, "scope")],
)
async def test_what_is_wrong_is_said_beside_its_field(house: House, typed: dict[str, str], field: str) -> None:
    """Nothing is made, and what was typed is kept."""
    ada, browser = await _at_home(house)
    assert await _make(browser, **typed) == ""
    assert browser.page is not None
    assert browser.page.status_code == 422
    assert f'href="#{field}"' in browser.page.text
    async with house.deps.store.read() as unit:
        assert await unit.api_tokens.of_owner(ada.id) == []


async def test_nobody_gives_themselves_a_scope_of_machines(house: House) -> None:
    """Rules tell by scopes what only a service account may do: no person gets one that no app of theirs could get."""
    ada, browser = await _at_home(house)
    await _app(house, "batch", kind=ClientKind.SERVICE)
    await _app(house, "orders:read")
    for scope in ("batch", "orders:read batch", "admin"):
        assert await _make(browser, scope=scope) == ""
        assert browser.page is not None
        assert browser.page.status_code == 422
        assert 'href="#scope"' in browser.page.text
    assert await _make(browser, scope="orders:read")
    async with house.deps.store.read() as unit:
        assert [one.scope for one in await unit.api_tokens.of_owner(ada.id)] == [("orders:read",)]


async def test_revoking_asks_first(house: House) -> None:
    """The list says afterwards that it is revoked; twice is as good as once."""
    ada, browser = await _at_home(house)
    await _make(browser)
    async with house.deps.store.read() as unit:
        (token,) = await unit.api_tokens.of_owner(ada.id)
    page = await browser.get(f"{TOKENS}/revoke?token={token.id}")
    assert "This cannot be undone" in page.text
    form = browser.forms()[0]
    for _ in range(2):
        page = await browser.post(form.action, form.fields)
        assert page.headers["location"] == f"{TOKENS}?done=token_revoked"
    assert ">revoked<" in (await browser.get(TOKENS)).text


async def test_nobody_revokes_another_persons_token(house: House) -> None:
    """The id of somebody else's token is not found, on the page and by the form."""
    _, victim = await _at_home(house)
    await _make(victim)
    async with house.deps.store.read() as unit:
        (token,) = await unit.api_tokens.list()
    eve, browser = await house.person("eve"), house.browser()
    await browser.sign_in(eve)
    assert (await browser.get(f"{TOKENS}/revoke?token={token.id}")).status_code == 404
    await browser.get(f"{TOKENS}/new")
    fields = {"form_token": browser.forms()[0].fields["form_token"], "id": token.id}
    assert (await browser.post(f"{TOKENS}/revoke", fields)).status_code == 404
    async with house.deps.store.read() as unit:
        assert (await unit.api_tokens.list())[0].revoked is None


async def test_a_new_token_needs_a_fresh_proof(house: House) -> None:
    """It outlives the session, so an old one makes none: neither the form nor what was kept of it."""
    ada, browser = await _at_home(house)
    await browser.get(f"{TOKENS}/new")
    fields = {**browser.forms()[0].fields, "name": "x", "days": "30"}
    house.clock.advance(600)
    for page in (await browser.get(f"{TOKENS}/new"), await browser.post(f"{TOKENS}/new", fields)):
        assert page.status_code == 303
        assert page.headers["location"].startswith("/.twogate/step-up?level=aal2")
        assert page.headers["location"].endswith("return_to=%2F.twogate%2Faccount%2Ftokens%2Fnew")
    async with house.deps.store.read() as unit:
        assert await unit.api_tokens.of_owner(ada.id) == []
