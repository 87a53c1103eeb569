"""Claims about a person."""

from dataclasses import replace

import pytest
from tests.ports import NOON

from twogate.rules.protocols.oidc.core import user_info
from twogate.terms.account import User
from twogate.terms.ids import UserId

ADA = User(UserId("usr_ada"), "ada", "Ada Lovelace", "ada@example.com", NOON)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ((), {"sub"}),
        (("profile",), {"sub", "name", "preferred_username"}),
        (("email",), {"sub", "email"}),
        (("profile", "email", "orders:read"), {"sub", "name", "preferred_username", "email"}),
    ],
)
def test_scope_decides_what_is_shown(scope: tuple[str, ...], names: set[str]) -> None:
    """OpenID Connect Core section 5.4."""
    assert user_info.claims(ADA, scope).keys() == names


def test_what_is_not_known_is_left_out() -> None:
    """Section 5.3.2: a claim without a value is not sent empty; nobody is called verified."""
    said = user_info.claims(replace(ADA, email=""), ("email",))
    assert said == {"sub": "usr_ada"}
    assert "email_verified" not in user_info.claims(ADA, ("email",))
