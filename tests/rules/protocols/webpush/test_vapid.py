"""Who sends a push message (RFC 8292)."""

import base64
import json

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey
from tests.ports import NOON

from twogate.rules.protocols.webpush.vapid import authorization, public_key

KEY = ECKey.generate_key("P-256")
ENDPOINT = "https://push.example.net:8443/send/abc?x=1"


def _part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _read(value: str) -> tuple[dict[str, str], dict[str, object], bytes]:
    scheme, _, rest = value.partition(" ")
    assert scheme == "vapid"
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, body, signature = fields["t"].split(".")
    point = _part(fields["k"])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    raw = _part(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    return json.loads(_part(head)), json.loads(_part(body)), point


def test_the_header_is_signed_for_one_service() -> None:
    """Sections 2 and 3: ES256, the origin with its port as audience, less than a day, how to reach the sender."""
    head, claims, point = _read(authorization(ENDPOINT, subject="mailto:ops@example.com", key=KEY, now=NOON))
    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims == {
        "aud": "https://push.example.net:8443",
        "exp": NOON.seconds + 43_200,
        "sub": "mailto:ops@example.com",
    }
    assert len(point) == 65


def test_nobody_need_be_reachable() -> None:
    """Without a contact there is no claim about one."""
    _, claims, _ = _read(authorization(ENDPOINT, subject="", key=KEY, now=NOON))
    assert "sub" not in claims


def test_the_public_key_is_what_a_browser_subscribes_with() -> None:
    """An uncompressed point, 65 octets, in base64url."""
    assert _part(public_key(KEY))[0] == 4
    assert len(_part(public_key(KEY))) == 65
