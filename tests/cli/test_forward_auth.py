"""``twogate forward-auth``: what it is told, what it refuses to start with; that it runs is shown by the suite."""

import socket
from pathlib import Path

import pytest

from twogate.cli.exit_codes import ExitCode
from twogate.cli.forward_auth import bound, decision_config
from twogate.cli.installed import installation
from twogate.cli.main import run
from twogate.dataplane.edge_config import StaleMode
from twogate.settings.private_files import write_new


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "d"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("TWOGATE_DATA", str(folder))
    return folder


def test_it_is_a_node_of_its_own(data: Path) -> None:
    """Beside a gateway of the same data directory: another key, another directory, and closed when stale."""
    write_new(data / "edge.key", "tg_edge_gateway", what="the key")
    write_new(data / "forward-auth.key", "tg_edge_decider", what="the key")
    config = decision_config(installation(None))
    assert (config.key.text(), config.directory) == ("tg_edge_decider", data / "forward-auth")
    assert config.stale_mode is StaleMode.REFUSE
    assert config.hosts == ()


def test_the_settings_say_where_and_how_long(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``[forward_auth]``, and the control plane as a gateway finds it."""
    monkeypatch.setenv("TWOGATE_FORWARD_AUTH_KEY", "tg_edge_x")
    monkeypatch.setenv("TWOGATE_FORWARD_AUTH_STALE_AFTER", "90s")
    monkeypatch.setenv("TWOGATE_FORWARD_AUTH_WHEN_STALE", "serve")
    monkeypatch.setenv("TWOGATE_EDGE_CONTROL", "https://control.example:9443")
    config = decision_config(installation(data))
    assert (config.stale_after, config.stale_mode, config.control_socket) == (90, StaleMode.SERVE, None)
    assert config.control_url == "https://control.example:9443"


def test_without_a_key_it_says_how_to_get_one(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And does not start."""
    assert run(["forward-auth", "--data", str(data)]) == ExitCode.CONFIGURATION
    assert "edge-key add" in capsys.readouterr().err


def test_an_address_in_use_is_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the address."""
    write_new(data / "forward-auth.key", "tg_edge_decider", what="the key")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert run(["forward-auth", "--listen", address]) == ExitCode.UNAVAILABLE
        assert address in capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::1]:0", "*:0"])
def test_it_listens_where_it_is_told(address: str) -> None:
    """Both families; ``*`` is every address."""
    with bound(address) as listener:
        assert listener.getsockname()[1] > 0
