"""How the words of ``terms`` lie in columns: instants as integers, lists and objects as JSON text.

Decides the written form. JSON is text on both databases: nothing is ever searched inside it.
"""

import json
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import BigInteger, Dialect, MetaData, Text, TypeDecorator

from twogate.terms.changes import ChangeKind
from twogate.terms.client import AuthMethod, ClientKind
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.proof import Category, Nature, Proof

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point on both databases, whatever the locale of the server is."""


class Moment(TypeDecorator[Instant]):
    """An Instant as whole milliseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        del dialect
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Instant | None:
        del dialect
        return None if value is None else Instant(value)


class WordList(TypeDecorator[tuple[str, ...]]):
    """A tuple of words as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        del dialect
        return json.dumps(list(value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        del dialect
        return tuple(json.loads(value or "[]"))


class JsonObject(TypeDecorator[dict[str, Any]]):
    """A JSON object with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str:
        del dialect
        return json.dumps(value or {}, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:
        del dialect
        try:
            loaded = json.loads(value or "{}")
        except ValueError:
            loaded = None
        # What somebody else wrote here must not stop whoever inspects it.
        return loaded if isinstance(loaded, dict) else {"unreadable": value}


class ProofList(TypeDecorator[tuple[Proof, ...]]):
    """Proofs with their nature, as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Proof, ...] | None, dialect: Dialect) -> str:
        del dialect
        return json.dumps([proof_to_json(proof) for proof in value or ()], separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Proof, ...]:
        del dialect
        return tuple(proof_from_json(raw) for raw in json.loads(value or "[]"))


class Member(TypeDecorator[StrEnum]):
    """A member of a closed list, as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        del dialect
        return None if value is None else self.kind(value)


class _Word(TypeDecorator[Any]):
    """A member of a closed list, as its text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else str(value)


class EventWord(_Word):
    """An audit event."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Event | None:
        del dialect
        if value is None or value not in _EVENTS:
            return cast("Event | None", value)  # a newer program's event, or a forged one: shown as it stands
        return Event(value)


class ChangeWord(_Word):
    """A kind of change in the feed."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> ChangeKind | None:
        del dialect
        return None if value is None else ChangeKind(value)


class ClientWord(_Word):
    """A kind of client."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> ClientKind | None:
        del dialect
        return None if value is None else ClientKind(value)


class AuthWord(_Word):
    """How a client proves itself."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> AuthMethod | None:
        del dialect
        return None if value is None else AuthMethod(value)


_EVENTS = frozenset(event.value for event in Event)
_FLAGS = (
    "phishing_resistant",
    "hardware_protected",
    "syncable",
    "replay_resistant",
    "recovery",
    "raises_assurance",
)


def proof_to_json(proof: Proof) -> dict[str, Any]:
    """Write a proof out, nothing left implicit: what it was worth does not change with later code."""
    return {
        "factor": proof.factor,
        "credential": proof.credential,
        "at": int(proof.at),
        "categories": sorted(category.value for category in proof.nature.categories),
        "amr": list(proof.nature.amr),
        **{flag: getattr(proof.nature, flag) for flag in _FLAGS},
    }


def proof_from_json(raw: dict[str, Any]) -> Proof:
    """Read what ``proof_to_json`` wrote."""
    nature = Nature(
        categories=frozenset(Category(word) for word in raw["categories"]),
        amr=tuple(raw["amr"]),
        **{flag: bool(raw[flag]) for flag in _FLAGS},
    )
    return Proof(factor=raw["factor"], credential=raw["credential"], nature=nature, at=Instant(raw["at"]))
