"""Names of things: opaque, prefixed, unguessable.

Decides what an identifier looks like. An id is a name, never a secret: secrets are ``terms.secret.Secret``.
"""

import base64
from typing import NewType

from twogate.terms.ports import Entropy

UserId = NewType("UserId", str)  # usr_...
CredentialId = NewType("CredentialId", str)  # crd_...  one enrolled authenticator
DeviceId = NewType("DeviceId", str)  # dev_...  one browser or app that has signed in before
SessionId = NewType("SessionId", str)  # ses_...  the OpenID Connect sid
GrantId = NewType("GrantId", str)  # gnt_...  one authorization; the handle by which its tokens are revoked
ClientId = NewType("ClientId", str)  # cli_... or a name chosen by the operator
ApiTokenId = NewType("ApiTokenId", str)  # tok_...
EdgeId = NewType("EdgeId", str)  # edg_...
DispatchId = NewType("DispatchId", str)  # dsp_...  something to be sent to a person
NoticeId = NewType("NoticeId", str)  # ntc_...
RecoveryId = NewType("RecoveryId", str)  # rcv_...  one way back into an account
LetterId = NewType("LetterId", str)  # ltr_...

_ID_BYTES = 10  # 80 bits: no collision among 10^9 names (odds below 10^-6)


def new_id(prefix: str, entropy: Entropy) -> str:
    """Return ``prefix_`` and 16 lower-case base32 characters."""
    return id_of(prefix, entropy.bytes(_ID_BYTES))


def id_of(prefix: str, value: bytes) -> str:
    """Likewise from bytes that are random already."""
    return f"{prefix}_{base64.b32encode(value).decode('ascii').lower()}"
