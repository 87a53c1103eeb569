"""Flow handles: what a caller holds between two steps, and the key under which the flow is sealed.

Decides how a flow is stored: encrypted under its own handle, of which the database knows only the digest. So a copy
of the database shows nothing about sign-ins under way, not even a new factor's secret that waits to be confirmed.
"""

import base64
import hashlib
from collections.abc import Collection

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from twogate.rules.signin.state import Purpose, State
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import Flow
from twogate.terms.verdict import Refused

PREFIX = "tg_fl_"
_NONCE_BYTES = 12
_PURPOSE = b"twogate flow 1\x00"


def new_handle(entropy: Entropy) -> Secret:
    """Return what the caller holds until the next step."""
    return new_secret(PREFIX, entropy)


def sealed(state: State, handle: Secret, *, expires: Instant, entropy: Entropy) -> Flow:
    """Return the row to store under this handle."""
    nonce = entropy.bytes(_NONCE_BYTES)
    body = AESGCM(_key(handle)).encrypt(nonce, state.to_json().encode(), None)
    return Flow(handle.sha256(), base64.b64encode(nonce + body).decode("ascii"), expires)


def opened(flow: Flow | None, handle: Secret, *, purposes: Collection[Purpose], now: Instant) -> State | Refused:
    """Return the flow's state, or why there is none. A flow of another purpose is unknown here."""
    if flow is None:
        return Refused(Reason.FLOW_UNKNOWN)
    if flow.expires <= now:
        return Refused(Reason.FLOW_EXPIRED)
    try:
        raw = base64.b64decode(flow.state)
        plain = AESGCM(_key(handle)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
        state = State.from_json(plain.decode())
    except (InvalidTag, ValueError, KeyError, TypeError):
        return Refused(Reason.FLOW_UNKNOWN, "the stored flow cannot be read")
    return state if state.purpose in purposes else Refused(Reason.FLOW_UNKNOWN, f"a handle for {state.purpose}")


def _key(handle: Secret) -> bytes:
    """A handle has 256 random bits, so one hash makes a key of it."""
    return hashlib.sha256(_PURPOSE + handle.reveal()).digest()
