"""The one way we call the library that verifies signatures.

Decides that whatever it raises is a no: its parsers of foreign bytes raise many kinds of exception, and an answer that
brings a parser down must neither pass nor show a fault.
"""

from collections.abc import Callable
from typing import TypeVar

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

T = TypeVar("T")
_LONGEST = 200  # characters of an exception's text; some repeat what was sent


def asked_of_library(function: Callable[[], T]) -> Passed[T] | Refused:
    """Call it; every exception is a refusal."""
    try:
        return Passed(function())
    except Exception as error:  # noqa: BLE001  # see above
        return Refused(Reason.PASSKEY_WRONG, f"{type(error).__name__}: {error}"[:_LONGEST])
