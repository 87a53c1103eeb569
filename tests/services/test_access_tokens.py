"""Issuing and reading access tokens."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.services.oauth_standins import (
    AUDIENCE,
    ISSUER,
    NOON,
    CountedEntropy,
    ToldClock,
    TwoKeys,
    a_grant,
    a_session,
    proofs,
)

from twogate.rules.assurance.level import Level
from twogate.services.access_tokens import AccessTokens, IssuedToken
from twogate.settings.tokens import Tokens
from twogate.terms.access import AccessFacts
from twogate.terms.caller import Caller, ClientCertificate
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


@dataclass
class Grants:
    """Remembers what a grant was extended to."""

    revoked: bool = False
    extended: list[Instant] = field(default_factory=list)

    async def extend(self, _grant: str, last_expiry: Instant) -> bool:
        self.extended.append(last_expiry)
        return not self.revoked


@dataclass
class Obligations:
    """What the account owes."""

    owed: bool = False

    async def get(self, _user: str, _kind: str) -> bool:
        return self.owed


@dataclass
class Unit:
    """The one repository that issuing needs."""

    grants: Any = field(default_factory=Grants)
    obligations: Any = field(default_factory=Obligations)


@pytest.fixture
def clock() -> ToldClock:
    return ToldClock()


@pytest.fixture
def tokens(clock: ToldClock) -> AccessTokens:
    return AccessTokens(TwoKeys(), clock, CountedEntropy(), issuer=ISSUER, audience=AUDIENCE, settings=Tokens())


async def _issue(tokens: AccessTokens, unit: Any = None, **change: Any) -> IssuedToken | Refused:
    told = {
        "grant": a_grant(),
        "subject": "usr_ada",
        "client": ClientId("cli_shop"),
        "proofs": proofs(),
        "scope": ("openid", "orders:read"),
        "session": a_session(),
    } | change
    return await tokens.issue(unit or Unit(), **told)


def _claims(issued: IssuedToken | Refused) -> dict[str, Any]:
    assert isinstance(issued, IssuedToken)
    body = issued.token.text().split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


async def test_claims_of_a_person(tokens: AccessTokens) -> None:
    """RFC 9068 section 2.2 and RFC 9470 section 6.1: a person's token says who, where, how strong and when."""
    claims = _claims(await _issue(tokens))
    assert claims["iss"] == ISSUER
    assert claims["aud"] == AUDIENCE
    assert (claims["sub"], claims["client_id"], claims["sid"]) == ("usr_ada", "cli_shop", "ses_1")
    assert (claims["acr"], claims["amr"], claims["auth_time"]) == ("aal2", ["mfa", "otp", "pwd"], NOON.seconds)
    assert claims["exp"] - claims["iat"] == 300
    assert claims["scope"] == "openid orders:read"


async def test_packed_facts_say_the_same_as_the_claims(tokens: AccessTokens) -> None:
    """The claim the gateway reads and the standard claims are one statement."""
    issued = await _issue(tokens)
    claims = _claims(issued)
    facts = AccessFacts.unpack(claims["tg"])
    assert isinstance(issued, IssuedToken)
    assert facts == issued.facts
    assert (facts.expires, facts.rank, facts.factors) == (claims["exp"], Level.AAL2, 2)


async def test_read_returns_what_was_issued(tokens: AccessTokens) -> None:
    """A token read back yields the facts it was issued with."""
    issued = await _issue(tokens)
    assert isinstance(issued, IssuedToken)
    read = await tokens.read(issued.token.text())
    assert isinstance(read, Passed)
    assert read.value.facts == issued.facts


async def test_read_refuses_after_expiry(tokens: AccessTokens, clock: ToldClock) -> None:
    """A token is good up to, not including, its expiry."""
    issued = await _issue(tokens)
    assert isinstance(issued, IssuedToken)
    clock.at = NOON.plus(299)
    assert isinstance(await tokens.read(issued.token.text()), Passed)
    clock.at = NOON.plus(300)
    assert await tokens.read(issued.token.text()) == Refused(Reason.TOKEN_EXPIRED)


async def test_no_token_under_a_revoked_grant(tokens: AccessTokens) -> None:
    """A revoked grant yields no token."""
    no = await _issue(tokens, Unit(Grants(revoked=True)))
    assert isinstance(no, Refused)
    assert no.reason is Reason.TOKEN_REVOKED


async def test_no_token_before_a_new_password_is_chosen(tokens: AccessTokens) -> None:
    """Somebody who pressed the panic button chooses another password before anything opens, at any door."""
    unit = Unit(obligations=Obligations(owed=True))
    no = await _issue(tokens, unit)
    assert isinstance(no, Refused)
    assert no.reason is Reason.PASSWORD_CHANGE_REQUIRED
    assert unit.grants.extended == []


async def test_grant_is_extended_to_the_expiry(tokens: AccessTokens) -> None:
    """The grant learns when its youngest token expires, so that its revocation is remembered as long."""
    unit = Unit()
    await _issue(tokens, unit)
    assert unit.grants.extended == [NOON.plus(300)]


async def test_session_end_caps_the_token(tokens: AccessTokens) -> None:
    """No token outlives the session it was issued in; none at all after its end."""
    issued = await _issue(tokens, session=a_session(end=NOON.plus(100)))
    assert isinstance(issued, IssuedToken)
    assert issued.expires_in == 100
    assert await _issue(tokens, session=a_session(end=NOON)) == Refused(Reason.SESSION_ENDED)


async def test_service_account_is_never_a_person(tokens: AccessTokens) -> None:
    """A service account's token has level aal1, one factor, no amr and no auth_time."""
    issued = await _issue(tokens, grant=a_grant(user=None, session=None), subject="cli_shop", proofs=(), session=None)
    claims = _claims(issued)
    facts = AccessFacts.unpack(claims["tg"])
    assert claims["acr"] == "aal1"
    assert claims.keys().isdisjoint({"amr", "auth_time", "sid"})
    assert (facts.auth_time, facts.factors) == (0, 1)


async def test_nothing_proved_nothing_issued(tokens: AccessTokens) -> None:
    """A person who proved nothing gets no token."""
    no = await _issue(tokens, proofs=())
    assert isinstance(no, Refused)
    assert no.reason is Reason.LEVEL_TOO_LOW


async def test_auth_time_is_that_of_the_proofs(tokens: AccessTokens, clock: ToldClock) -> None:
    """Issuing later does not make the proof younger."""
    clock.at = NOON.plus(1_000)
    assert _claims(await _issue(tokens))["auth_time"] == NOON.seconds


async def test_every_token_is_another(tokens: AccessTokens) -> None:
    """Two tokens of the same second and content differ (RFC 7519 section 4.1.7)."""
    one, two = await _issue(tokens), await _issue(tokens)
    assert _claims(one)["jti"] != _claims(two)["jti"]


def test_the_operator_may_leave_tokens_unbound(clock: ToldClock) -> None:
    """Where clients with certificates hand their tokens on to others that have none."""
    certified = Caller("192.0.2.7", "", "rid", certificate=ClientCertificate("thumb", "CN=a", "CN=b"))
    for bound, binding in ((True, "thumb"), (False, "")):
        settings = Tokens(certificate_bound=bound)
        made = AccessTokens(TwoKeys(), clock, CountedEntropy(), issuer=ISSUER, audience=AUDIENCE, settings=settings)
        assert made.binding(certified) == binding
        assert made.binding(Caller("192.0.2.7", "", "rid")) == ""
