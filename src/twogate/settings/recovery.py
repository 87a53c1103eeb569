"""``[recovery]``: how long a way back into an account waits, and how long its secret lives."""

from typing import Annotated

from pydantic import Field

from twogate.rules.recovery.request import RecoveryRules
from twogate.settings.section import Seconds, Section

_DAY = 86_400


class RecoverySettings(Section):
    """Recovery by time lock and by the help desk (NIST SP 800-63B-4 section 4.2)."""

    self_service: bool = Field(
        default=True,
        description="Whether people may ask for a way back by themselves. Needs mail; the help desk works without.",
    )
    wait: Annotated[Seconds, Field(ge=1, le=30 * _DAY)] = Field(
        default=3 * _DAY, description="How long the owner may object before lost factors can be replaced."
    )
    password_wait: Annotated[Seconds, Field(ge=0, le=30 * _DAY)] = Field(
        default=0, description="The same for a forgotten password. The second factor is still asked for afterwards."
    )
    life: Annotated[Seconds, Field(ge=60, le=_DAY)] = Field(
        default=_DAY, description="How long the one-time secret is good (section 4.2.1.2: 24 hours at most)."
    )
    approval: Annotated[Seconds, Field(ge=60, le=_DAY)] = Field(
        default=_DAY, description="How long a request of the help desk waits for the second administrator."
    )
    apart: Annotated[Seconds, Field(ge=_DAY, le=365 * _DAY)] = Field(
        default=30 * _DAY,
        description="Password and factors of one account are not both replaced by mail within this time: mail alone "
        "would open it (section 4.2.2.2).",
    )
    pause: Annotated[Seconds, Field(ge=0, le=30 * _DAY)] = Field(
        default=_DAY, description="After the owner stopped one, nobody begins another by mail for this long."
    )
    asks: int = Field(default=10, ge=1, le=10_000, description="How often one address may ask before it waits.")
    asks_wait: Annotated[Seconds, Field(ge=1, le=_DAY)] = Field(default=3_600, description="How long it waits then.")

    @property
    def rules(self) -> RecoveryRules:
        """What ``rules.recovery`` wants."""
        return RecoveryRules(
            wait=self.wait,
            password_wait=self.password_wait,
            life=self.life,
            approval=self.approval,
            apart=self.apart,
            pause=self.pause,
        )
