"""What happened to an account."""

from tests.web.house import Browser, House, Person

from twogate.terms.account import Notice
from twogate.terms.events import Event
from twogate.terms.ids import NoticeId
from twogate.web.pages.activity import HAPPENINGS, MESSAGES

ACTIVITY = "/.twogate/account/activity"


async def _at_home(house: House) -> tuple[Person, Browser]:
    person, browser = await house.person(), house.browser()
    await browser.sign_in(person)
    return person, browser


async def test_a_sign_in_is_told(house: House) -> None:
    """Whoever has just signed in sees that they did."""
    _, browser = await _at_home(house)
    page = await browser.get(ACTIVITY)
    assert "You signed in" in page.text


async def test_messages_are_new_once(house: House) -> None:
    """A message is marked new until it was looked at."""
    ada, browser = await _at_home(house)
    async with house.deps.store.work() as unit:
        await unit.notices.add(Notice(NoticeId("ntc_1"), ada.id, "Something <b>", "More.", house.clock.now()))
    first, second = await browser.get(ACTIVITY), await browser.get(ACTIVITY)
    assert '<span class="tag">new</span>' in first.text
    assert "Something &lt;b&gt;" in first.text
    assert '<span class="tag">new</span>' not in second.text


async def test_a_message_is_headed_in_the_readers_language(house: House) -> None:
    """Also one that was written while its owner was not known to read it."""
    ada, browser = await _at_home(house)
    async with house.deps.store.work() as unit:
        await unit.notices.add(Notice(NoticeId("ntc_1"), ada.id, "An API token was made", "More.", house.clock.now()))
    for page in (ACTIVITY, "/.twogate/account"):
        told = await browser.send("GET", page, headers={"accept-language": "de"})
        assert "An API token was made" not in told.text
        assert "Token" in told.text


async def test_both_lists_go_on_page_by_page(house: House) -> None:
    """Older messages and older entries are on further pages, each of them once."""
    ada, browser = await _at_home(house)
    eve = await house.person("eve")
    async with house.deps.store.work() as unit:
        for number in range(MESSAGES + 3):
            at = house.clock.now().plus(number)
            await unit.notices.add(Notice(NoticeId(f"ntc_{number:03}"), ada.id, f"Message-{number:03}", "x", at))
        for number in range(HAPPENINGS + 5):
            facts = {"subject": ada.id, "actor": ada.id, "address": f"198.51.100.{number}"}
            await unit.audit.append(Event.USER_SESSION_ENDED, at=house.clock.now(), **facts)
        await unit.audit.append(
            Event.USER_SESSION_ENDED, at=house.clock.now(), actor=eve.id, subject=eve.id, address="203.0.113.9"
        )
    first = await browser.get(ACTIVITY)
    assert first.text.count("Message-") == MESSAGES
    assert first.text.count("198.51.100.") == HAPPENINGS
    assert "203.0.113.9" not in first.text
    links = [one.split('"')[0] for one in first.text.split('href="')[1:] if one.startswith(f"{ACTIVITY}?")]
    messages = await browser.get(next(one for one in links if "skip" in one).replace("&amp;", "&"))
    assert messages.text.count("Message-") == 3
    older = await browser.get(next(one for one in links if "before" in one).replace("&amp;", "&"))
    assert older.text.count("198.51.100.") == 5
    assert 'href="/.twogate/account/activity"' in older.text


async def test_a_page_that_is_none_is_refused(house: House) -> None:
    """A number that is none, or beyond all measure, is refused as malformed."""
    _, browser = await _at_home(house)
    for query in ("skip=-1", "skip=x", "skip=99999999", "before=-1", "before=99999999999999999999999"):
        assert (await browser.get(f"{ACTIVITY}?{query}")).status_code == 422
