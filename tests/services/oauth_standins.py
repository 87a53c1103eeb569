"""Stand-ins for the OAuth tests: a clock that is told, counted entropy, two signing keys, ready proofs."""

import hashlib
from dataclasses import dataclass, field

from joserfc.jwk import ECKey

from twogate.terms.changes import VerificationKey
from twogate.terms.ids import ClientId, CredentialId, GrantId, SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.proof import Category, Nature, Proof
from twogate.terms.session import Grant, Session

NOON = Instant.from_seconds(1_795_521_600)
ISSUER = "https://api.example.com/.twogate"
AUDIENCE = "https://api.example.com"
PASSWORD = Nature(frozenset({Category.KNOWN}), ("pwd",))
CODE = Nature(frozenset({Category.HELD}), ("otp",), replay_resistant=True)


@dataclass
class ToldClock:
    """Stands still until it is moved; waiting moves it."""

    at: Instant = NOON

    def now(self) -> Instant:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at = self.at.plus(seconds)


@dataclass
class CountedEntropy:
    """Different bytes at each call, the same in each run."""

    count: int = 0

    def bytes(self, count: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(str(self.count).encode()).digest(count)


@dataclass(frozen=True)
class KeyInUse:
    """A private key and its id."""

    kid: str
    key: ECKey


@dataclass
class TwoKeys:
    """A key ring that signs with its first key and verifies with both."""

    keys: list[KeyInUse] = field(
        default_factory=lambda: [KeyInUse(kid, ECKey.generate_key("P-256")) for kid in ("key-b", "key-a")],
    )

    async def signer(self) -> KeyInUse:
        return self.keys[0]

    async def verification(self) -> tuple[VerificationKey, ...]:
        return tuple(VerificationKey(k.kid, k.key.as_pem(private=False).decode()) for k in self.keys)


def proofs(at: Instant = NOON, *, password_at: Instant | None = None) -> tuple[Proof, ...]:
    """A password and a one-time code: AAL2."""
    return (
        Proof("password", CredentialId("crd_p"), PASSWORD, password_at or at),
        Proof("totp", CredentialId("crd_t"), CODE, at),
    )


def a_grant(*, user: str | None = "usr_ada", client: str = "cli_shop", session: str | None = "ses_1") -> Grant:
    return Grant(
        id=GrantId("gnt_1"),
        client=ClientId(client),
        user=UserId(user) if user else None,
        session=SessionId(session) if session else None,
        scope=("openid", "orders:read"),
        audience=AUDIENCE,
        created=NOON,
        last_expiry=NOON,
    )


def a_session(*, end: Instant | None = None) -> Session:
    return Session(
        id=SessionId("ses_1"),
        user=UserId("usr_ada"),
        secret_digest="0" * 64,
        proofs=proofs(),
        device=None,
        address="192.0.2.1",
        user_agent="test",
        created=NOON,
        last_used=NOON,
        absolute_end=end or NOON.plus(86_400),
    )
