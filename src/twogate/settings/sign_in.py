"""``[sign_in]``: what is asked for at a sign-in, and how many tries there are."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from twogate.rules.assurance.profiles import Profile
from twogate.rules.signin.enforcement import Enforcement
from twogate.settings.section import Seconds, Section
from twogate.terms.instant import Instant


class SecondFactor(StrEnum):
    """When a second factor is asked for."""

    ALWAYS = "always"
    WHEN_NEEDED = "when_needed"


class SignInSettings(Section):
    """The flow and its budgets (NIST SP 800-63B-4 section 3.2.2, PCI DSS 4.0.1 requirement 8.3.4)."""

    second_factor: SecondFactor = Field(
        default=SecondFactor.ALWAYS,
        description="`always`: at every sign-in. `when_needed`: only once a rule asks for `aal2` or more; a stolen "
        "password then opens every endpoint that asks for `aal1`.",
    )
    profile: Profile = Field(
        default=Profile.NIST,
        description="The rule book whose numbers hold where nothing else is set, and which nothing may be looser than: "
        "`nist` (SP 800-63B-4), `asvs` (OWASP), `pci` (PCI DSS 4.0.1).",
    )
    required_from: str = Field(
        default="",
        pattern=r"^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?)?$",
        description="From this day on (UTC; `2026-12-01` or `2026-12-01T08:00Z`) a second factor has to be set up. "
        "Until then, and in grace, people without one sign in by password; empty = as `second_factor` says.",
    )
    required_groups: tuple[str, ...] = Field(default=(), description="The groups that day is for; empty = everybody.")
    grace: int = Field(
        default=0, ge=0, le=100, description="How many sign-ins afterwards are let through without a second factor."
    )
    remind: Annotated[Seconds, Field(ge=3_600, le=30 * 86_400)] = Field(
        default=7 * 86_400, description="How often people without a second factor are reminded of that day."
    )
    issuer: str = Field(
        default="Twogate",
        min_length=1,
        max_length=64,
        description="The name that authenticator apps and mails show.",
    )
    flow_life: Annotated[Seconds, Field(ge=60, le=600)] = Field(
        default=600, description="How long one sign-in may take."
    )
    fresh: Annotated[Seconds, Field(ge=30, le=900)] = Field(
        default=300, description="How old the proofs may be of somebody who changes their factors or password."
    )
    tries: int = Field(
        default=10, ge=1, le=10, description="Wrong tries in a row, for each factor of an account, before it waits."
    )
    lock: Annotated[Seconds, Field(ge=1_800, le=86_400)] = Field(default=1_800, description="How long it waits then.")
    tries_in_all: int = Field(
        default=100,
        ge=1,
        le=100,
        description="Wrong tries without a right one before the factor is switched off until somebody unlocks it.",
    )

    @model_validator(mode="after")
    def _a_day_that_exists(self) -> Self:
        if self.required_from:
            _moment(self.required_from)
        return self

    @property
    def enforcement(self) -> Enforcement:
        """What ``rules.signin.enforcement`` wants."""
        return Enforcement(
            always=self.second_factor is SecondFactor.ALWAYS,
            required_from=_moment(self.required_from) if self.required_from else None,
            groups=frozenset(self.required_groups),
            grace=self.grace,
        )


def _moment(text: str) -> Instant:
    found = datetime.fromisoformat(text.removesuffix("Z"))
    return Instant.from_seconds(found.replace(tzinfo=UTC).timestamp())
