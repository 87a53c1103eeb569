"""Requests as bytes, exactly as somebody who means harm would write them."""


def raw(method: str, target: str, host: str, *lines: str) -> bytes:
    """One request without a body; header lines are taken as they are."""
    return "\r\n".join((f"{method} {target} HTTP/1.1", f"Host: {host}", *lines, "", "")).encode("latin-1")
