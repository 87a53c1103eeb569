"""What the edge knows, on disk: so that it can start again while the control plane is away.

Decides what is kept: the last snapshot, the changes since (one JSON line each, appended before they are applied),
and the configuration that was last in force. All of it mode 0600; digests of tokens are in there.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from twogate.dataplane.files import write_private
from twogate.terms.changes import Change, Snapshot, VerificationKey

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the gateway is compiled from, apart from the edge's own settings."""

    version: int
    toml: str
    keys: tuple[VerificationKey, ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Configuration":
        return cls(snapshot.policy_version, snapshot.policy_toml, snapshot.keys)


class Spool:
    """Files in the edge's directory: ``snapshot.json``, ``changes.jsonl``, ``in-force.json``."""

    def __init__(self, directory: Path) -> None:
        self._snapshot = directory / "snapshot.json"
        self._changes = directory / "changes.jsonl"
        self._in_force = directory / "in-force.json"
        self.appended = 0  # lines since the snapshot

    def save(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; the changes noted before it are in it."""
        write_private(self._snapshot, json.dumps(snapshot.to_json()))
        write_private(self._changes, "")
        self.appended = 0

    def append(self, changes: Sequence[Change]) -> None:
        """Note changes, before they are applied."""
        descriptor = os.open(self._changes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write("".join(json.dumps(change.to_json()) + "\n" for change in changes))
        self.appended += len(changes)

    def load(self) -> tuple[Snapshot, tuple[Change, ...]] | None:
        """The last snapshot and what followed it; None when there is none or it cannot be read."""
        try:
            snapshot = Snapshot.from_json(json.loads(self._snapshot.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.error("snapshot_unreadable", file=self._snapshot.name, error=type(error).__name__)  # noqa: TRY400
            return None
        return snapshot, self._follow(snapshot.number)

    def keep_in_force(self, configuration: Configuration) -> None:
        """Note the configuration that HAProxy has accepted."""
        keys = [{"kid": key.kid, "pem": key.pem} for key in configuration.keys]
        text = json.dumps({"version": configuration.version, "toml": configuration.toml, "keys": keys})
        write_private(self._in_force, text)

    def in_force(self) -> Configuration | None:
        """The configuration that HAProxy accepted last."""
        try:
            raw = json.loads(self._in_force.read_text(encoding="utf-8"))
            keys = tuple(VerificationKey(kid=str(key["kid"]), pem=str(key["pem"])) for key in raw["keys"])
            return Configuration(int(raw["version"]), str(raw["toml"]), keys)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _follow(self, number: int) -> tuple[Change, ...]:
        """Read the noted changes up to the first line that is broken: a crash may have torn the last one."""
        found: list[Change] = []
        try:
            lines = self._changes.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ()
        for line in lines:
            try:
                change = Change.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                log.warning("change_line_unreadable", file=self._changes.name)
                break
            if change.number > number:
                found.append(change)
                number = change.number
        self.appended = len(found)
        return tuple(found)
