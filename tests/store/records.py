"""Records to store: one of each kind, different where a test says so."""

from dataclasses import replace
from typing import Any

from tests.ports import NOON

from twogate.store.unit import SigningKey, Store
from twogate.terms.account import Credential, Device, Notice, User
from twogate.terms.client import Client, ClientKind
from twogate.terms.edges import Edge
from twogate.terms.ids import (
    ApiTokenId,
    ClientId,
    CredentialId,
    DeviceId,
    EdgeId,
    GrantId,
    NoticeId,
    RecoveryId,
    SessionId,
    UserId,
)
from twogate.terms.instant import Instant
from twogate.terms.proof import Category, Nature, Proof
from twogate.terms.recovery import Lost, Recovery, Stage, Way
from twogate.terms.session import ApiToken, AuthorizationCode, Flow, Grant, RefreshToken, Session

ANN = UserId("usr_ann")
BOB = UserId("usr_bob")
PROOFS = (
    Proof(
        factor="password",
        credential=CredentialId("crd_1"),
        nature=Nature(frozenset({Category.KNOWN}), ("pwd",), replay_resistant=True),
        at=NOON,
    ),
    Proof(
        factor="totp",
        credential=CredentialId("crd_2"),
        nature=Nature(frozenset({Category.HELD, Category.INHERENT}), ("otp", "pin"), recovery=True),
        at=NOON.plus(5),
    ),
)
SOON = NOON.plus(60)


def user(name: str = "ann", **other: Any) -> User:
    made = User(UserId(f"usr_{name}"), name, name.title(), f"{name}@example.com", NOON)
    return replace(made, **other)


def credential(number: int = 1, **other: Any) -> Credential:
    made = Credential(
        id=CredentialId(f"crd_{number}"),
        user=ANN,
        factor="totp",
        label="phone",
        state={"secret": "JBSWY3DPEHPK3PXP", "step": 1},
        version=1,
        created=NOON.plus(number),
    )
    return replace(made, **other)


def device(number: int = 1, **other: Any) -> Device:
    made = Device(DeviceId(f"dev_{number}"), ANN, f"digest-{number}", "Firefox", NOON.plus(number), NOON)
    return replace(made, **other)


def notice(number: int = 1, **other: Any) -> Notice:
    return replace(Notice(NoticeId(f"ntc_{number}"), ANN, "Locked", "Ten wrong codes.", NOON.plus(number)), **other)


def session(number: int = 1, **other: Any) -> Session:
    made = Session(
        id=SessionId(f"ses_{number}"),
        user=ANN,
        secret_digest=f"digest-{number}",
        proofs=PROOFS,
        device=DeviceId("dev_1"),
        address="192.0.2.1",
        user_agent="Firefox",
        created=NOON.plus(number),
        last_used=NOON,
        absolute_end=NOON.plus(3600),
    )
    return replace(made, **other)


def grant(number: int = 1, **other: Any) -> Grant:
    made = Grant(
        id=GrantId(f"gnt_{number}"),
        client=ClientId("browser"),
        user=ANN,
        session=SessionId("ses_1"),
        scope=("orders:read", "openid"),
        audience="https://api.example.com",
        created=NOON.plus(number),
        last_expiry=NOON.plus(300),
    )
    return replace(made, **other)


def code(number: int = 1, **other: Any) -> AuthorizationCode:
    made = AuthorizationCode(
        digest=f"code-{number}",
        grant=GrantId("gnt_1"),
        client=ClientId("app"),
        redirect_uri="https://app.example.com/back",
        code_challenge="c" * 43,
        nonce="n",
        proofs=PROOFS,
        scope=("openid",),
        expires=SOON,
    )
    return replace(made, **other)


def refresh_token(number: int = 1, **other: Any) -> RefreshToken:
    made = RefreshToken(
        digest=f"refresh-{number}",
        grant=GrantId("gnt_1"),
        client=ClientId("app"),
        proofs=PROOFS,
        scope=("openid",),
        issued=NOON,
        expires=SOON,
    )
    return replace(made, **other)


def api_token(number: int = 1, **other: Any) -> ApiToken:
    made = ApiToken(
        id=ApiTokenId(f"tok_{number}"),
        digest=f"digest-{number}",
        owner=ANN,
        name="deploy",
        scope=("orders:read",),
        audience="https://api.example.com",
        created=NOON.plus(number),
        expires=SOON,
    )
    return replace(made, **other)


def client(name: str = "app", **other: Any) -> Client:
    made = Client(
        id=ClientId(name),
        name=name.title(),
        kind=ClientKind.WEB,
        secret_digest="d" * 64,
        redirect_uris=("https://app.example.com/back", "https://app.example.com/other"),
        scope=("openid",),
        created=NOON,
    )
    return replace(made, **other)


def flow(number: int = 1, *, expires: Instant = SOON) -> Flow:
    return Flow(f"handle-{number}", f'{{"step":{number}}}', expires)


def edge(name: str = "north") -> Edge:
    return Edge(EdgeId(f"edg_{name}"), name, f"digest-{name}", NOON)


def signing_key(number: int = 1, **other: Any) -> SigningKey:
    made = SigningKey(
        kid=f"key-{number}",
        private_pem=b"-----BEGIN PRIVATE KEY-----",
        public_pem="-----BEGIN PUBLIC KEY-----",
        created=NOON,
        signs_from=NOON.plus(number),
        signs_until=NOON.plus(100),
        verifies_until=NOON.plus(200),
    )
    return replace(made, **other)


async def settle(store: Store) -> None:
    """Ann with a session and a grant, so that what refers to them can be stored."""
    async with store.work() as unit:
        await unit.users.add(user())
        await unit.sessions.add(session())
        await unit.grants.add(grant())


def fail() -> None:
    """What a caller's own mistake inside a unit looks like to the store."""
    raise LookupError


def recovery(number: int = 1, **other: Any) -> Recovery:
    made = Recovery(
        id=RecoveryId(f"rcv_{number}"),
        user=ANN,
        way=Way.TIME_LOCK,
        lost=Lost.FACTORS,
        stage=Stage.WAITING,
        asked=NOON.plus(number),
        due=NOON.plus(number + 100),
        cancel_digest=f"cancel-{number}",
    )
    return replace(made, **other)
