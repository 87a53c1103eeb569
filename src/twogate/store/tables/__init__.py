"""The tables, one file for each aggregate; the columns are named as the fields of the frozen records are."""

from twogate.store.tables import (
    audit,
    consents,
    feed,
    hardware_tokens,
    messages,
    oauth,
    places,
    push,
    recoveries,
    sessions,
    users,
)
from twogate.store.tables.columns import METADATA

__all__ = [
    "METADATA",
    "audit",
    "consents",
    "feed",
    "hardware_tokens",
    "messages",
    "oauth",
    "places",
    "push",
    "recoveries",
    "sessions",
    "users",
]
