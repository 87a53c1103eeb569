"""``[sms]`` and ``[voice]``: gateways that carry codes to telephones, and how much they may carry.

Decides which dials there are. Both ways are off until an operator switches them on: NIST SP 800-63B-4 section 3.2.9
restricts them. What is sent is for ``rules.signin.messages``; how, for ``outside``.
"""

import json
import re
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from twogate.rules.factors.contract import Sends
from twogate.rules.factors.telephone_code import TelephoneRules
from twogate.rules.factors.telephone_number import REFUSED, NumberRules
from twogate.settings.section import Seconds, SecretText, Section
from twogate.terms.secret import Secret

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+: ?[^\r\n]*")
_GAP = re.compile(r"\{([a-z]+)\}")
_GAPS = frozenset({"to", "text", "code", "sender", "account", "secret"})
_PREFIX = r"^(?:1|7|[2-9][0-9])[0-9]{0,6}$"

Prefix = Annotated[str, Field(pattern=_PREFIX)]


class GatewayKind(StrEnum):
    """The shape of the request that a gateway wants."""

    TWILIO = "twilio"
    HTTP = "http"


class BodyKind(StrEnum):
    """How the body of a request is written."""

    JSON = "json"
    FORM = "form"


class TelephoneSettings(Section):
    """A gateway and its limits."""

    enabled: bool = Field(
        default=False,
        description="Whether people may set this up. It is the weakest of the second factors, and each message costs "
        "money: read the how-to page first.",
    )
    gateway: GatewayKind = Field(
        default=GatewayKind.HTTP,
        description="`twilio`: the request that Twilio and gateways like it take. `http`: the request below.",
    )
    url: str = Field(
        default="",
        pattern=r"^(?:https?://[^\s]+)?$",
        description="Where requests go. For `twilio` empty means `https://api.twilio.com`.",
    )
    account: str = Field(default="", max_length=256, description="The account's name, for Twilio the Account SID.")
    secret: SecretText = Field(default=Secret(""), description="The key or token of the account.")
    sender: str = Field(default="", max_length=64, description="The number or name that messages come from.")
    headers: tuple[str, ...] = Field(
        default=(), description='`http`: header lines, for example `"Authorization: Bearer {secret}"`.'
    )
    body: str = Field(
        default='{"to": "{to}", "from": "{sender}", "text": "{text}"}',
        description="`http`: the body. `{to}`, `{text}`, `{code}`, `{sender}`, `{account}`, `{secret}` are filled in.",
    )
    body_kind: BodyKind = Field(
        default=BodyKind.JSON, description="`http`: `json` or `form`; values are written so that they stay values."
    )
    success: str = Field(
        default="",
        max_length=200,
        description="`http`: a text that the answer to a sent message contains; empty = any.",
    )
    timeout: Annotated[Seconds, Field(ge=1, le=30)] = Field(default=10, description="How long an answer may take.")
    countries: tuple[Prefix, ...] = Field(
        default=(), description="Country codes, or longer prefixes, that messages may go to, for example `49`."
    )
    refused: tuple[Prefix, ...] = Field(
        default=REFUSED,
        description="Prefixes they never go to: premium rates and the like. The longest prefix decides.",
    )
    life: Annotated[Seconds, Field(ge=60, le=600)] = Field(default=300, description="How long a code is good.")
    for_person: int = Field(default=5, ge=1, le=30, description="Messages to one person in an hour.")
    to_number: int = Field(default=10, ge=1, le=100, description="Messages to one number in a day, whoever asked.")
    in_all: int = Field(
        default=300, ge=1, description="Messages to everybody in an hour; more than that is somebody's fraud."
    )

    @model_validator(mode="after")
    def _can_send(self) -> Self:
        if not self.enabled:
            return self
        if not self.countries:
            raise ValueError("name the countries that messages may go to")
        if self.gateway is GatewayKind.TWILIO and not (self.account and len(self.secret) and self.sender):
            raise ValueError("`twilio` needs account, secret and sender")
        if self.gateway is GatewayKind.HTTP and not self.url:
            raise ValueError("`http` needs a url")
        return self

    @model_validator(mode="after")
    def _speaks_tls(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("a gateway elsewhere is spoken to by https only: requests hold codes")
        if parts.username or parts.password:
            raise ValueError("no user name or password in the url; use `account` and `secret`")
        return self

    @model_validator(mode="after")
    def _has_a_request(self) -> Self:
        for line in self.headers:
            if not _HEADER.fullmatch(line) or "{code}" in line or "{text}" in line:
                raise ValueError('a header is written like "Name: value", and holds neither code nor text')
        unknown = {gap for text in (self.url, self.body, *self.headers) for gap in _GAP.findall(text)} - _GAPS
        if unknown:
            raise ValueError(f"nothing is called {', '.join(f'{{{gap}}}' for gap in sorted(unknown))}")
        if "{secret}" in self.url or "{code}" in self.url or "{text}" in self.url:
            raise ValueError("no secret, code or text in the url: urls are logged")
        if self.body_kind is BodyKind.JSON and not _is_json(_GAP.sub("", self.body)):
            raise ValueError("the body is not JSON")
        return self

    @property
    def rules(self) -> TelephoneRules | None:
        """What ``rules.factors`` wants; None: switched off."""
        if not self.enabled:
            return None
        numbers = NumberRules(allowed=self.countries, refused=self.refused)
        sends = Sends(self.for_person, 3600, to_address=self.to_number, in_all=self.in_all)
        return TelephoneRules(numbers=numbers, life=self.life, sends=sends)


class SmsSettings(TelephoneSettings):
    """Text messages."""

    notices: bool = Field(
        default=False,
        description="Whether all notices about an account go to its number, too, beside mail. Without it a number "
        "hears only that another one was added, or that it was removed itself. They are counted apart from "
        "codes, within `to_number` and `in_all`.",
    )

    @property
    def sends_of_notices(self) -> Sends:
        """How many notices one person, one number and all together get."""
        return Sends(self.to_number, 86_400, to_address=self.to_number, in_all=self.in_all)


class VoiceSettings(TelephoneSettings):
    """Calls that read a code out."""


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
