"""What ``sign_in.profile`` does to the other sections: it sets what is unset, and refuses what is looser.

Decides which settings a profile is about. The numbers are ``rules.assurance.profiles``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from twogate.rules.assurance.profiles import BOUNDS, Bounds, Profile


def at_most(bounds: Bounds) -> Iterator[tuple[str, str, int]]:
    """Section, key and the greatest number that the profile allows."""
    lives = bounds.lifetimes
    for name, limits in (("aal1", lives.aal1), ("aal2", lives.aal2), ("aal3", lives.aal3)):
        yield "sessions", f"{name}_idle", limits.idle
        yield "sessions", f"{name}_overall", limits.overall
    yield "sign_in", "tries", bounds.tries
    yield "sign_in", "tries_in_all", bounds.tries_in_all


def at_least(bounds: Bounds) -> Iterator[tuple[str, str, int]]:
    """Section, key and the smallest number that it asks for."""
    yield "sign_in", "lock", bounds.lock
    yield "factors", "password_minimum", bounds.password


def filled(raw: Mapping[str, dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """The same settings with what the profile says where nothing is said."""
    name = raw.get("sign_in", {}).get("profile")
    if name not in set(Profile):
        return raw  # the default, or a mistake that the section will tell
    whole = {section: dict(keys) for section, keys in raw.items()}
    bounds = BOUNDS[Profile(name)]
    for section, key, number in (*at_most(bounds), *at_least(bounds)):
        whole.setdefault(section, {}).setdefault(key, number)
    return whole


def refuse_looser(settings: Any) -> None:
    """Refuse what the profile does not allow, each setting by its name.

    Raises:
        ValidationError: with every setting that is looser.
    """
    profile: Profile = settings.sign_in.profile
    bounds = BOUNDS[profile]
    found = [
        _mistake(section, key, f"the profile `{profile}` allows {number} at most")
        for section, key, number in at_most(bounds)
        if getattr(getattr(settings, section), key) > number
    ]
    found += [
        _mistake(section, key, f"the profile `{profile}` asks for {number} at least")
        for section, key, number in at_least(bounds)
        if getattr(getattr(settings, section), key) < number
    ]
    if found:
        raise ValidationError.from_exception_data("Settings", found)


def _mistake(section: str, key: str, text: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("looser_than_profile", text), loc=(section, key), input=None)
