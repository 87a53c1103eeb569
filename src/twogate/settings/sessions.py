"""``[sessions]``: how long a session lives, by the level it has reached."""

from typing import Annotated

from pydantic import Field

from twogate.rules.assurance.session_life import Lifetimes, Limits
from twogate.settings.section import Seconds, Section

_DAY = 86_400
_MONTH = 30 * _DAY


class SessionSettings(Section):
    """Limits of NIST SP 800-63B-4, which are also the most that can be set."""

    aal1_idle: Annotated[Seconds, Field(ge=60, le=_MONTH)] = Field(
        default=_MONTH, description="A session with one factor ends after lying idle for this long."
    )
    aal1_overall: Annotated[Seconds, Field(ge=60, le=_MONTH)] = Field(
        default=_MONTH, description="A session with one factor ends after this long, used or not (section 2.1.3)."
    )
    aal2_idle: Annotated[Seconds, Field(ge=60, le=3_600)] = Field(
        default=3_600, description="A session with two factors ends after lying idle for this long (section 2.2.3)."
    )
    aal2_overall: Annotated[Seconds, Field(ge=60, le=_DAY)] = Field(
        default=_DAY, description="A session with two factors ends after this long, used or not (section 2.2.3)."
    )
    aal3_idle: Annotated[Seconds, Field(ge=60, le=900)] = Field(
        default=900, description="A session at AAL3 ends after lying idle for this long (section 2.3.3)."
    )
    aal3_overall: Annotated[Seconds, Field(ge=60, le=_DAY // 2)] = Field(
        default=_DAY // 2, description="A session at AAL3 ends after this long, used or not (section 2.3.3)."
    )

    @property
    def lifetimes(self) -> Lifetimes:
        return Lifetimes(
            aal1=Limits(self.aal1_idle, self.aal1_overall),
            aal2=Limits(self.aal2_idle, self.aal2_overall),
            aal3=Limits(self.aal3_idle, self.aal3_overall),
        )
