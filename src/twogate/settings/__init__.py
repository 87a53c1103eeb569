"""Dials: frozen settings, read from one file and the environment once."""

from twogate.settings.installation import Installation, read_installation
from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.model import Settings
from twogate.settings.paths import Paths

__all__ = ["Installation", "Mistake", "Paths", "Settings", "SettingsInvalid", "read_installation"]
