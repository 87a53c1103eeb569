"""``[risk]``: what is made of sign-ins that are unlike the ones before.

Decides which dials of ``rules.risk`` an operator may turn, and builds the parameters those rules want.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from twogate.rules.assurance.level import Level
from twogate.rules.risk.facts import Answer, RiskFact
from twogate.rules.risk.impossible_travel import Travel
from twogate.settings.section import Seconds, Section


class Wish(StrEnum):
    """What is done when a sign-in is unusual in some way."""

    NOTE = "note"
    STEP_UP = "step_up"
    DENY = "deny"


class StrongerLevel(StrEnum):
    """What `step_up` asks for."""

    AAL2 = "aal2"
    PHR = "phr"
    PHRH = "phrh"


_ABOUT = "`note`: told in audit and activity. `step_up`: `step_up_to` must be proved. `deny`: refused."


class RiskSettings(Section):
    """Unusual sign-ins. Nothing here ever makes a sign-in worth more."""

    impossible_travel: Wish = Field(default=Wish.NOTE, description=f"Too far from the sign-in before. {_ABOUT}")
    new_country: Wish = Field(default=Wish.NOTE, description="The first sign-in from a country.")
    new_device: Wish = Field(default=Wish.NOTE, description="The first sign-in on a device.")
    typing_unlike: Wish = Field(default=Wish.NOTE, description="The password typed unlike before.")
    step_up_to: StrongerLevel = Field(
        default=StrongerLevel.AAL2, description="The level that `step_up` asks for. Whoever cannot reach it stays out."
    )
    travel_speed: int = Field(default=900, ge=100, le=100_000, description="Kilometres per hour that are possible.")
    travel_tolerance: int = Field(
        default=100, ge=0, le=5_000, description="Kilometres a database may be wrong beyond what it admits."
    )
    typing: bool = Field(
        default=False,
        description="Whether people may choose to have their password's key timings compared. Numbers only, never "
        "keys; see the how-to on typing.",
    )
    typing_life: Annotated[Seconds, Field(ge=86_400, le=31_536_000)] = Field(
        default=7_776_000, description="How long samples of somebody who does not come back are kept."
    )

    @property
    def wishes(self) -> dict[RiskFact, Answer]:
        return {fact: Answer[getattr(self, fact.value).name] for fact in RiskFact}

    @property
    def travel(self) -> Travel:
        return Travel(float(self.travel_speed), float(self.travel_tolerance))

    @property
    def stronger(self) -> Level:
        return Level.from_acr(self.step_up_to.value)
