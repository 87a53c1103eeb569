"""The whole product with a mail server beside it, where days of waiting are seconds; and its parts in this process."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest
from suites.echo import echo
from suites.messages.post_office import MailRoom, PostOffice
from suites.running import Gate, up
from suites.sign_in_pages.pages import Browser, Newcomer
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy
from tests.web.house import House
from tests.web.rescue import build

from twogate.cli.installed import existing
from twogate.cli.people import open_desk
from twogate.services.first_administrator import invite
from twogate.services.groups import Groups
from twogate.services.hand_over_factor import HandedOver
from twogate.store.unit import Store
from twogate.terms.permissions import ADMINISTRATORS
from twogate.terms.verdict import Passed

POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal1"

[[rule]]
match = ["/vault/**"]
require = "aal2"
"""
WAIT = 2
SETTINGS = f"""
[mail]
host = "127.0.0.1"
port = MAIL
security = "none"

[recovery]
wait = {WAIT}
pause = 0
asks = 1000
"""
_SECRET = re.compile(r"^Secret: (\S+)\s*$", re.MULTILINE)
_LINK = re.compile(r"http://localhost:\d+(/\.twogate/recover/\w+\?secret=[\w-]+)")


@pytest.fixture(scope="module")
def office() -> PostOffice:
    """What has arrived in this file."""
    return PostOffice()


@pytest.fixture(scope="module")
def gate(office: PostOffice) -> Iterator[Gate]:
    """`twogate up` with a mail server, for the tests of one file."""
    mail = MailRoom(office)
    mail.start()
    settings = SETTINGS.replace("MAIL", str(mail.port))
    with echo() as upstream, TemporaryDirectory(prefix="tg-") as folder:
        policy = POLICY.replace("UPSTREAM", str(upstream))
        with up(Path(folder), policy, settings=settings) as running:
            yield running
    mail.stop()


@dataclass
class Town:
    """People at one installation, and what reaches them."""

    gate: Gate
    office: PostOffice
    browsers: list[Browser] = field(default_factory=list)

    def newcomer(self, name: str, *, group: str = "") -> Newcomer:
        """Somebody with a password, an app and a mail address."""
        return asyncio.run(_added(self.gate, name, group))

    def invite(self) -> str:
        """A code for the first administrator, as if there were none yet."""
        return asyncio.run(_invited(self.gate))

    def browser(self) -> Browser:
        self.browsers.append(Browser(self.gate.url))
        return self.browsers[-1]

    def sign_in(self, person: Newcomer, browser: Browser | None = None) -> Browser:
        """All the way, with password and app."""
        browser = browser or self.browser()
        self.half(person, browser)
        browser.fill(code=person.code())
        assert browser.cookie("twogate"), browser.page.text if browser.page else ""
        return browser

    def half(self, person: Newcomer, browser: Browser) -> None:
        """Name and password."""
        browser.visit("/.twogate/sign-in")
        browser.fill(name=person.name, password=person.password)

    def ask(self, person: Newcomer, lost: str = "factors") -> httpx2.Response:
        browser = self.browser()
        browser.visit("/.twogate/recover")
        return browser.fill(name=person.name, lost=lost)

    def asked(self, person: Newcomer) -> str:
        """The path of the link that stops it, from the first letter."""
        letter = self.office.letter(f"{person.name}@example.com", "Somebody asked to recover")
        found = _LINK.search(letter.text)
        assert found is not None, letter.text
        return found[1]

    def secret(self, person: Newcomer) -> str:
        """The secret from the second letter."""
        found = _SECRET.search(self.office.letter(f"{person.name}@example.com", "The way back").text)
        assert found is not None
        return found[1]

    def finish(self, person: Newcomer) -> str:
        """The path of the link in the second letter."""
        found = _LINK.search(self.office.letter(f"{person.name}@example.com", "The way back").text)
        assert found is not None
        return found[1]


async def _added(gate: Gate, name: str, group: str) -> Newcomer:
    """As the commands do it, without starting one for each step."""
    async with open_desk(existing(gate.data)) as desk:
        added = await desk.people.add(name, email=f"{name}@example.com", actor="cli:suite")
        assert isinstance(added, Passed), added
        handed = await desk.hand_over.offer(added.value.user, "totp")
        assert isinstance(handed, HandedOver), handed
        assert isinstance(await desk.hand_over.set_up(handed, confirmed_by=None, actor="cli:suite"), Passed)
        if group:
            await Groups(desk.store, desk.clock).join(added.value.user, group, actor="cli:suite")
        assert added.value.password is not None
        return Newcomer(name, added.value.password.text(), handed.begin.show.secret.replace(" ", ""))


async def _invited(gate: Gate) -> str:
    async with open_desk(existing(gate.data)) as desk:
        for user in await desk.people.list():
            await Groups(desk.store, desk.clock).leave(user, ADMINISTRATORS, actor="cli:suite")
        code = await invite(desk.store, desk.clock, desk.entropy, actor="cli:suite")
        assert code is not None
        return code.text()


@pytest.fixture
def town(gate: Gate, office: PostOffice) -> Iterator[Town]:
    """People at the running product; their browsers are closed in the end."""
    found = Town(gate, office)
    yield found
    for one in found.browsers:
        one.http.close()


def give_pass(browser: Browser, secret: str) -> httpx2.Response:
    """Type a recovery pass where the second factor is asked for."""
    action, fields = next(
        (action, fields) for action, fields in browser.forms() if fields.get("factor") == "recovery_pass"
    )
    return browser.visit(action, "POST", **{**fields, "code": secret})


def until(holds: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows."""
    path = tmp_path_factory.mktemp("empty") / "twogate.db"

    async def open_and_close() -> None:
        await (await Store.open(f"sqlite:///{path}", master_key=MASTER_KEY)).close()

    asyncio.run(open_and_close())
    return path


@pytest.fixture
async def site(tmp_path: Path, empty: Path) -> AsyncIterator[House]:
    """The application in this process, with a mail server that nobody runs, and nobody in it yet."""
    shutil.copyfile(empty, tmp_path / "site.db")
    entropy = SeededEntropy()
    store = await Store.open(f"sqlite:///{tmp_path / 'site.db'}", master_key=MASTER_KEY, entropy=entropy)
    built = build(store, FakeClock(), entropy)
    yield built
    await built.close()
    await store.close()
