"""Which kind of token is it? (RFC 7009 section 2.1: the hint is only a hint).

Decides by the token's own shape, which is enough: every kind has a prefix or is a signed token.
"""

from enum import StrEnum


class TokenKind(StrEnum):
    """What can be revoked or asked about."""

    ACCESS = "access_token"
    REFRESH = "refresh_token"
    API = "api_token"
    OTHER = "other"


REFRESH_PREFIX = "tg_rt_"
CODE_PREFIX = "tg_ac_"
PERSONAL_PREFIX = "tg_pat_"
SERVICE_PREFIX = "tg_svc_"


def kind_of(token: str) -> TokenKind:
    """Return what a token looks like; whether it is good is another question."""
    if token.startswith(REFRESH_PREFIX):
        return TokenKind.REFRESH
    if token.startswith((PERSONAL_PREFIX, SERVICE_PREFIX)):
        return TokenKind.API
    return TokenKind.ACCESS if token.count(".") == 2 else TokenKind.OTHER  # noqa: PLR2004  # a compact JWS
