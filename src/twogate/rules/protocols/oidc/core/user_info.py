"""Claims about the person (OpenID Connect Core sections 5.1, 5.3 and 5.4).

Decides which scope shows which claim. ``email_verified`` is never said: nobody has verified it here.
"""

from collections.abc import Collection
from typing import Any

from twogate.terms.account import User

SCOPES = ("openid", "profile", "email")
CLAIMS = ("sub", "name", "preferred_username", "email")


def claims(user: User, scope: Collection[str]) -> dict[str, Any]:
    """Return what these scopes show of this person; an empty claim is left out."""
    said: dict[str, Any] = {"sub": user.id}
    if "profile" in scope:
        said |= {"preferred_username": user.name, "name": user.display_name}
    if "email" in scope:
        said |= {"email": user.email}
    return {name: value for name, value in said.items() if value}
