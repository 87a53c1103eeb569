"""The whole product with a gateway for SMS and calls and a mail server beside it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from suites.echo import echo
from suites.messages.post_office import ACCOUNT, KEY, MailRoom, PostOffice, gateway, serve
from suites.running import Gate, up
from suites.sign_in_pages.pages import Browser, Newcomer

from twogate.cli.people import open_desk
from twogate.settings.environment import Environment
from twogate.settings.installation import Installation, read_installation
from twogate.terms.verdict import Passed

POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal1"
"""
SETTINGS = """
[mail]
host = "127.0.0.1"
port = MAIL
security = "none"

[sms]
enabled = true
url = "http://127.0.0.1:GATEWAY/send"
headers = ["Authorization: Bearer {secret}"]
secret_file = "KEYFILE"
countries = ["49"]
for_person = 4
notices = true

[voice]
enabled = true
gateway = "twilio"
url = "http://127.0.0.1:GATEWAY"
account = "ACCOUNT"
sender = "+15005550006"
secret_file = "KEYFILE"
countries = ["49"]
"""

_MOST_PEOPLE = 16


@pytest.fixture(scope="package")
def office() -> PostOffice:
    """What has arrived in this file."""
    return PostOffice()


@pytest.fixture(scope="package")
def gate(office: PostOffice) -> Iterator[Gate]:
    """`twogate up` with both ways to a telephone and mail."""
    carrier, mail = gateway(office), MailRoom(office)
    serve(carrier)
    mail.start()
    with echo() as upstream, TemporaryDirectory(prefix="tg-") as folder:
        key = Path(folder) / "gateway.key"
        key.write_text(KEY)
        settings = SETTINGS.replace("MAIL", str(mail.port)).replace("GATEWAY", str(carrier.server_port))
        settings = settings.replace("ACCOUNT", ACCOUNT).replace("KEYFILE", str(key))
        with up(Path(folder), POLICY.replace("UPSTREAM", str(upstream)), settings=settings) as running:
            yield running
    mail.stop()
    carrier.shutdown()
    carrier.server_close()


@pytest.fixture
def browser(gate: Gate) -> Iterator[Browser]:
    """A browser that nobody has used yet."""
    with Browser(gate.url) as opened:
        yield opened


@pytest.fixture(scope="package")
def people(gate: Gate) -> Iterator[Newcomer]:
    """Accounts with a mail address, made all at once: a command for each would take longer than the tests."""
    return iter(asyncio.run(_add(read_installation(Environment(gate.data)))))


@pytest.fixture
def newcomer(people: Iterator[Newcomer]) -> Newcomer:
    """Somebody whose account was just made, one for each test."""
    return next(people)


async def _add(found: Installation) -> list[Newcomer]:
    made = []
    async with open_desk(found) as desk:
        for number in range(_MOST_PEOPLE):
            name = f"person{number}"
            added = await desk.people.add(name, email=f"{name}@example.com", actor="suite")
            assert isinstance(added, Passed)
            assert added.value.password is not None
            made.append(Newcomer(name, added.value.password.text()))
    return made
