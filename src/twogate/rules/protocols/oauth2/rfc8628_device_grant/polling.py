"""What a poll of the token endpoint is answered (RFC 8628 section 3.5).

Decides from the request as it stands, without using it up: that is a conditional statement of the store, and what
passes here may still lose a race there.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import AccessDenied, InvalidGrant, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc8628_device_grant.errors import AuthorizationPending, ExpiredToken, SlowDown
from twogate.terms.binding import of_key
from twogate.terms.client import Client
from twogate.terms.device_request import Answer, DeviceRequest
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

MORE_SECONDS = 5
"""What each poll that came too soon adds to the interval."""

_EARLY = 0.5  # seconds of grace: networks hurry one poll and hold up the one before


@dataclass(frozen=True, slots=True)
class Approved:
    """The person said yes, and nobody has fetched the tokens yet."""

    request: DeviceRequest


def poll(request: DeviceRequest | None, client: Client, *, now: Instant, key: str = "") -> Approved | OAuthRefusal:
    """Return what this client hears; ``key``: the thumbprint of the key it proved."""
    if request is None or request.client != client.id:
        return InvalidGrant(Reason.GRANT_INVALID, detail="no such device code of this client")
    if request.binding and request.binding != of_key(key):
        return InvalidGrant(Reason.BINDING_MISSING, "the device code is for the key that asked for it")
    if request.used is not None:
        return InvalidGrant(Reason.GRANT_REUSED)
    if request.answer is Answer.DENIED:
        return AccessDenied(Reason.DEVICE_DENIED)
    if request.expires <= now:
        return ExpiredToken(Reason.DEVICE_CODE_EXPIRED)
    if too_soon(request, now):
        return SlowDown(Reason.POLLED_TOO_SOON)
    if request.answer is Answer.WAITING:
        return AuthorizationPending(Reason.DEVICE_WAITING)
    return Approved(request)


def too_soon(request: DeviceRequest, now: Instant) -> bool:
    """Whether less than the interval has passed since the last poll."""
    return request.polled is not None and now.since(request.polled) < request.interval - _EARLY
