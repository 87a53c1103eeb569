"""One installation: its settings, its data directory, and what follows from the two together.

Decides the places that a setting may move and the data directory provides otherwise. This is what the composition
root and the commands are given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twogate.settings.environment import Environment
from twogate.settings.load import Place, load
from twogate.settings.master_key import read_master_key
from twogate.settings.model import Settings
from twogate.settings.paths import Paths
from twogate.settings.private_files import read_private
from twogate.terms.secret import Secret


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings and paths, read once when a process starts."""

    settings: Settings
    paths: Paths

    @property
    def database_url(self) -> str:
        """``sqlite:///...`` in the data directory unless ``store.url`` says otherwise. May hold a password."""
        return self.settings.store.url.text() or f"sqlite:///{self.paths.database.absolute()}"

    @property
    def control_socket(self) -> Path:
        return self.settings.control.socket or self.paths.control_socket

    def master_key(self) -> bytes:
        """Read the master key.

        Raises:
            SettingsInvalid: it is missing, readable by others, or not a key.
        """
        return read_master_key(self.settings.store, self.paths)

    def edge_key(self) -> Secret:
        """Read the key by which this node's edge agent identifies itself.

        Raises:
            SettingsInvalid: it is missing or readable by others.
        """
        if self.settings.edge.key.reveal():
            return self.settings.edge.key
        hint = "`twogate edge-key add NAME` makes one"
        return Secret(read_private(self.paths.edge_key, what="the edge key", missing=hint))

    def forward_auth_key(self) -> Secret:
        """Read the key of the process that decides for foreign proxies: a node of its own beside a gateway's.

        Raises:
            SettingsInvalid: it is missing or readable by others.
        """
        if self.settings.forward_auth.key.reveal():
            return self.settings.forward_auth.key
        hint = "`twogate edge-key add NAME --to FILE` makes one"
        return Secret(read_private(self.paths.forward_auth_key, what="the forward-auth key", missing=hint))


def read_installation(environment: Environment, *, overrides: Mapping[Place, object] | None = None) -> Installation:
    """Read settings and environment.

    Raises:
        SettingsInvalid: with all mistakes found.
    """
    return Installation(load(environment, overrides=overrides), Paths(environment.data))
