"""The whole product with a gateway for SMS and calls and a mail server beside it."""

import asyncio
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
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


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the library's name
        answer = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="package")
def office() -> PostOffice:
    """What has arrived in this file."""
    return PostOffice()


@pytest.fixture(scope="package")
def gate(office: PostOffice) -> Iterator[Gate]:
    """`twogate up` with both ways to a telephone and mail."""
    upstream, carrier, mail = ThreadingHTTPServer(("127.0.0.1", 0), _Echo), gateway(office), MailRoom(office)
    serve(upstream)
    serve(carrier)
    mail.start()
    with TemporaryDirectory(prefix="tg-") as folder:
        key = Path(folder) / "gateway.key"
        key.write_text(KEY)
        settings = SETTINGS.replace("MAIL", str(mail.port)).replace("GATEWAY", str(carrier.server_port))
        settings = settings.replace("ACCOUNT", ACCOUNT).replace("KEYFILE", str(key))
        with up(Path(folder), POLICY.replace("UPSTREAM", str(upstream.server_port)), settings=settings) as running:
            yield running
    mail.stop()
    for server in (upstream, carrier):
        server.shutdown()
        server.server_close()


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
