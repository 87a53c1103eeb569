"""Keys of callers, and what they sign: independent of the rules that read it."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from tests.ports import NOON

from twogate.terms.instant import Instant

ISSUER = "https://api.example.com/.twogate"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def number(value: int, size: int | None = None) -> str:
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8))


@lru_cache
def key_of(kind: str, which: int) -> PrivateKey:
    """A key, the same for the same words within one run."""
    del which
    match kind:
        case "EC":
            return ec.generate_private_key(ec.SECP256R1())
        case "P-384":
            return ec.generate_private_key(ec.SECP384R1())
        case "RSA":
            return rsa.generate_private_key(65_537, 2_048)
        case "small RSA":
            return rsa.generate_private_key(65_537, 1_024)  # noqa: S505  # it is to be refused
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def jwk_of(key: PrivateKey, *, private: bool = False) -> dict[str, Any]:
    """Write a key out (RFC 7518 section 6, RFC 8037 section 2)."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        found = {"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().public_bytes_raw())}
        return found | ({"d": b64(key.private_bytes_raw())} if private else {})
    if isinstance(key, rsa.RSAPrivateKey):
        secret = key.private_numbers()
        found = {"kty": "RSA", "n": number(secret.public_numbers.n), "e": number(secret.public_numbers.e)}
        return found | ({"d": number(secret.d), "p": number(secret.p), "q": number(secret.q)} if private else {})
    size, point = (key.key_size + 7) // 8, key.public_key().public_numbers()
    found = {"kty": "EC", "crv": f"P-{key.key_size}", "x": number(point.x, size), "y": number(point.y, size)}
    return found | ({"d": number(key.private_numbers().private_value, size)} if private else {})


def signature(key: PrivateKey, algorithm: str, signed: bytes) -> bytes:
    """Sign under whatever algorithm is asked for; ``HS256`` takes the public key for a secret."""
    if algorithm == "HS256":
        return hmac.digest(json.dumps(jwk_of(key)).encode(), signed, "sha256")
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(signed)
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(SHA256()), 32)
        return key.sign(signed, pss if algorithm == "PS256" else padding.PKCS1v15(), SHA256())
    size = (key.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA384() if algorithm == "ES384" else SHA256())))
    return r.to_bytes(size) + s.to_bytes(size)


@dataclass
class Caller:
    """Somebody who owns a key, and counts what they sign."""

    kind: str = "EC"
    algorithm: str = "ES256"
    number: int = 0
    made: int = field(default=0, init=False)

    @property
    def key(self) -> PrivateKey:
        return key_of(self.kind, self.number)

    @property
    def jwk(self) -> dict[str, Any]:
        return jwk_of(self.key)

    @property
    def jwks(self) -> str:
        return json.dumps({"keys": [self.jwk | {"kid": "k1", "use": "sig"}]})

    @property
    def thumbprint(self) -> str:
        members = {name: self.jwk[name] for name in sorted({"crv", "e", "kty", "n", "x", "y"} & set(self.jwk))}
        return b64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())

    def sign(self, header: dict[str, Any], claims: dict[str, Any] | bytes) -> str:
        """Sign; None takes a member away."""
        body = claims if isinstance(claims, bytes) else json.dumps(_kept(claims)).encode()
        signed = f"{b64(json.dumps(_kept(header)).encode())}.{b64(body)}"
        return f"{signed}.{b64(signature(self.key, self.algorithm, signed.encode()))}"

    def proof(self, method: str, url: str, *, at: Instant = NOON, token: str = "", **change: Any) -> str:
        """A DPoP proof; ``head_x`` changes the header, None takes a member away."""
        self.made += 1
        header = {"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.jwk}
        claims: dict[str, Any] = {"jti": f"{self.number}-{self.made}", "htm": method, "htu": url, "iat": at.seconds}
        if token:
            claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
        heads = {name.removeprefix("head_"): value for name, value in change.items() if name.startswith("head_")}
        return self.sign(header | heads, claims | {n: v for n, v in change.items() if not n.startswith("head_")})

    def assertion(self, client: str, *, at: Instant = NOON, **change: Any) -> str:
        """A statement that proves a client; ``head_x`` changes the header, None takes a member away."""
        self.made += 1
        claims = {"iss": client, "sub": client, "aud": ISSUER, "exp": at.seconds + 60, "iat": at.seconds}
        heads = {name.removeprefix("head_"): value for name, value in change.items() if name.startswith("head_")}
        said = claims | {"jti": f"a{self.number}-{self.made}"} | change
        said = {name: value for name, value in said.items() if not name.startswith("head_")}
        return self.sign({"alg": self.algorithm, "kid": "k1"} | heads, said)


def _kept(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value is not None}


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """A compact form that nobody signed."""
    return ".".join(b64(part) for part in (json.dumps(header).encode(), json.dumps(claims).encode(), signature))
