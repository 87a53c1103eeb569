"""Kinds of token, told apart by their shape."""

import pytest

from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import TokenKind, kind_of


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("a.b.c", TokenKind.ACCESS),
        ("tg_rt_x", TokenKind.REFRESH),
        ("tg_pat_x", TokenKind.API),
        ("tg_svc_x", TokenKind.API),
        ("tg_rt_a.b.c", TokenKind.REFRESH),
        ("tg_ac_x", TokenKind.OTHER),
        ("tg_se_x", TokenKind.OTHER),
        ("a.b", TokenKind.OTHER),
        ("", TokenKind.OTHER),
        ("TG_RT_x", TokenKind.OTHER),
    ],
)
def test_each_kind_has_its_shape(token: str, kind: TokenKind) -> None:
    """Every text has exactly one kind, and what has no shape of ours is no token."""
    assert kind_of(token) is kind
