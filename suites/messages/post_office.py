"""Everything that a message can leave by, on this machine: a gateway for SMS and calls, and a mail server.

The gateway speaks both shapes: ``/send`` as an operator writes it, ``/2010-04-01/...`` as Twilio does. It holds what
it takes, refuses a wrong key, and can be switched off.
"""

import base64
import email
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller
from suites.running import free_port

KEY = "k3y-of-the-gateway-3f9a"
ACCOUNT = "AC00112233445566778899aabbccddeeff"
_PATIENCE = 15.0
_CODE = re.compile(r"\b(\d{6})\b")
_MAILED = re.compile(r"\b(\d{8})\b")
_SPOKEN = re.compile(r"code is: ([\d, ]+)\.")
_WAY_BACK = re.compile(r"(/\.twogate/undo\?secret=tg_un_[\w-]+)")


@dataclass(frozen=True)
class Message:
    """An SMS or a call."""

    way: str
    to: str
    text: str

    @property
    def is_code(self) -> bool:
        return " code" in self.text

    @property
    def code(self) -> str:
        spoken = _SPOKEN.search(self.text)
        if spoken:
            return spoken[1].replace(", ", "")
        found = _CODE.search(self.text)
        assert found is not None, self.text
        return found[1]


@dataclass(frozen=True)
class Letter:
    """A mail."""

    to: str
    subject: str
    text: str

    @property
    def code(self) -> str:
        found = _MAILED.search(self.text)
        assert found is not None, self.text
        return found[1]

    @property
    def way_back(self) -> str:
        found = _WAY_BACK.search(self.text)
        return found[1] if found else ""


@dataclass
class PostOffice:
    """What has arrived."""

    messages: list[Message] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    away: bool = False
    asked: int = 0  # requests, also in vain

    def message(self, number: str, *, after: int = 0) -> Message:
        """The newest code for a number, once there are more than ``after``."""
        return self._wait(lambda: [one for one in self.messages if one.to == number and one.is_code], after)

    def notice(self, number: str) -> Message:
        """The newest notice to a number."""
        return self._wait(lambda: [one for one in self.messages if one.to == number and not one.is_code], 0)

    def letter(self, address: str, subject: str, *, after: int = 0) -> Letter:
        """Likewise for mail."""
        return self._wait(lambda: [one for one in self.letters if one.to == address and subject in one.subject], after)

    def count(self, number: str) -> int:
        """How many codes it got."""
        return sum(one.to == number and one.is_code for one in self.messages)

    def until_asked(self, before: int) -> None:
        """Wait until the gateway was asked twice more: the first answer has been written down by then."""
        self._wait(lambda: [None] * self.asked, before + 1)

    def _wait(self, found: Callable[[], list[Any]], after: int) -> Any:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if len(have := found()) > after:
                return have[-1]
            time.sleep(0.02)
        raise AssertionError(f"nothing came: {self.messages} {[one.subject for one in self.letters]}")


class MailRoom:
    """An SMTP server on a free port."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # the library's name
        letter = email.message_from_bytes(envelope.content, policy=default)
        text = letter.get_content()
        self.office.letters.append(Letter(str(letter["To"]), str(letter["Subject"]), str(text)))
        return "250 OK"


def gateway(office: PostOffice) -> ThreadingHTTPServer:
    """A server for both shapes of request, not yet running."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            office.asked += 1
            status, message = (503, None) if office.away else self._read(body)
            if message is not None:
                office.messages.append(message)
            answer = b'{"status": "queued"}' if status < 300 else b'{"code": 20003, "message": "no"}'
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _read(self, body: str) -> tuple[int, Message | None]:
            given = self.headers.get("authorization", "")
            if self.path == "/send" and given == f"Bearer {KEY}":
                told = json.loads(body)
                return 200, Message("sms", told["to"], told["text"])
            basic = "Basic " + base64.b64encode(f"{ACCOUNT}:{KEY}".encode()).decode()
            if self.path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json" and given == basic:
                form = parse_qs(body)
                return 201, Message("voice", form["To"][0], form["Twiml"][0])
            return 401, None

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return _Quiet(("127.0.0.1", 0), Answer)


class _Quiet(ThreadingHTTPServer):
    """A client that leaves is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


def serve(server: ThreadingHTTPServer) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()
