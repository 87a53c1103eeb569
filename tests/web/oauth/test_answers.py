"""How OAuth answers look on the wire."""

import json
from typing import Any

import pytest
from starlette.responses import Response
from tests.web.requests import request

from twogate.rules.protocols.oauth2.first_party_apps.errors import (
    Challenge,
    ChallengeDenied,
    InsufficientAuthorization,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidClient,
    InvalidGrant,
    OAuthRefusal,
    TooManyFailures,
)
from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InsufficientScope, InvalidToken
from twogate.services.access_tokens import IssuedToken
from twogate.services.token_set import TokenSet
from twogate.terms.access import AccessFacts
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.web.oauth.answers import answer, refusal, tokens


def _body(response: Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(response.body))
    return found


def test_the_operator_s_detail_never_reaches_the_caller() -> None:
    """Code, sentence, reason and request id go out; what only the operator should know does not."""
    refused = refusal(request(), InvalidGrant(Reason.GRANT_INVALID, detail="usr_ada is blocked"))
    body = _body(refused)
    assert set(body) == {"error", "error_description", "reason", "request_id"}
    assert (refused.status_code, body["error"], body["request_id"]) == (400, "invalid_grant", "req_test")
    assert "usr_ada" not in refused.body.decode() + str(refused.headers)


@pytest.mark.parametrize(
    ("refused", "status", "challenge"),
    [
        (InvalidClient(Reason.CLIENT_REFUSED), 401, 'Basic realm="twogate"'),
        (InvalidToken(Reason.TOKEN_REVOKED), 401, 'Bearer error="invalid_token"'),
        (InsufficientScope(Reason.SCOPE_INSUFFICIENT), 403, 'Bearer error="insufficient_scope"'),
    ],
)
def test_a_missing_or_bad_credential_is_challenged(refused: OAuthRefusal, status: int, challenge: str) -> None:
    """RFC 6749 section 5.2 and RFC 6750 section 3: the scheme that would be taken is named."""
    response = refusal(request(), refused)
    assert response.status_code == status
    assert response.headers["www-authenticate"].startswith(challenge)


@pytest.mark.parametrize(
    "refused",
    [
        TooManyFailures(Reason.LOCKED, retry_after=42),
        ChallengeDenied(Reason.LOCKED, retry_after=42),
        InsufficientAuthorization(Reason.LOCKED, retry_after=42),
    ],
)
def test_whoever_has_to_wait_is_told_how_long(refused: OAuthRefusal) -> None:
    """Status 429 with the same seconds in header and body."""
    response = refusal(request(), refused)
    assert (response.status_code, response.headers["retry-after"]) == (429, "42")
    assert _body(response)["retry_after"] == 42


def test_a_denial_without_a_wait_is_no_429() -> None:
    """A client is not told to come back when coming back does not help."""
    response = refusal(request(), ChallengeDenied(Reason.SUBJECT_BLOCKED))
    assert response.status_code != 429
    assert "retry-after" not in response.headers


def test_a_challenge_names_the_factors_and_the_session() -> None:
    """An app learns what to ask for, which of them is for recovery, and the handle to go on with."""
    factors = (Challenge("totp", "Code", recovery=False), Challenge("recovery_code", "Sheet", recovery=True))
    asked = InsufficientAuthorization(Reason.PROOF_NEEDED, auth_session=Secret("tg_fl_x"), factors=factors)
    body = _body(refusal(request(), asked))
    assert body["auth_session"] == "tg_fl_x"
    assert [("recovery" in one, one["factor"]) for one in body["factors"]] == [(False, "totp"), (True, "recovery_code")]


def test_nothing_is_ever_cached() -> None:
    """RFC 6749 section 5.1: good answers and errors alike."""
    for response in (answer({}), refusal(request(), InvalidGrant(Reason.GRANT_INVALID))):
        assert (response.headers["cache-control"], response.headers["pragma"]) == ("no-store", "no-cache")


def test_absent_tokens_are_absent_members() -> None:
    """A service account's answer has neither refresh_token nor id_token, not even as null."""
    facts = AccessFacts("robot", "gnt", 1, 0, 0, 0, 1, "aud", "robot", scope=("a", "b"))
    access = IssuedToken(Secret("aaa.bbb.ccc"), facts, 300)
    plain = _body(tokens(TokenSet(access), {}))
    assert plain == {"access_token": "aaa.bbb.ccc", "token_type": "Bearer", "expires_in": 300, "scope": "a b"}
    full = _body(tokens(TokenSet(access, Secret("tg_rt_x"), Secret("d.e.f")), {}))
    assert (full["refresh_token"], full["id_token"]) == ("tg_rt_x", "d.e.f")
