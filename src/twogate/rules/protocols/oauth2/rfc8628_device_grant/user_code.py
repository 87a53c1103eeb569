"""The code that a person types (RFC 8628 section 6.1).

Decides its alphabet and how forgiving we read: twenty consonants, so that it spells no word and no letter is taken for
a digit; eight of them are 34 bits, which five tries for an account and ten minutes leave nobody to guess.
"""

import re

from twogate.terms.ports import Entropy
from twogate.terms.secret import Secret

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 8
_FAIR = 256 - 256 % len(ALPHABET)  # bytes from here on would make some letters likelier
_APART = re.compile(r"[\s\-\u2010-\u2015._]+")


def new(entropy: Entropy) -> str:
    """Return a fresh code without its hyphen."""
    letters = ""
    while len(letters) < LENGTH:
        letters += "".join(ALPHABET[byte % len(ALPHABET)] for byte in entropy.bytes(LENGTH) if byte < _FAIR)
    return letters[:LENGTH]


def shown(code: str) -> str:
    """Return ``WDJB-MJHT``: two groups are read out and typed with fewer mistakes."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read(typed: str) -> str | None:
    """Return the code somebody typed, in any case, with any hyphens and blanks; None: it cannot be one."""
    code = _APART.sub("", typed).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def digest(code: str) -> str:
    """Return what is stored of a code: it is only looked up, and gone within minutes."""
    return Secret(code).sha256()
