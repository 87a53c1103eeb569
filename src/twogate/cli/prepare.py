"""What `twogate up` and `twogate init` make when it is missing: data directory, master key, first policy.

Decides what may be made (only in a directory without a database: a lost master key must never be replaced
silently) and refuses a start that cannot go well, with one line that says what to do.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twogate.cli import starter_policy
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, misconfigured, unavailable
from twogate.cli.installed import installation as read
from twogate.cli.policy_file import read_policy
from twogate.outside.entropy import SystemEntropy
from twogate.settings.installation import Installation
from twogate.settings.load import Place
from twogate.settings.master_key import write_master_key
from twogate.settings.paths import Paths, reason

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    data: Path | None = None
    upstream: str | None = None
    policy: Path | None = None
    public_url: str | None = None
    listen: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    only_new: bool = False  # ``upstream`` is for a new policy only; one that is there need not name it

    def overrides(self) -> dict[Place, object]:
        """The settings that options replace."""
        found: dict[Place, object] = {}
        if self.listen is not None:
            found["gateway", "listen"] = self.listen
        if self.tls_cert is not None:
            found["gateway", "tls_cert"] = str(self.tls_cert)
        if self.tls_key is not None:
            found["gateway", "tls_key"] = str(self.tls_key)
        return found


@dataclass(frozen=True, slots=True)
class Prepared:
    """An installation that is ready to start."""

    installation: Installation
    policy: Path
    public_url: str
    rules: int
    made: tuple[str, ...]  # what was missing and is there now
    upstreams: tuple[str, ...] = ()


def prepare(wanted: Wanted) -> Prepared:
    """Make what is missing and check the rest.

    Raises:
        CommandFailed, SettingsInvalid: it cannot start like this.
    """
    if wanted.upstream is not None and not starter_policy.is_upstream(wanted.upstream):
        near = starter_policy.nearest_upstream(wanted.upstream)
        hint = f"write {near or 'http://host:port'}; paths belong in the rules"
        raise CommandFailed(ExitCode.USAGE, f"--upstream {wanted.upstream}: not a server's address", hint)
    found = read(wanted.data, overrides=wanted.overrides())
    gateway = found.settings.gateway
    for path in (gateway.tls_cert, gateway.tls_key, gateway.client_ca, gateway.client_revocations):
        if path is not None and not os.access(path, os.R_OK):
            raise misconfigured(f"{path}: cannot read it", "name a PEM file that this user can read")
    if wanted.policy is None and wanted.upstream is None and not found.paths.policy.exists():
        raise CommandFailed(
            ExitCode.USAGE,
            "there is no policy yet, so say what to protect",
            "--upstream http://host:port, or --policy FILE",
        )
    made = []
    if not found.paths.data.exists():
        made.append(f"data directory {found.paths.data}")
    found.paths.create()
    if make_master_key(found):
        made.append(f"master key {found.paths.master_key} (keep a copy somewhere safe: without it the data is lost)")
    found.master_key()
    policy_path, fresh = _policy(wanted, found)
    policy = read_policy(policy_path)
    if fresh:
        made.append(f"policy {policy_path} ({starter_policy.summary()})")
    elif (
        wanted.upstream is not None
        and not wanted.only_new
        and wanted.upstream.rstrip("/") not in {up.url for up in policy.upstreams}
    ):
        raise misconfigured(
            f"{policy_path} does not protect {wanted.upstream}",
            "edit its [[upstream]], or leave --upstream out",
        )
    upstreams = tuple(up.url for up in policy.upstreams)
    return Prepared(found, policy_path, policy.public_url, len(policy.rules), tuple(made), upstreams)


def make_master_key(found: Installation) -> bool:
    """Write a master key where there is none and nothing is sealed yet."""
    store = found.settings.store
    if store.master_key.reveal() or store.master_key_command or found.paths.master_key.exists():
        return False
    if found.paths.database.exists():
        return False  # reading it tells that it is missing: what it sealed needs the old one
    write_master_key(found.paths.master_key, SystemEntropy().bytes(_KEY_BYTES))
    return True


def _policy(wanted: Wanted, found: Installation) -> tuple[Path, bool]:
    if wanted.policy is not None:
        return wanted.policy, False
    path = found.paths.policy
    if path.exists() or wanted.upstream is None:
        return path, False
    gateway = found.settings.gateway
    public_url = wanted.public_url or starter_policy.public_url(gateway.listen, tls=gateway.tls_cert is not None)
    write_policy(path, starter_policy.starter_policy(upstream=wanted.upstream, public_url=public_url))
    return path, True


def write_policy(path: Path, text: str) -> None:
    """Write a first policy; one that is there is never overwritten.

    Raises:
        CommandFailed: it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise misconfigured(f"{path}: cannot write it: {reason(error)}") from error


@contextlib.contextmanager
def hold_alone(paths: Paths) -> Iterator[None]:
    """Hold the data directory for this process; a second one would fight over database and ports.

    Raises:
        CommandFailed: another `twogate up` holds it.
    """
    try:
        descriptor = os.open(paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise misconfigured(f"{paths.lock}: cannot write it: {reason(error)}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise unavailable(
                f"another `twogate up` runs on {paths.data}", "stop it, or use another --data directory"
            ) from None
        yield
    finally:
        os.close(descriptor)
