"""Permissions follow their grammar."""

import re

from twogate.terms.permissions import Permission


def test_every_permission_follows_the_grammar() -> None:
    """A permission is object:action."""
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+", permission.value) for permission in Permission)
