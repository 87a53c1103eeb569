"""Letters through a real SMTP server: plain to this machine, with STARTTLS and TLS, and what can go wrong."""

import socket
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from tests.outside.certificates import self_signed
from tests.ports import NOON, FakeClock

from twogate.outside.mail import SmtpMail
from twogate.settings.mail import MailSecurity, MailSettings
from twogate.terms.dispatch import Channel, Dispatch, Fault, Waiting
from twogate.terms.ids import DispatchId, UserId
from twogate.terms.letter import Letter
from twogate.terms.secret import Secret

LETTER = Letter("zoe@example.com", "A recovery code was used: Grüße", "Somebody signed in.\n.\nFrom here.\n")


class Inbox:
    """What a server took in."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.letters.append(envelope.content)
        return self.answer


def _start(inbox: Inbox, **options: Any) -> Controller:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=10, **options)
    controller.start()
    return controller


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def plain(inbox: Inbox) -> Iterator[MailSettings]:
    controller = _start(inbox)
    yield MailSettings(host="127.0.0.1", port=controller.port, security=MailSecurity.NONE, sender="gate@example.com")
    controller.stop()


async def test_a_letter_arrives_as_it_was_written(inbox: Inbox, plain: MailSettings) -> None:
    """Headers, umlauts, a line with a lone dot, and a note that no machine should answer."""
    assert await SmtpMail(plain, FakeClock()).send(LETTER) == ""
    message = message_from_bytes(inbox.letters[0], policy=default)
    assert message["To"] == "zoe@example.com"
    assert message["From"] == "Twogate <gate@example.com>"
    assert message["Subject"] == LETTER.subject
    assert message["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.com>")
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize("to", ["", "zoe", "zoe@", "zoe@example.com\r\nBcc: all@example.com", "a@b, c@d"])
async def test_what_is_no_address_gets_no_mail(inbox: Inbox, plain: MailSettings, to: str) -> None:
    """And no header of an attacker's."""
    assert await SmtpMail(plain, FakeClock()).send(Letter(to, "s", "t")) == "the address is not one"
    assert inbox.letters == []


async def test_a_subject_cannot_add_a_header(inbox: Inbox, plain: MailSettings) -> None:
    """A line break in it is a fault, not a header."""
    assert await SmtpMail(plain, FakeClock()).send(Letter("zoe@example.com", "s\r\nBcc: all@example.com", "t"))
    assert inbox.letters == []


async def test_a_refusal_is_told_without_the_servers_text(inbox: Inbox, plain: MailSettings) -> None:
    """It may repeat whose mail it was."""
    inbox.answer = "550 no such user zoe@example.com"
    fault = await SmtpMail(plain, FakeClock()).send(LETTER)
    assert "550" in fault
    assert "zoe" not in fault


async def test_a_server_that_is_away_is_told(plain: MailSettings) -> None:
    """As a text, never as an exception."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = plain.model_copy(update={"port": port})
    assert await SmtpMail(settings, FakeClock()).send(LETTER)


async def test_no_starttls_no_letter(inbox: Inbox, plain: MailSettings) -> None:
    """Where the operator wants TLS, a server that does not offer it gets nothing."""
    settings = plain.model_copy(update={"security": MailSecurity.STARTTLS})
    assert await SmtpMail(settings, FakeClock()).send(LETTER)
    assert inbox.letters == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd overlooks that the whole connection is TLS
@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_letters_travel_by_tls_to_a_server_that_is_who_it_says(
    inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: MailSecurity
) -> None:
    """With the name checked, and the sign-in only inside it; a certificate nobody vouches for gets nothing."""
    certificate, key = self_signed(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    seen: list[Any] = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    wrapped = {"ssl_context" if security is MailSecurity.TLS else "tls_context": context}
    controller = _start(
        inbox,
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=security is MailSecurity.STARTTLS,
        **wrapped,
    )
    settings = MailSettings(
        host="localhost", port=controller.port, security=security, user="gate", password=Secret("mail-secret")
    )
    try:
        assert "certificate" in (await SmtpMail(settings, FakeClock()).send(LETTER)).lower()
        assert (inbox.letters, seen) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert await SmtpMail(settings, FakeClock()).send(LETTER) == ""
    finally:
        controller.stop()
    assert len(inbox.letters) == 1
    assert seen == [(b"gate", b"mail-secret")]


async def test_what_waits_in_the_outbox_is_carried(inbox: Inbox, plain: MailSettings) -> None:
    """A refused recipient and what is no address are final; the rest is worth another try."""
    mail = SmtpMail(plain, FakeClock())
    assert await mail.carry(_waiting("zoe@example.com")) is None
    assert message_from_bytes(inbox.letters[0], policy=default)["Subject"] == "s"
    assert await mail.carry(_waiting("")) == Fault("the address is not one", final=True)
    inbox.answer = "451 later"
    assert await mail.carry(_waiting("zoe@example.com")) == Fault("SMTPDataError: the server answered 451")


def _waiting(to: str) -> Waiting:
    dispatch = Dispatch(Channel.EMAIL, to, {"subject": "s", "text": "t"})
    return Waiting(DispatchId("dsp_1"), UserId("usr_1"), None, dispatch, NOON, NOON.plus(60))
