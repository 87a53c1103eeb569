"""``[places]``: from where and when somebody may sign in.

Decides which dials of ``rules.place`` an operator may turn, and builds the parameters those rules want. Where the
databases come from is the operator's business; ``outside.geo`` and the gateway read them.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self, TypeVar

from pydantic import Field, field_validator, model_validator

from twogate.rules.place.conditions import Conditions, Group, PlaceRules
from twogate.rules.place.device_claim import read_area
from twogate.rules.policy import countries, notation
from twogate.settings.section import Section
from twogate.terms.place import Coordinates

T = TypeVar("T")
Texts = tuple[str, ...]


def _all(texts: Iterable[str], read: Callable[[str], T]) -> tuple[T, ...]:
    return tuple(read(text) for text in texts)


class GroupSettings(Section):
    """One ``[places.groups.NAME]``: what must hold for the people of a group beside what holds for everybody."""

    countries: Texts = Field(default=(), description="Countries they may sign in from.")
    networks: Texts = Field(default=(), description="Networks they may sign in from.")
    hours: Texts = Field(default=(), description="When they may sign in.")

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        self.group("checked")
        return self

    def group(self, name: str) -> Group:
        """Return what the rules want."""
        conditions = Conditions(
            networks=_all(self.networks, notation.network),
            countries=_all(self.countries, countries.country),
            hours=_all(self.hours, notation.hours),
        )
        return Group(name, conditions)


class PlaceSettings(Section):
    """Location and time. What a condition asks for and nobody can say is refused."""

    country_file: Path | None = Field(
        default=None,
        description="Database of countries in MaxMind's format, for sign-ins and for `countries` in rules. Without it "
        "sign-ins use the registries' own allocations, which come with Twogate, and rules cannot name countries. "
        "Replace it by renaming a new file over it.",
    )
    city_file: Path | None = Field(
        default=None, description="Likewise of cities with coordinates; it knows countries, too."
    )
    asn_file: Path | None = Field(default=None, description="Likewise of autonomous systems.")
    countries: Texts = Field(
        default=(),
        description="Countries one may sign in from, `DE` for example; `local` is private networks. Empty: any.",
    )
    refused_countries: Texts = Field(default=(), description="Countries one may not sign in from.")
    asns: Texts = Field(default=(), description="Autonomous systems one may sign in from, `AS3320` for example.")
    refused_asns: Texts = Field(default=(), description="Autonomous systems one may not sign in from.")
    networks: Texts = Field(default=(), description="Networks one may sign in from, `10.0.0.0/8` for example.")
    refused_networks: Texts = Field(default=(), description="Networks one may not sign in from.")
    hours: Texts = Field(
        default=(), description="When one may sign in, `Mon-Fri 08:00-18:00 Europe/Berlin` for example. Empty: always."
    )
    groups: dict[str, GroupSettings] = Field(
        default_factory=dict,
        description="`[places.groups.NAME]` with `countries`, `networks` and `hours` for the people of a group, asked "
        "for once they have proved who they are. Of several groups one must let a person in.",
    )
    areas: Texts = Field(
        default=(),
        description="Areas that a device must say it is in, `52.52,13.40,50` (latitude, longitude, kilometres). A "
        "claim of the device proves nothing: it can only keep it out.",
    )
    area_needed: bool = Field(default=False, description="Whether devices that do not say where they are stay out.")
    keep_days: int = Field(default=90, ge=1, le=400, description="Days for which it is remembered who signed in where.")

    @field_validator("countries", "refused_countries")
    @classmethod
    def _known_countries(cls, texts: Texts) -> Texts:
        _all(texts, countries.country)
        return texts

    @field_validator("asns", "refused_asns")
    @classmethod
    def _known_systems(cls, texts: Texts) -> Texts:
        _all(texts, countries.asn)
        return texts

    @field_validator("networks", "refused_networks")
    @classmethod
    def _well_formed_networks(cls, texts: Texts) -> Texts:
        _all(texts, notation.network)
        return texts

    @field_validator("hours")
    @classmethod
    def _well_formed_hours(cls, texts: Texts) -> Texts:
        _all(texts, notation.hours)
        return texts

    @field_validator("areas")
    @classmethod
    def _well_formed_areas(cls, texts: Texts) -> Texts:
        _all(texts, read_area)
        return texts

    @model_validator(mode="after")
    def _systems_need_a_database(self) -> Self:
        if (self.asns or self.refused_asns) and self.asn_file is None:
            raise ValueError("asns and refused_asns need asn_file: nothing else knows autonomous systems")
        return self

    @property
    def rules(self) -> PlaceRules:
        """What must hold at a sign-in."""
        everybody = Conditions(
            networks=_all(self.networks, notation.network),
            refused_networks=_all(self.refused_networks, notation.network),
            countries=_all(self.countries, countries.country),
            refused_countries=_all(self.refused_countries, countries.country),
            asns=_all(self.asns, countries.asn),
            refused_asns=_all(self.refused_asns, countries.asn),
            hours=_all(self.hours, notation.hours),
        )
        return PlaceRules(everybody, tuple(group.group(name) for name, group in sorted(self.groups.items())))

    @property
    def claimed_areas(self) -> tuple[Coordinates, ...]:
        return _all(self.areas, read_area)
