"""Claims about the person (OpenID Connect Core sections 5.1, 5.3 and 5.4).

Decides which scope shows which claim. ``email_verified`` is never said: nobody has verified it here.
"""

from collections.abc import Collection
from typing import Any

from twogate.terms.account import User

SCOPES = ("openid", "profile", "email")
CLAIMS = ("sub", "name", "preferred_username", "email")
SCOPE_OF = {"name": "profile", "preferred_username": "profile", "email": "email"}


def claims(user: User, scope: Collection[str], named: Collection[str] = ()) -> dict[str, Any]:
    """Return what these scopes show of this person, and what was asked for by name; an empty claim is left out."""
    known = {"preferred_username": user.name, "name": user.display_name, "email": user.email}
    shown = {name: value for name, value in known.items() if SCOPE_OF[name] in scope or name in named}
    return {name: value for name, value in {"sub": user.id, **shown}.items() if value}
