"""A mail to be sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain text to one address."""

    to: str
    subject: str
    text: str
