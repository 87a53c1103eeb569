"""``[hardware_tokens]`` and ``[yubico]``: tokens with serials, and who vouches for keys whose secret is not here."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from twogate.rules.factors.hardware_token import TokenRules
from twogate.rules.factors.yubico_otp import YubicoRules
from twogate.rules.factors.yubico_validation import read_key
from twogate.settings.section import Seconds, SecretText, Section
from twogate.terms.secret import Secret

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class HardwareTokenSettings(Section):
    """Tokens whose seeds are imported (`twogate hardware-token`)."""

    ahead: int = Field(
        default=10,
        ge=1,
        le=50,
        description="Codes of a token with a button that are looked at beyond the last one used (RFC 4226 section "
        "7.2). More forgives more idle presses, and gives a guess as many more chances.",
    )
    claims: bool = Field(
        default=False,
        description="Whether people may take a token or YubiKey that waits without an owner, by its serial and a "
        "code. Otherwise an administrator assigns it.",
    )


class YubicoSettings(Section):
    """A validation server for YubiKeys as they come from the factory, whose secret only Yubico knows."""

    client: str = Field(
        default="", pattern=r"^[0-9]{0,12}$", description="The client id Yubico gave you; empty = no server is asked."
    )
    key: SecretText = Field(default=Secret(""), description="Its secret key, in base 64.")
    servers: tuple[str, ...] = Field(
        default=("https://api.yubico.com/wsapi/2.0/verify",),
        min_length=1,
        max_length=5,
        description="Addresses of validation servers; all are asked at once, the first answer that can be believed "
        "counts. Nothing but the one-time password is sent.",
    )
    timeout: Annotated[Seconds, Field(ge=1, le=15)] = Field(
        default=5, description="How long a sign-in waits for an answer. Without one it is refused."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.client and read_key(self.key.text()) is None:
            raise ValueError("a client id needs the secret key that came with it, in base 64")
        for server in self.servers:
            parts = urlsplit(server)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
                raise ValueError("a validation server is asked over https; plain http only on this machine")
            if not parts.hostname or parts.query or parts.fragment or parts.username:
                raise ValueError("write a validation server like https://api.yubico.com/wsapi/2.0/verify")
        return self


def token_rules(tokens: HardwareTokenSettings) -> TokenRules:
    """Return what the factor of hardware tokens wants."""
    return TokenRules(ahead=tokens.ahead, claims=tokens.claims)


def yubico_rules(tokens: HardwareTokenSettings, yubico: YubicoSettings) -> YubicoRules:
    """Likewise for YubiKeys."""
    return YubicoRules(claims=tokens.claims, cloud=bool(yubico.client))
