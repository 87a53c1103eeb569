"""The two signatures that ECDSA allows for one message: (r, s) and (r, n-s). Only the lower one is a token of ours.

Decides nothing; suites that sign by other means than the product use it to make both spellings.
"""

import base64

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def low(token: str) -> str:
    """The spelling whose s is the lower one."""
    return _spelled(token, high=False)


def twin(token: str) -> str:
    """The other spelling: the same header and claims, a signature that verifies, another SHA-256."""
    return _spelled(token, high=True)


def _spelled(token: str, *, high: bool) -> str:
    head, _, signature = token.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    value = int.from_bytes(raw[32:], "big")
    value = max(value, ORDER - value) if high else min(value, ORDER - value)
    written = base64.urlsafe_b64encode(raw[:32] + value.to_bytes(32, "big")).decode().rstrip("=")
    return f"{head}.{written}"
