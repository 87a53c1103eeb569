"""The two answers to "is this good?": ``Passed`` with what it yields, ``Refused`` with a reason of a closed list.

Decides the shape of an answer. An expected "no" is a value, never an exception.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from twogate.terms.reasons import Reason

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Passed(Generic[T]):
    """Yes, and this is what follows from it."""

    value: T


@dataclass(frozen=True, slots=True)
class Refused:
    """No. ``reason`` may be told to the caller; ``detail`` is for the operator's log only."""

    reason: Reason
    detail: str = ""
