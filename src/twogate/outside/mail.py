"""Mail by SMTP (RFC 5321) over TLS, with STARTTLS or from the first byte.

Decides how one letter travels. When it is tried again is for the outbox. Without TLS mail goes to this machine only.
"""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import aiosmtplib

from twogate.settings.mail import MailSecurity, MailSettings
from twogate.terms.dispatch import Fault, Waiting
from twogate.terms.letter import Letter
from twogate.terms.ports import Clock

_TIMEOUT = 15.0
_LONGEST_FAULT = 200
_NO_ADDRESS = "the address is not one"
_REFUSED = "the recipient was refused"


class SmtpMail:
    """Sends by the operator's mail server, one connection for each letter."""

    def __init__(self, settings: MailSettings, clock: Clock, *, sender_name: str = "Twogate") -> None:
        self._settings = settings
        self._clock = clock
        self._sender_name = sender_name

    async def carry(self, waiting: Waiting) -> Fault | None:
        """Send what waits in the outbox; an address that is none, or is refused, is not tried again."""
        facts = waiting.dispatch.facts
        fault = await self.send(Letter(waiting.dispatch.to, facts["subject"], facts["text"]))
        return Fault(fault, final=fault in {_NO_ADDRESS, _REFUSED}) if fault else None

    async def send(self, letter: Letter) -> str:
        """Return what went wrong, or nothing. Faults name no person and no secret."""
        try:
            message = self._message(letter)
        except (ValueError, IndexError, HeaderParseError):  # the three ways in which the library says no
            return _NO_ADDRESS
        settings = self._settings
        try:
            await aiosmtplib.send(
                message,
                hostname=settings.host,
                port=settings.port,
                use_tls=settings.security is MailSecurity.TLS,
                start_tls=settings.security is MailSecurity.STARTTLS,
                username=settings.user or None,
                password=settings.password.text() if settings.user else None,
                timeout=_TIMEOUT,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            return f"{type(error).__name__}: {_fault(error)}"
        return ""

    def _message(self, letter: Letter) -> EmailMessage:
        """Build the message; the policy of ``EmailMessage`` refuses line breaks in headers."""
        message = EmailMessage()
        local, _, domain = self._settings.sender.rpartition("@")
        message["From"] = Address(self._sender_name, local, domain)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._clock.now().utc())
        message["Message-ID"] = make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        message.set_content(letter.text)
        return message


def _fault(error: Exception) -> str:
    """The server's code where there is one: its text may repeat addresses."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"the server answered {error.code}"
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _REFUSED
    return str(error)[:_LONGEST_FAULT]
