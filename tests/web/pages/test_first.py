"""The first administrator."""

from tests.web.house import PASSWORD, House

from twogate.terms.permissions import ADMINISTRATORS
from twogate.web.pages.first import FIRST


async def test_the_code_makes_one_administrator(house: House) -> None:
    """Then it is void; the account signs in like any other, and has to set up a second factor there."""
    code = await house.deps.flows.first.invite(actor="system")
    assert code is not None
    browser = house.browser()
    await browser.get(FIRST)
    await browser.fill(code=code.text().lower().replace("-", " "), name="Root", email="", password=PASSWORD)
    assert browser.landed == "/.twogate/sign-in"
    async with house.deps.store.read() as unit:
        root = await unit.users.by_name("root")
        assert root is not None
        assert await unit.memberships.of_user(root.id) == [ADMINISTRATORS]
    again = house.browser()
    await again.get(FIRST)
    assert (await again.fill(code=code.text(), name="mallory", email="", password=PASSWORD)).status_code == 422
    assert await house.deps.flows.first.invite(actor="system") is None
    await browser.get("/.twogate/sign-in?hint=root")
    asked = await browser.fill(name="root", password=PASSWORD)
    assert "Set up" in asked.text


async def test_a_weak_password_uses_nothing_up(house: House) -> None:
    """What was typed stays, the reason is told, and the code still works."""
    code = await house.deps.flows.first.invite(actor="system")
    assert code is not None
    browser = house.browser()
    await browser.get(FIRST)
    weak = await browser.fill(code=code.text(), name="root", email="root@example.com", password="password1")
    assert weak.status_code == 422
    assert 'value="root@example.com"' in weak.text
    assert code.text() not in weak.text
    await browser.fill(code=code.text(), name="root", email="root@example.com", password=PASSWORD)
    assert browser.landed == "/.twogate/sign-in"


async def test_without_the_code_nothing_is_said(house: House) -> None:
    """A wrong code, and none at all: nobody is made, and a name that is taken is not told apart."""
    await house.person("ada")
    for name in ("ada", "new"):
        browser = house.browser()
        await browser.get(FIRST)
        refused = await browser.fill(code="AAAA-BBBB", name=name, email="", password=PASSWORD)
        assert refused.status_code == 422
        assert "not right, was used before" in refused.text
    assert (await house.browser().post(FIRST, {"code": "x"}, origin="https://evil.example")).status_code == 403
