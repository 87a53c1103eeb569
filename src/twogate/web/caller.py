"""Who is at the door, as far as the gateway vouches for it: address, request id, user agent, known device.

Decides how the gateway's ``X-Twogate-*`` headers are read. The control plane listens on a unix socket behind the
gateway, which deletes inbound headers of these names; still none of them grants anything. Absent: a local program.
Present but not what the gateway writes: the request is malformed and refused.
"""

import ipaddress
import re

from starlette.requests import Request

from twogate.store.unit import Store
from twogate.terms.caller import Caller, ClientCertificate
from twogate.terms.ids import DeviceId, new_id
from twogate.terms.ports import Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.languages.speaking import wanted_by

ADDRESS = "x-twogate-address"
REQUEST_ID = "x-twogate-request-id"
CERTIFICATE = "x-twogate-certificate"
SELF_SIGNED = f"{CERTIFICATE}-self-signed"
CERTIFICATE_NAMES = (f"{CERTIFICATE}-issuer", f"{CERTIFICATE}-subject")
LOCAL = "local"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_USER_AGENT = 256


def read_caller(request: Request, *, device: DeviceId | None = None) -> Caller | Refused:
    """Return who calls, or why the gateway's headers cannot be what the gateway wrote."""
    address = read_address(request)
    if isinstance(address, Refused):
        return address
    certificate = read_certificate(request)
    if isinstance(certificate, Refused):
        return certificate
    self_signed = request.headers.getlist(SELF_SIGNED)
    if self_signed and (len(self_signed) > 1 or not _THUMBPRINT.fullmatch(self_signed[0])):
        return Refused(Reason.REQUEST_MALFORMED, "a self-signed certificate is not told as the gateway tells it")
    return Caller(
        address=address,
        user_agent=_printable(request.headers.get("user-agent", ""))[:_LONGEST_USER_AGENT],
        request_id=request_id_of(request),
        device=device,
        certificate=certificate,
        self_signed=self_signed[0] if self_signed else "",
        language=wanted_by(request),
    )


def read_address(request: Request) -> str | Refused:
    """Return the client address in its canonical spelling, ``local`` when the gateway named none."""
    given = request.headers.getlist(ADDRESS)
    if not given:
        return LOCAL
    try:
        address = ipaddress.ip_address(given[0])
    except ValueError:
        return Refused(Reason.REQUEST_MALFORMED, "client address is no IP address")
    if len(given) > 1:
        return Refused(Reason.REQUEST_MALFORMED, "client address given twice")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def read_certificate(request: Request) -> ClientCertificate | Refused | None:
    """Return the good client certificate that the connection showed, if any."""
    given, *names = (request.headers.getlist(name) for name in (CERTIFICATE, *CERTIFICATE_NAMES))
    if not given:
        return None
    if len(given) > 1 or not _THUMBPRINT.fullmatch(given[0]) or any(len(name) != 1 for name in names):
        return Refused(Reason.REQUEST_MALFORMED, "the client certificate is not told as the gateway tells it")
    issuer, subject = (_printable(name[0]) for name in names)
    return ClientCertificate(given[0], issuer, subject)


def name_request(request: Request, entropy: Entropy) -> str:
    """Return the gateway's id for this request, or a new one when it is absent or not one line of id characters."""
    given = request.headers.getlist(REQUEST_ID)
    if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]):
        return given[0]
    return new_id("req", entropy)


def request_id_of(request: Request) -> str:
    """Return the id that the outermost middleware gave this request."""
    return str(request.scope.get("state", {}).get("request_id", ""))


async def known_device(store: Store, secret: Secret | None) -> DeviceId | None:
    """Return the device that this secret belongs to; a forged or forgotten one is no device."""
    if secret is None:
        return None
    async with store.read() as unit:
        device = await unit.devices.by_digest(secret.sha256())
    return None if device is None else device.id


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
