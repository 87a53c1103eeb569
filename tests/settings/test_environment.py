"""Which variables are ours."""

from pathlib import Path

from twogate.settings.environment import place, read_environment
from twogate.settings.load import variables
from twogate.settings.mistakes import Mistake


def test_only_our_variables_are_looked_at() -> None:
    """Variables of other programs never become settings."""
    found = read_environment({"PATH": "/bin", "TWOGATE_LOG_LEVEL": "debug", "XTWOGATE_LOG_LEVEL": "error"})
    assert found.settings == (("LOG_LEVEL", "debug"),)


def test_the_data_directory_defaults_to_here() -> None:
    """Without a variable the data lies in ./.twogate."""
    assert read_environment({}).data == Path(".twogate")
    assert read_environment({"TWOGATE_DATA": "/srv/x"}).data == Path("/srv/x")
    assert read_environment({"TWOGATE_SETTINGS": "/etc/x.toml"}).settings_file == Path("/etc/x.toml")


def test_debug_is_off_unless_said() -> None:
    """TWOGATE_DEBUG=0 is off, any other word is on."""
    assert [read_environment({"TWOGATE_DEBUG": word}).debug for word in ("", "0", "no", "1", "yes")] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_mistyped_variable_is_a_mistake_with_a_hint() -> None:
    """A safety setting that is mistyped must not be ignored silently."""
    found = place("GATEWAY_WHEN_STAL", variables())
    assert isinstance(found, Mistake)
    assert "TWOGATE_GATEWAY_WHEN_STALE" in found.hint
    assert place("SIGN_IN_FLOW_LIFE", variables()) == ("sign_in", "flow_life")


def test_a_variable_like_nothing_points_to_the_reference() -> None:
    """Where no name is near, the hint says where all names are."""
    found = place("ZZZZ", variables())
    assert isinstance(found, Mistake)
    assert "settings.md" in found.hint
