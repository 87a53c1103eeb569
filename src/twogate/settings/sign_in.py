"""``[sign_in]``: what is asked for at a sign-in, and how many tries there are."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from twogate.settings.section import Seconds, Section


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
