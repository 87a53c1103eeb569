"""Who is at the door before anybody has proved anything: an address, a program, perhaps a known device."""

from dataclasses import dataclass

from twogate.terms.ids import DeviceId


@dataclass(frozen=True, slots=True)
class Caller:
    """Facts about a request that the gateway vouches for; none of them grants anything."""

    address: str  # IPv4 or IPv6 text, as the gateway saw it
    user_agent: str
    request_id: str
    device: DeviceId | None = None  # proved by the device cookie; gives the owner a budget of their own
