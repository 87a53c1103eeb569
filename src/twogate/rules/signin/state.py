"""Where a sign-in stands, as a frozen value that holds no password and no code.

Decides what is remembered between two steps and how it is written as JSON. What happens next is ``machine``.
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.terms.ids import ClientId, CredentialId, SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.proof import Category, Nature, Proof

__all__ = ["Need", "Purpose", "State", "Step"]


class Purpose(StrEnum):
    """What a flow is for. A handle of one purpose is worth nothing for another."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    ENROL = "enrol"
    ADDRESS = "address"  # another mail address waits for its code


class Step(StrEnum):
    """What is asked for now."""

    FIRST = "first"  # a name and the first factor
    NEXT = "next"  # one of the factors that are missing or too old
    ENROL = "enrol"  # confirm a new factor
    CODES = "codes"  # put the recovery codes in a safe place
    FINISHED = "finished"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class State:
    """One flow between two steps."""

    purpose: Purpose
    step: Step
    need: Need
    started: Instant
    client: ClientId | None = None
    return_to: str = ""
    name: str = ""  # canonical, as given last
    user: UserId | None = None  # known from the first proof on
    session: SessionId | None = None  # the one to step up
    proofs: tuple[Proof, ...] = ()
    recovering: bool = False  # a recovery code was used: a new factor may be set up
    enrolling: str = ""  # the factor that is being set up
    asked: dict[str, Any] = field(default_factory=dict, repr=False)  # by factor: its question, and what it wants back
    chosen: str = ""  # the factor to show first, because the person wanted it
    memory: dict[str, Any] = field(default_factory=dict, repr=False)  # what that factor remembers until it is confirmed
    tries: int = 0  # wrong confirmations so far
    typing: str = field(default="", repr=False)  # how the password was typed, of people who chose that

    def to_json(self) -> str:
        return json.dumps(
            {
                "purpose": self.purpose,
                "step": self.step,
                "need": [int(self.need.level), self.need.max_age, self.need.factors],
                "started": int(self.started),
                "client": self.client,
                "return_to": self.return_to,
                "name": self.name,
                "user": self.user,
                "session": self.session,
                "proofs": [_proof_to_json(proof) for proof in self.proofs],
                "recovering": self.recovering,
                "asked": self.asked,
                "chosen": self.chosen,
                "enrolling": self.enrolling,
                "memory": self.memory,
                "tries": self.tries,
                "typing": self.typing,
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "State":
        """Read what ``to_json`` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is not a state.
        """
        raw = json.loads(text)
        level, max_age, factors = raw["need"]
        return cls(
            purpose=Purpose(raw["purpose"]),
            step=Step(raw["step"]),
            need=Need(Level(level), max_age, factors),
            started=Instant(raw["started"]),
            client=ClientId(raw["client"]) if raw["client"] is not None else None,
            return_to=raw["return_to"],
            name=raw["name"],
            user=UserId(raw["user"]) if raw["user"] is not None else None,
            session=SessionId(raw["session"]) if raw["session"] is not None else None,
            proofs=tuple(_proof_from_json(proof) for proof in raw["proofs"]),
            recovering=raw["recovering"],
            asked=raw["asked"],
            chosen=raw["chosen"],
            enrolling=raw["enrolling"],
            memory=raw["memory"],
            tries=raw["tries"],
            typing=raw.get("typing", ""),
        )


def _proof_to_json(proof: Proof) -> dict[str, Any]:
    nature = proof.nature
    return {
        "factor": proof.factor,
        "credential": proof.credential,
        "at": int(proof.at),
        "categories": sorted(nature.categories),
        "amr": list(nature.amr),
        "traits": [trait for trait in _TRAITS if getattr(nature, trait)],
    }


def _proof_from_json(raw: dict[str, Any]) -> Proof:
    traits = {trait: trait in raw["traits"] for trait in _TRAITS}
    nature = Nature(categories=frozenset(map(Category, raw["categories"])), amr=tuple(raw["amr"]), **traits)
    return Proof(raw["factor"], CredentialId(raw["credential"]), nature, Instant(raw["at"]))


_TRAITS = ("phishing_resistant", "hardware_protected", "syncable", "replay_resistant", "recovery", "raises_assurance")
