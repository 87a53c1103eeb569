"""Does somebody really hold a copy of the codes that were just shown to them?

Decides by marks that the page carries along: an HMAC of each code under the flow's handle, which only the browser's
cookie holds. So the codes need not be kept anywhere, and the marks say nothing to whoever sees the page's source.
It is a courtesy to the owner, not a check of identity: nothing is granted by it.
"""

import base64
import hmac
from collections.abc import Iterable

from twogate.terms.secret import Secret

_PURPOSE = b"twogate code shown 1\x00"


def code_marks(handle: Secret, codes: Iterable[str]) -> str:
    """Return one mark for each code, separated by dots."""
    return ".".join(_mark(handle, code) for code in codes)


def is_marked(handle: Secret, typed: str, *, marks: str) -> bool:
    """Whether ``typed``, whatever its spacing and case, is one of the codes that were marked."""
    mark = _mark(handle, typed).encode()
    return any(hmac.compare_digest(mark, known.encode("utf-8", "replace")) for known in marks.split("."))


def _mark(handle: Secret, code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    digest = hmac.digest(handle.reveal(), _PURPOSE + plain.encode("utf-8", "replace"), "sha256")
    return base64.urlsafe_b64encode(digest[:18]).decode("ascii")
