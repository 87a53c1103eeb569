"""Who has what."""

from tests.web.house import House
from tests.web.rescue import Boss


async def test_everybody_by_name_without_a_secret(house: House) -> None:
    """Factors, the level they reach, what is owed; a page at a time."""
    await house.person("ada")
    await house.person("zoe", second=False)
    bob = await Boss.enter(house, "bob")
    found = (await bob.call("GET", "/coverage")).json()
    rows = {one["name"]: one for one in found["people"]}
    assert list(rows) == ["ada", "bob", "zoe"]
    assert rows["ada"]["factors"] == ["password", "totp"]
    assert (rows["ada"]["level"], rows["ada"]["second_factor"]) == ("aal2", "met")
    assert (rows["zoe"]["level"], rows["zoe"]["second_factor"]) == ("aal1", "due")
    assert rows["bob"]["groups"] == ["administrators"]
    assert "secret" not in str(found)
    first = (await bob.call("GET", "/coverage?limit=2")).json()
    assert [one["name"] for one in first["people"]] == ["ada", "bob"]
    rest = (await bob.call("GET", f"/coverage?limit=2&after={first['next']}")).json()
    assert ([one["name"] for one in rest["people"]], rest["next"]) == (["zoe"], None)


async def test_nobody_else_sees_it(house: House) -> None:
    """A person without the permission, and nobody at all."""
    ada = await house.person("ada")
    stranger = Boss(ada, house.browser())
    assert (await stranger.call("GET", "/coverage")).status_code == 401
    await stranger.browser.sign_in(ada)
    assert (await stranger.call("GET", "/coverage")).status_code == 403
