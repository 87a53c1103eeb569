"""``[control]``: where the control plane listens for its gateways."""

from pathlib import Path

from pydantic import Field

from twogate.settings.section import Address, Section


class Control(Section):
    """The control plane's own door."""

    socket: Path | None = Field(
        default=None,
        description="Unix socket to listen on. Empty: `run/control.sock` in the data directory. People reach the "
        "control plane only through the gateway.",
    )
    listen: Address | None = Field(
        default=None,
        description="`address:port` to listen on instead of the socket, for gateways on other machines. Only "
        "gateways may reach it, and nobody may read or change what passes: whoever does can name any caller's address "
        "and the client certificate that was shown, and sees passwords. Put it into a tunnel (WireGuard, IPsec).",
    )
