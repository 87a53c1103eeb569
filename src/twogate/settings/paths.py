"""The data directory: what lies where.

Decides the layout. Creating it, and refusing one that others can read, is here too, because both need only the path.
"""

import stat
from dataclasses import dataclass
from pathlib import Path

from twogate.settings.mistakes import Mistake, SettingsInvalid

_SOCKET_PATH_LIMIT = 100  # sun_path holds 107 bytes; HAProxy adds a suffix while it binds anew


@dataclass(frozen=True, slots=True)
class Paths:
    """Every path that Twogate reads or writes, from one directory."""

    data: Path

    @property
    def policy(self) -> Path:
        return self.data / "twogate.toml"

    @property
    def settings(self) -> Path:
        return self.data / "settings.toml"

    @property
    def master_key(self) -> Path:
        return self.data / "master.key"

    @property
    def database(self) -> Path:
        return self.data / "twogate.db"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def control_socket(self) -> Path:
        return self.run / "control.sock"

    @property
    def haproxy_admin_socket(self) -> Path:
        return self.run / "haproxy-admin.sock"

    @property
    def haproxy_master_socket(self) -> Path:
        return self.run / "haproxy-master.sock"

    @property
    def edge(self) -> Path:
        return self.data / "edge"

    @property
    def edge_key(self) -> Path:
        return self.data / "edge.key"

    @property
    def forward_auth(self) -> Path:
        return self.data / "forward-auth"

    @property
    def forward_auth_key(self) -> Path:
        return self.data / "forward-auth.key"

    @property
    def traffic(self) -> Path:
        return self.data / "traffic"

    @property
    def audit_anchor(self) -> Path:
        return self.data / "audit.anchor"

    @property
    def tls(self) -> Path:
        return self.data / "tls"

    @property
    def lock(self) -> Path:
        return self.run / "up.lock"

    def create(self) -> None:
        """Make the directories, readable by this user only.

        Raises:
            SettingsInvalid: it cannot be made, others may enter it, or its path is too long for unix sockets.
        """
        longest = len(str(self.haproxy_master_socket.absolute()).encode())
        if longest > _SOCKET_PATH_LIMIT:
            raise SettingsInvalid(
                Mistake(str(self.data), "the path is too long for unix sockets", "choose a shorter --data directory"),
            )
        try:
            for folder in (self.data, self.run, self.edge, self.traffic, self.tls):
                folder.mkdir(mode=0o700, parents=folder == self.data, exist_ok=True)
        except OSError as error:
            raise SettingsInvalid(
                Mistake(str(self.data), f"cannot create it: {reason(error)}", "choose another --data directory"),
            ) from error
        self.refuse_if_open()

    def refuse_if_open(self) -> None:
        """Refuse a data directory that other users of the machine may enter.

        Raises:
            SettingsInvalid: it is open to others, or is not there.
        """
        try:
            mode = stat.S_IMODE(self.data.stat().st_mode)
        except OSError as error:
            raise SettingsInvalid(
                Mistake(str(self.data), f"cannot read it: {reason(error)}", "run `twogate init` first"),
            ) from error
        if mode & 0o077:
            raise SettingsInvalid(
                Mistake(str(self.data), f"other users may enter it (mode {mode:04o})", f"chmod 700 {self.data}"),
            )


def reason(error: OSError) -> str:
    """Say what the system said, without the path that the message around it names already."""
    return error.strerror.lower() if error.strerror else type(error).__name__
