"""``[registration]`` and ``[fetch]``: programs that register themselves, and what may be read at addresses they name.

Decides the dials; what a registration may say is ``rules.protocols.oauth2.rfc7591_registration``, how an address is
reached is ``outside.fetch``.
"""

from ipaddress import ip_network

from pydantic import Field, field_validator

from twogate.settings.section import Section


class RegistrationSettings(Section):
    """Programs of others (RFC 7591, client id metadata documents). People are asked before one learns anything."""

    open: bool = Field(
        default=False,
        description="Whether programs may register themselves without an initial access token (RFC 7591 section 3).",
    )
    documents: bool = Field(
        default=False,
        description="Whether a `client_id` may be the https address of a document in which a program describes itself "
        "(draft-ietf-oauth-client-id-metadata-document).",
    )
    scopes: tuple[str, ...] = Field(
        default=("openid", "profile", "email"),
        description="What such programs may ask for at most.",
    )
    each_hour: int = Field(
        default=20,
        ge=1,
        le=10_000,
        description="How many open registrations one network may make in an hour.",
    )


class FetchSettings(Section):
    """Reading key sets and documents of clients, and telling clients of ended sessions."""

    allow: tuple[str, ...] = Field(
        default=(),
        description="Networks that may be reached although they are not public, such as `10.1.0.0/16`. Plain http is "
        "spoken there only.",
    )
    timeout: float = Field(default=5.0, gt=0, le=30, description="Seconds that one such request may take in all.")

    @field_validator("allow")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one)
        return value
