"""A token that is good only beside its client certificate (RFC 8705 section 3), or a proof of its key (RFC 9449).

Decides how the binding is written and when it is met. Whether the certificate itself is good is the gateway's to say,
which alone sees the handshake.
"""

import hmac
from typing import Any

from twogate.terms.binding import key_of, of_key
from twogate.terms.caller import Caller

METHOD = "x5t#S256"
KEY_METHOD = "jkt"
METADATA: dict[str, Any] = {"tls_client_certificate_bound_access_tokens": True}
"""Section 3.3: what a server says of itself that binds tokens so."""


def confirmation(binding: str) -> dict[str, str] | None:
    """The value of ``cnf`` (section 3.1, RFC 9449 section 6.1); none for a token that whoever bears it may use."""
    if not binding:
        return None
    key = key_of(binding)
    return {KEY_METHOD: key} if key else {METHOD: binding}


def met(binding: str, caller: Caller) -> bool:
    """Whether the caller may use a token that is bound so."""
    if not binding:
        return True
    if key_of(binding):
        shown = of_key(caller.key)
    else:
        shown = caller.certificate.thumbprint if caller.certificate else caller.self_signed
    return hmac.compare_digest(shown.encode(), binding.encode())
