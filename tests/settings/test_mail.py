"""The mail server, as an operator sets it."""

import pytest
from pydantic import ValidationError

from twogate.settings.mail import MailSecurity, MailSettings


def test_no_mail_is_the_default() -> None:
    """And STARTTLS, once there is a server."""
    assert (MailSettings().host, MailSettings().security) == ("", MailSecurity.STARTTLS)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_plain_mail_stays_on_this_machine(host: str) -> None:
    """To another one it goes over TLS or not at all."""
    assert MailSettings(host=host, security=MailSecurity.NONE).host == host
    with pytest.raises(ValidationError, match="this machine"):
        MailSettings(host="mail.example.com", security=MailSecurity.NONE)


@pytest.mark.parametrize("sender", ["", "twogate", "a b@c", "<a@b>", "a@b\r\nBcc: c@d"])
def test_the_sender_is_an_address(sender: str) -> None:
    """Nothing that could add a header."""
    with pytest.raises(ValidationError):
        MailSettings(sender=sender)
