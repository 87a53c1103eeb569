"""The dials of a gateway node."""

from pathlib import Path
from typing import Any

import pytest

from twogate.dataplane.edge_config import EdgeConfig, StaleMode
from twogate.terms.secret import Secret

KEY = Secret("tg_edge_secret")


def _config(**change: Any) -> EdgeConfig:
    return EdgeConfig(Path("/edge"), Path("/run/tg"), KEY, **change)


@pytest.mark.parametrize(
    ("bind", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        (":80", ("0.0.0.0", 80)),
        ("*:80", ("0.0.0.0", 80)),
        ("[::1]:8443", ("::1", 8443)),
        ("localhost:1", ("localhost", 1)),
    ],
)
def test_an_address_is_read_as_haproxy_reads_it(bind: str, address: tuple[str, int]) -> None:
    """What is probed for a free port is what HAProxy will bind; brackets and stars included."""
    assert _config(http_bind=bind).listens() == (address,)


def test_an_empty_bind_listens_nowhere() -> None:
    """TLS only, both, or neither."""
    assert _config(http_bind="", https_bind=":443").listens() == (("0.0.0.0", 443),)
    assert len(_config(https_bind=":443").listens()) == 2
    assert _config(http_bind="").listens() == ()


def test_the_control_plane_is_found_by_its_name_before_its_socket() -> None:
    """A named backend wins; without one the socket on this machine; without either nothing."""
    socket = Path("/run/tg/control.sock")
    assert _config(control_socket=socket).backend == "/run/tg/control.sock"
    assert _config(control_socket=socket, control_backend="control:80").backend == "control:80"
    assert _config().backend == ""


def test_sockets_stand_in_the_run_directory_apart() -> None:
    """Four sockets, four names: the master's is not the worker's."""
    config = _config()
    sockets = {config.master_socket, config.admin_socket, config.log_socket, config.peer_socket}
    assert len(sockets) == 4
    assert {path.parent for path in sockets} == {Path("/run/tg")}


def test_defaults_go_on_serving_and_hide_the_key() -> None:
    """Without a word about it a silent control plane does not close the API; the key does not show."""
    assert _config().stale_mode is StaleMode.SERVE
    assert "tg_edge_secret" not in repr(_config())
