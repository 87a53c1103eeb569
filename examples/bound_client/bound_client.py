"""A machine with a key instead of a secret: a statement for the token endpoint, a DPoP proof for each request.

python bound_client.py new keys.json              makes a key, writes its public half
python bound_client.py get CLIENT_ID URL          gets a token that is bound to the key, and a page with it

Needs only `cryptography`. RFC 7523 for the statement, RFC 9449 for the proofs.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

KEY = Path("bound_client.pem")
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def now() -> int:
    """The time in seconds."""
    return int(time.time())  # noqa: TID251  # a program of its own


def unique() -> str:
    """A text that was never there before."""
    return secrets.token_urlsafe(16)  # noqa: TID251


def b64(raw: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """Write the public half."""
    point = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32, "big")), "y": b64(point.y.to_bytes(32, "big"))}


def sign(key: ec.EllipticCurvePrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign with ES256."""
    said = ".".join(b64(json.dumps(part).encode()) for part in (header | {"alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(SHA256())))
    return f"{said}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def proof(key: ec.EllipticCurvePrivateKey, method: str, url: str, token: str = "") -> str:
    """Prove the key for one request (RFC 9449 section 4.2)."""
    claims = {"jti": unique(), "htm": method, "htu": url, "iat": now()}
    if token:
        claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
    return sign(key, {"typ": "dpop+jwt", "jwk": jwk(key)}, claims)


def statement(key: ec.EllipticCurvePrivateKey, client: str, issuer: str) -> str:
    """Say who we are, to this issuer, once (RFC 7523 section 3)."""
    claims = {"iss": client, "sub": client, "aud": issuer, "iat": now(), "exp": now() + 60, "jti": unique()}
    return sign(key, {"typ": "JWT"}, claims)


def call(method: str, url: str, headers: dict[str, str], form: dict[str, str] | None = None) -> bytes:
    """Make one request."""
    body = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method)) as answer:  # noqa: S310  # the operator's own URL
        content: bytes = answer.read()
    return content


def get(client: str, url: str) -> None:
    """Get a token that is bound to the key, and a page with it."""
    key = load_pem_private_key(KEY.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SystemExit(f"{KEY} holds another kind of key")
    parts = urllib.parse.urlsplit(url)
    issuer = f"{parts.scheme}://{parts.netloc}/.twogate"
    endpoint = f"{issuer}/oauth2/token"
    asked = {"grant_type": "client_credentials", "client_assertion_type": JWT_BEARER}
    asked["client_assertion"] = statement(key, client, issuer)
    told = json.loads(call("POST", endpoint, {"DPoP": proof(key, "POST", endpoint)}, asked))
    print("token_type:", told["token_type"])
    token = told["access_token"]
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof(key, "GET", url, token)}
    print(call("GET", url, headers).decode())


def new(file: str) -> None:
    """Make a key."""
    key = ec.generate_private_key(ec.SECP256R1())
    KEY.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    Path(file).write_text(json.dumps({"keys": [jwk(key)]}))


if __name__ == "__main__":
    if sys.argv[1] == "new":
        new(sys.argv[2])
    else:
        get(sys.argv[2], sys.argv[3])
