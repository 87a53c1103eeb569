"""A phone in software: it keeps a key and signs what it was shown, written from the statement's description alone."""

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from twogate.terms.instant import Instant
from twogate.terms.push import Answer, Decision, PromptId, PushDeviceId, Question

ORIGIN = "https://api.example.com"
ASKED = Instant(1_795_521_600_000)
QUESTION = Question(
    id=PromptId("prq_aaaaaaaaaaaaaaaa"),
    origin=ORIGIN,
    account="alice",
    action="sign_in",
    place="203.0.113.7 (Germany)",
    asked=ASKED,
)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def moment(milliseconds: int) -> str:
    """RFC 3339 in UTC with three digits, as JavaScript's toISOString writes it."""
    found = datetime.fromtimestamp(milliseconds // 1000, tz=UTC)
    return f"{found:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


@dataclass
class Phone:
    """One phone. ``device`` is what the server called it."""

    origin: str = ORIGIN
    device: str = "pdv_aaaaaaaaaaaaaaaa"
    label: str = "Chrome on Android"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        x, y = (b64(part.to_bytes(32, "big")) for part in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    @property
    def thumbprint(self) -> str:
        """RFC 7638: the members in the order of the alphabet."""
        jwk = self.jwk
        text = f'{{"crv":"{jwk["crv"]}","kty":"{jwk["kty"]}","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
        return b64(hashlib.sha256(text.encode()).digest())

    def sign(self, *lines: str) -> str:
        r, s = decode_dss_signature(self.key.sign("\n".join(lines).encode(), ec.ECDSA(SHA256())))
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    # ---- what it sends
    def pairing(self, token: str) -> dict[str, Any]:
        signature = self.sign(
            "twogate push pairing 1",
            f"origin {self.origin}",
            f"token {hashlib.sha256(token.encode()).hexdigest()}",
            f"label {self.label}",
            f"key {self.thumbprint}",
        )
        return {"token": token, "jwk": self.jwk, "label": self.label, "signature": signature}

    def pairing_code(self, token: str) -> str:
        text = f"twogate push pairing code 1\n{token}\n{self.thumbprint}"
        return f"{int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) % 1_000_000:06d}"

    def pull(self, at: int) -> dict[str, Any]:
        lines = ("twogate push pull 1", f"origin {self.origin}", f"device {self.device}", f"at {moment(at)}")
        return {"device": self.device, "at": at, "signature": self.sign(*lines)}

    def route(self, way: dict[str, str], at: int) -> dict[str, Any]:
        text = json.dumps(way)
        signature = self.sign(
            "twogate push route 1",
            f"origin {self.origin}",
            f"device {self.device}",
            f"at {moment(at)}",
            f"route {hashlib.sha256(text.encode()).hexdigest()}",
        )
        return {"device": self.device, "at": at, "route": text, "signature": signature}

    def answer(self, question: Question, decision: Decision, code: str = "", *, at: int = ASKED) -> Answer:
        signature = self.sign(
            "twogate push answer 1",
            f"origin {question.origin}",
            f"device {self.device}",
            f"request {question.id}",
            f"account {question.account}",
            f"action {question.action}",
            f"place {question.place}",
            f"asked {moment(question.asked)}",
            f"code {code}",
            f"decision {decision}",
            f"answered {moment(at)}",
        )
        return Answer(PushDeviceId(self.device), decision, code, Instant(at), signature)

    def called(self, device: str) -> "Phone":
        """The same phone under the name that the server gave it."""
        return replace(self, device=device)
