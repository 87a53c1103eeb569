"""``tls_client_auth`` and ``self_signed_tls_client_auth`` (RFC 8705 section 2): the connection proves the client.

Decides whether the certificate that the gateway vouches for is the client's: by its subject under an authority that is
trusted, or by being the very one that is registered. Only the subject is compared: the gateway tells no other name.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re

from twogate.terms.caller import ClientCertificate
from twogate.terms.client import Client

_LONGEST_SUBJECT = 512


def by_subject(client: Client, shown: ClientCertificate | None) -> bool:
    """Whether a certificate of a trusted authority carries the registered subject (section 2.1)."""
    if shown is None or not client.tls_subject:
        return False
    return hmac.compare_digest(_spelling(shown.subject).encode(), _spelling(client.tls_subject).encode())


def by_certificate(client: Client, thumbprint: str) -> bool:
    """Whether a certificate is registered for the client, as ``x5c`` of one of its keys (section 2.2)."""
    return bool(thumbprint) and thumbprint in thumbprints(client.jwks)


def thumbprints(jwks: str) -> frozenset[str]:
    """The thumbprints of the certificates in a key set; what is no certificate is left out."""
    try:
        chains = [key["x5c"] for key in json.loads(jwks)["keys"] if "x5c" in key] if jwks else []
        return frozenset(_thumbprint(chain[0]) for chain in chains)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, binascii.Error):
        return frozenset()


def subject_well_formed(subject: str) -> bool:
    """Whether it can be the subject of a certificate as RFC 4514 spells it."""
    return 0 < len(subject) <= _LONGEST_SUBJECT and subject.isprintable() and "=" in subject


def _thumbprint(der: str) -> str:
    digest = hashlib.sha256(base64.b64decode(der, validate=True)).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def _spelling(subject: str) -> str:
    """Blanks around separators mean nothing (RFC 4514 section 2); nothing else is made equal."""
    return re.sub(r"(?<!\\)\s*([,+])\s*", r"\1", subject).strip()
