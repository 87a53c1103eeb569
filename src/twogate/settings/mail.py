"""``[mail]``: the server that carries notices to the owners of accounts."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from twogate.settings.section import SecretText, Section
from twogate.terms.secret import Secret

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailSecurity(StrEnum):
    """How the connection to the server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailSettings(Section):
    """SMTP. Without a server, notices are shown in the portal only."""

    host: str = Field(default="", description="The mail server; empty = no mail is sent.")
    port: int = Field(default=587, ge=1, le=65_535, description="Its port.")
    security: MailSecurity = Field(
        default=MailSecurity.STARTTLS,
        description="`starttls`, `tls`, or `none` (only to a server on this machine).",
    )
    user: str = Field(default="", description="Name to sign in to the server with; empty = no sign-in.")
    password: SecretText = Field(default=Secret(""), description="Its password.")
    sender: str = Field(
        default="twogate@localhost", pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="Address in the From line."
    )

    @model_validator(mode="after")
    def _plain_stays_here(self) -> Self:
        if self.host and self.security is MailSecurity.NONE and self.host not in _LOOPBACK:
            raise ValueError("mail without TLS goes only to a server on this machine; use starttls or tls")
        return self
