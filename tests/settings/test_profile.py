"""A profile sets what is unset and refuses what is looser."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from twogate.rules.assurance.profiles import BOUNDS, Profile
from twogate.settings.environment import Environment
from twogate.settings.load import load
from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.model import Settings
from twogate.settings.profile import at_least, at_most, filled


def _settings(**sections: dict[str, object]) -> Settings:
    return Settings.model_validate(filled(sections))


@pytest.mark.parametrize("profile", list(Profile))
def test_what_is_unset_follows_the_profile(profile: Profile) -> None:
    """Every number of the rule book is in force without another word."""
    settings = _settings(sign_in={"profile": profile})
    assert settings.sessions.lifetimes == BOUNDS[profile].lifetimes
    for section, key, number in (*at_most(BOUNDS[profile]), *at_least(BOUNDS[profile])):
        assert getattr(getattr(settings, section), key) == number


def test_the_default_is_nist() -> None:
    """Without a profile the defaults are the numbers of NIST."""
    assert Settings().sessions.lifetimes == BOUNDS[Profile.NIST].lifetimes
    assert Settings().sign_in.profile is Profile.NIST


def test_stricter_is_allowed_and_looser_is_not() -> None:
    """What is set stays as it is, unless the rule book forbids it; all mistakes are told at once."""
    settings = _settings(sign_in={"profile": "pci", "tries": 5}, sessions={"aal2_idle": 300})
    assert (settings.sign_in.tries, settings.sessions.aal2_idle, settings.sessions.aal1_idle) == (5, 300, 900)
    with pytest.raises(ValidationError) as refused:
        _settings(sign_in={"profile": "pci"}, sessions={"aal2_idle": 1800}, factors={"password_minimum": 8})
    assert {error["loc"] for error in refused.value.errors()} == {
        ("sessions", "aal2_idle"),
        ("factors", "password_minimum"),
    }


def test_the_file_names_the_line(tmp_path: Path) -> None:
    """A looser setting is told by its place and the number that is allowed."""
    (tmp_path / "settings.toml").write_text('[sign_in]\nprofile = "pci"\n[sessions]\naal2_idle = "30m"\n')
    with pytest.raises(SettingsInvalid) as refused:
        load(Environment(data=tmp_path))
    (mistake,) = refused.value.mistakes
    assert mistake.where.endswith("settings.toml:4")
    assert "900 at most" in mistake.text


def test_a_profile_that_nobody_filled_in_is_refused() -> None:
    """Settings put together in another way never claim a rule book whose numbers they do not hold."""
    with pytest.raises(ValidationError, match="900 at most"):
        Settings.model_validate({"sign_in": {"profile": "pci"}})


def test_what_is_no_profile_is_left_to_its_section() -> None:
    """Nothing is filled in for a profile that does not exist, and its section tells."""
    raw = {"sign_in": {"profile": "strict"}}
    assert filled(raw) == raw
    assert filled({}) == {}
    with pytest.raises(ValidationError, match="profile"):
        Settings.model_validate(raw)
