"""Settings and data directory together."""

from pathlib import Path

import pytest

from twogate.settings.environment import read_environment
from twogate.settings.installation import Installation, read_installation
from twogate.settings.master_key import write_master_key
from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.paths import Paths
from twogate.settings.private_files import write_new


def of(paths: Paths, **variables: str) -> Installation:
    """Read an installation with variables in its environment."""
    named = {f"TWOGATE_{name}": value for name, value in variables.items()}
    return read_installation(read_environment({"TWOGATE_DATA": str(paths.data), **named}))


def test_the_database_is_in_the_data_directory_unless_set(paths: Paths) -> None:
    """SQLite by default, and an absolute path, so that the working directory does not matter."""
    assert of(paths).database_url == f"sqlite:///{paths.database.absolute()}"
    assert of(paths, STORE_URL="postgresql://db/x").database_url == "postgresql://db/x"


def test_the_control_socket_may_be_moved(paths: Paths) -> None:
    """A setting beats the layout."""
    assert of(paths).control_socket == paths.control_socket
    assert of(paths, CONTROL_SOCKET="/run/c.sock").control_socket == Path("/run/c.sock")


def test_the_edge_key_is_a_setting_or_a_private_file(paths: Paths) -> None:
    """Without either, the way out is named."""
    with pytest.raises(SettingsInvalid, match="edge-key add"):
        of(paths).edge_key()
    write_new(paths.edge_key, "tg_edge_x", what="the edge key")
    assert of(paths).edge_key().text() == "tg_edge_x"
    assert of(paths, EDGE_KEY="tg_edge_y").edge_key().text() == "tg_edge_y"


def test_the_master_key_is_read(paths: Paths) -> None:
    """From the file in the data directory."""
    write_master_key(paths.master_key, bytes(32))
    assert of(paths).master_key() == bytes(32)
