"""A client's document: which ids are addresses of one, and what it may say (sections 3 and 4 of the draft).

Decides that such a client is public and somebody else's: nothing secret can stand in a document that everybody reads,
and whoever writes one gets no further than to ask a person.
"""

import json
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from twogate.rules.protocols.jose.compact import without_repeats
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration
from twogate.rules.protocols.oauth2.rfc7591_registration.errors import InvalidClientMetadata
from twogate.rules.protocols.oauth2.rfc7591_registration.metadata import read_metadata
from twogate.terms.client import ClientKind
from twogate.terms.reasons import Reason

LONGEST = 512  # characters
LARGEST = 5_120  # bytes, as the draft recommends
_SHAPE = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
_SECRET = ("client_secret", "client_secret_expires_at")
_LOCAL = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?/[A-Za-z0-9._~/-]*")


def is_document(client_id: str, *, local: bool = False) -> bool:
    """Whether this id is the address of a document; ``local``: also plain http on this machine."""
    shaped = bool(_SHAPE.fullmatch(client_id)) or (local and bool(_LOCAL.fullmatch(client_id)))
    if len(client_id) > LONGEST or not shaped:
        return False
    path = urlsplit(client_id).path
    dots = {".", ".."} & set(path.lower().replace("%2e", ".").split("/"))
    return len(path) > 1 and not dots


def read_document(client_id: str, body: bytes, *, scopes: Collection[str]) -> Registration | OAuthRefusal:
    """Read the document that stands at ``client_id``."""
    said = read_json(body) if len(body) <= LARGEST else None
    if said is None or said.get("client_id") != client_id:
        return _no("the document is a JSON object whose client_id is its own address")
    if any(name in said for name in _SECRET) or said.get("token_endpoint_auth_method", "none") != "none":
        return _no("a client that describes itself is public: token_endpoint_auth_method is none")
    wanted = read_metadata(said | {"token_endpoint_auth_method": "none"}, scopes=scopes, services=False)
    if isinstance(wanted, Registration) and wanted.kind is ClientKind.SERVICE:
        return _no("a service account does not describe itself")
    return wanted


def read_json(body: bytes) -> dict[str, Any] | None:
    """Read a JSON object without repeated names; None when it is anything else."""
    try:
        said = json.loads(body.decode("utf-8"), object_pairs_hook=without_repeats)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _no(hint: str) -> InvalidClientMetadata:
    return InvalidClientMetadata(Reason.INPUT_MALFORMED, hint)
