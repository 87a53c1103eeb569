"""``[edge]``: how a gateway node finds its control plane."""

from pathlib import Path

from pydantic import Field

from twogate.settings.section import Seconds, SecretText, Section
from twogate.terms.secret import Secret


class EdgeSettings(Section):
    """The agent beside HAProxy."""

    control: str = Field(
        default="",
        pattern=r"^$|^https?://[^/?#]+$",
        description="Address of the control plane, `https://control.internal:9443`. Empty: the unix socket in the "
        "data directory.",
    )
    control_ca: Path | None = Field(
        default=None, description="CA bundle for `control`; empty: the system's certificates."
    )
    key: SecretText = Field(
        default=Secret(""),
        description="The edge key that `twogate edge-key add` printed. Empty: the file `edge.key` in the data "
        "directory.",
    )
    wait: Seconds = Field(default=20, ge=1, le=60, description="How long one request for news may wait for an answer.")
