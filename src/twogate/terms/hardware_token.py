"""A token that was delivered: it waits for an owner, is somebody's, or is gone."""

from dataclasses import dataclass, field
from typing import Any

from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant


@dataclass(frozen=True, slots=True)
class HardwareToken:
    """One thing with a serial. While it waits its secret lies here, sealed; once it is somebody's, with them alone."""

    factor: str
    serial: str  # what is printed on it; a YubiKey's public id. Unique in its factor
    model: str
    state: dict[str, Any] | None = field(repr=False)  # its factor's; None while it is somebody's
    imported: Instant
    reserved: bool = False  # only an administrator gives it to somebody
    user: UserId | None = None
    credential: CredentialId | None = None  # the authenticator it became
    assigned: Instant | None = None
