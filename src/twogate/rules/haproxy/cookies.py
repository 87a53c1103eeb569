"""Our cookies as the gateway knows them: which one is a credential, which ones no upstream ever sees or sets.

Decides names and the pattern that removes them (RFC 6265bis section 4.1.3.2 for the ``__Host-`` prefix). What is in
a cookie is for the control plane.
"""

ACCESS = "twogate"

OURS = "(?:__Host-)?twogate(?:-session|-device|-flow)?"
"""Both spellings of all four, so that a change of ``public_url`` leaves no name behind."""

IN_COOKIE = rf"(?:^|[;,])\s*{OURS}\s*=[^;,]*"
"""Ours within a Cookie header, together with what parts it from the one before: HAProxy also takes a comma for that."""

IN_SET_COOKIE = rf"^\s*{OURS}\s*="


def access_cookie(*, secure: bool) -> str:
    """Return the name of the access cookie."""
    return f"__Host-{ACCESS}" if secure else ACCESS
