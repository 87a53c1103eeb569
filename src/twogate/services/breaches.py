"""Passwords are compared with the operator's collection of stolen ones, where there is one.

Decides nothing; it puts the file of ``outside.breached`` into the parameters of ``rules.factors``.
"""

from dataclasses import replace

from twogate.outside.breached import breaches
from twogate.rules.factors.registry import Parameters
from twogate.settings.factors import FactorSettings


def with_breaches(parameters: Parameters, settings: FactorSettings) -> Parameters:
    """Return the parameters with the collection.

    Raises:
        SettingsInvalid: it is not there, or is not what it should be.
    """
    if settings.password_breaches is None:
        return parameters
    found = breaches(settings.password_breaches)
    return replace(parameters, password=replace(parameters.password, breaches=found))
