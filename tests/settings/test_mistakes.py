"""How a mistake is told."""

from twogate.settings.mistakes import Mistake, SettingsInvalid


def test_a_mistake_is_one_line_with_place_and_hint() -> None:
    """Place first, so that an editor can jump there; the hint last."""
    assert str(Mistake("a.toml:3", "no such key", "did you mean x?")) == "a.toml:3: no such key (did you mean x?)"
    assert str(Mistake("a.toml:3", "no such key")) == "a.toml:3: no such key"


def test_all_mistakes_travel_together() -> None:
    """The exception's text has every one of them."""
    error = SettingsInvalid(Mistake("a", "b"), Mistake("c", "d"))
    assert len(error.mistakes) == 2
    assert str(error) == "a: b; c: d"
