"""The recovery pages, as somebody does who cannot sign in, and as the owner does who can."""

import pytest
from tests.ports import FakeClock, SeededEntropy
from tests.web.house import PASSWORD, House
from tests.web.rescue import RECOVER, build, letters, path_in, with_mail

from twogate.store.unit import Store
from twogate.web.pages.recover import OWN_STOP, span

NEW = "another four words of hers"
WAIT = 259_200


@pytest.fixture
async def house(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy):  # type: ignore[no-untyped-def]  # noqa: ANN201  # a generator
    """An installation with a mail server, and nobody in it yet."""
    built = build(store, fake_clock, seeded_entropy)
    yield built
    await built.close()


async def _ask(house: House, name: str, lost: str = "factors"):  # type: ignore[no-untyped-def]  # noqa: ANN202  # an answer
    browser = house.browser()
    await browser.get(RECOVER)
    return await browser.fill(name=name, lost=lost)


async def test_every_name_gets_the_same_answer(house: House) -> None:
    """Body and headers are equal for a name that is there and for one that is not, but for the request's own id."""
    ada = await house.person()
    await with_mail(house, ada)
    known, unknown = await _ask(house, "ada"), await _ask(house, "nobody-of-this-name")
    assert known.status_code == unknown.status_code == 200
    own = {"x-request-id", "date"}
    assert {k: v for k, v in known.headers.items() if k not in own} == {
        k: v for k, v in unknown.headers.items() if k not in own
    }
    assert known.text.replace("ada", "") == unknown.text.replace("nobody-of-this-name", "")
    assert "set-cookie" not in known.headers


async def test_a_link_that_is_looked_at_does_nothing(house: House) -> None:
    """Mail programs look at every link; only the button on the page stops it, and once."""
    ada = await house.person()
    await with_mail(house, ada)
    await _ask(house, "ada")
    await house.deps.flows.recover.tick()
    (letter,) = await letters(house)
    browser = house.browser()
    for _ in range(3):
        assert (await browser.get(path_in(letter))).status_code == 200
    assert await house.deps.flows.recover.open_of(ada.id) is not None
    assert (await browser.fill()).status_code == 200
    assert await house.deps.flows.recover.open_of(ada.id) is None
    await browser.get(path_in(letter))
    assert (await browser.fill()).status_code == 410


async def test_the_owner_stops_it_from_a_signed_in_device(house: House) -> None:
    """Their account says that one is under way and has the button."""
    ada = await house.person()
    await with_mail(house, ada)
    browser = house.browser()
    await browser.sign_in(ada)
    await _ask(house, "ada")
    await house.deps.flows.recover.tick()
    assert OWN_STOP in (await browser.get("/.twogate/account/recovery")).text
    page = await browser.get(OWN_STOP)
    assert "Somebody asked for new second factors" in page.text
    await browser.fill()
    assert browser.landed == "/.twogate/account/recovery"
    assert await house.deps.flows.recover.open_of(ada.id) is None
    assert "No recovery of your account is under way" in (await browser.get(OWN_STOP)).text


async def test_a_new_password_by_the_letter(house: House) -> None:
    """The link brings the secret; a weak password is refused with advice, a good one is set, nobody is signed in."""
    ada = await house.person()
    await with_mail(house, ada)
    await _ask(house, "ada", "password")
    await house.deps.flows.recover.tick()
    await house.deps.flows.recover.tick()
    (letter,) = [one for one in await letters(house) if "Secret: " in one]
    link = path_in(letter)
    browser = house.browser()
    await browser.get(link)
    weak = await browser.fill(wanted="password1")
    assert weak.status_code == 422
    assert "common passwords" in weak.text
    done = await browser.fill(wanted=NEW)
    assert done.status_code == 200
    assert "set-cookie" not in done.headers
    await browser.get("/.twogate/sign-in")
    wrong = await browser.fill(name="ada", password=PASSWORD)
    assert wrong.status_code == 422
    asked = await browser.fill(name="ada", password=NEW)
    assert "One more step" in asked.text
    await browser.get(link)
    assert (await browser.fill(wanted=NEW + "!")).status_code == 410


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (RECOVER, {"name": "ada"}, 422),
        (RECOVER, {"name": "ada", "lost": "everything"}, 422),
        (RECOVER, {"name": "", "lost": "factors"}, 422),
        (RECOVER, {"name": "two words", "lost": "factors"}, 422),
        (RECOVER, {"name": "ada", "lost": "factors", "email": "mallory@example.com"}, 422),
        (f"{RECOVER}/stop", {"secret": ""}, 410),
        (f"{RECOVER}/stop", {"secret": "tg_rc_" + "A" * 500}, 410),
        (f"{RECOVER}/finish", {"secret": "nonsense", "wanted": NEW}, 410),
        (f"{RECOVER}/finish", {"wanted": NEW}, 410),
    ],
)
async def test_what_is_no_answer_of_these_forms(house: House, path: str, fields: dict[str, str], status: int) -> None:
    """Missing, unknown and surplus fields are refused, and an address that is typed there is read by nobody."""
    await house.person()
    assert (await house.browser().post(path, fields)).status_code == status


@pytest.mark.parametrize("path", [RECOVER, f"{RECOVER}/stop", f"{RECOVER}/finish"])
async def test_another_site_cannot_send_these_forms(house: House, path: str) -> None:
    """A form of another origin is refused before it is read."""
    answer = await house.browser().post(path, {}, origin="https://evil.example", sec_fetch_site="cross-site")
    assert answer.status_code in {403, 422}
    fields = {"name": "ada", "lost": "factors"} if path == RECOVER else {"secret": "x", "wanted": NEW}
    fields = {"secret": "x"} if path.endswith("stop") else fields
    answer = await house.browser().post(path, fields, origin="https://evil.example")
    assert answer.status_code == 403


async def test_asking_often_is_slowed_down(house: House) -> None:
    """After ten asks from one address the page says when to come back."""
    for at in range(10):
        assert (await _ask(house, f"name{at}")).status_code == 200
    slow = await _ask(house, "name99")
    assert slow.status_code == 429
    assert int(slow.headers["retry-after"]) > 0


def test_long_times_are_said_in_hours() -> None:
    """Whole hours from one hour on, otherwise minutes or seconds."""
    assert (span(WAIT), span(3600), span(120), span(5)) == ("72 hours", "one hour", "2 minutes", "5 seconds")
