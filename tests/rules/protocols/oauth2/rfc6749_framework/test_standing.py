"""What a code or refresh token rests on."""

from dataclasses import replace
from typing import Any

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import CHALLENGE, VERIFIER, a_client
from tests.services.oauth_standins import a_grant, a_session, proofs

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.rules.protocols.oauth2.rfc6749_framework.standing import (
    Standing,
    answer_lost,
    code_fits,
    held,
    refresh_fits,
    stands,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import RedeemCode
from twogate.terms.account import User
from twogate.terms.client import Client
from twogate.terms.ids import ClientId, GrantId, UserId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import AuthorizationCode, RefreshToken

ADA = User(UserId("usr_ada"), "ada", "Ada", "", NOON)
CODE = AuthorizationCode(
    digest="d",
    grant=GrantId("gnt_1"),
    client=ClientId("shop"),
    redirect_uri="https://shop.example/callback",
    code_challenge=CHALLENGE,
    nonce="",
    proofs=proofs(),
    scope=(),
    expires=NOON.plus(60),
)
REFRESH = RefreshToken("d", GrantId("gnt_1"), ClientId("shop"), proofs(), (), NOON, NOON.plus(86_400))
ASKED = RedeemCode(Secret("c"), CODE.redirect_uri, VERIFIER)


def test_all_of_it_stands() -> None:
    """Grant, account and session together let a token follow."""
    grant, session = a_grant(), a_session()
    assert stands(grant, ADA, session, now=NOON) == Standing(grant, ADA, session)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"grant": None}, Reason.GRANT_INVALID),
        ({"grant": replace(a_grant(), revoked=NOON)}, Reason.GRANT_INVALID),
        ({"user": None}, Reason.SUBJECT_BLOCKED),
        ({"user": replace(ADA, blocked=NOON)}, Reason.SUBJECT_BLOCKED),
        ({"session": None}, Reason.SESSION_ENDED),
        ({"session": replace(a_session(), ended=NOON)}, Reason.SESSION_ENDED),
        ({"session": a_session(end=NOON)}, Reason.SESSION_ENDED),
    ],
)
def test_case_27_one_of_it_gone_is_enough(change: dict[str, Any], reason: Reason) -> None:
    """Revoked, blocked or ended: nothing follows any more."""
    parts: dict[str, Any] = {"grant": a_grant(), "user": ADA, "session": a_session()} | change
    answer = stands(parts["grant"], parts["user"], parts["session"], now=NOON)
    assert isinstance(answer, InvalidGrant)
    assert answer.reason is reason


def test_a_fitting_code() -> None:
    """Client, time, redirect URI and verifier agree."""
    assert code_fits(CODE, ASKED, a_client(), now=NOON) is None


@pytest.mark.parametrize(
    ("code", "asked", "late"),
    [
        (replace(CODE, client=ClientId("desk")), ASKED, 0),
        (CODE, ASKED, 60),
        (CODE, replace(ASKED, redirect_uri=""), 0),
        (CODE, replace(ASKED, verifier=VERIFIER + "x"), 0),
        (replace(CODE, code_challenge=""), ASKED, 0),
    ],
)
def test_case_50_a_code_of_somebody_else(code: AuthorizationCode, asked: RedeemCode, late: int) -> None:
    """RFC 6749 section 4.1.3: bound to client, redirect URI and PKCE, for a minute."""
    assert isinstance(code_fits(code, asked, a_client(), now=NOON.plus(late)), InvalidGrant)


@pytest.mark.parametrize(
    ("token", "late", "good"),
    [
        (REFRESH, 3_599, True),
        (REFRESH, 3_600, False),
        (replace(REFRESH, issued=NOON.plus(86_000)), 86_399, True),
        (replace(REFRESH, issued=NOON.plus(86_000)), 86_400, False),
        (replace(REFRESH, client=ClientId("desk")), 0, False),
    ],
)
def test_a_refresh_token_ends_idle_and_absolutely(token: RefreshToken, late: int, *, good: bool) -> None:
    """RFC 9700 section 4.14.2: bound to its client; an hour unused or a day in all is the end."""
    assert (refresh_fits(token, a_client(), now=NOON.plus(late), idle=3_600) is None) is good


def test_a_code_for_a_key_needs_that_key() -> None:
    """RFC 9449 section 10; a code without one takes no notice of keys."""
    bound = replace(CODE, binding="jkt:k")
    for key, good in (("k", True), ("", False), ("other", False), ("jkt:k", False)):
        assert (code_fits(bound, ASKED, a_client(), now=NOON, key=key) is None) is good
        assert code_fits(CODE, ASKED, a_client(), now=NOON, key=key) is None


def test_a_refresh_token_of_a_key_is_held_by_that_key() -> None:
    """RFC 9449 section 5."""
    assert held(REFRESH, key="") is held(REFRESH, key="k") is held(replace(REFRESH, binding="jkt:k"), key="k") is None
    for key in ("", "other", "jkt:k"):
        assert isinstance(held(replace(REFRESH, binding="jkt:k"), key=key), InvalidGrant)


USED = replace(REFRESH, used=NOON)
CONFIDENTIAL = a_client(secret_digest="d")


@pytest.mark.parametrize(
    ("token", "follower", "client", "seconds", "lost"),
    [
        (USED, REFRESH, CONFIDENTIAL, 0, True),
        (USED, REFRESH, CONFIDENTIAL, 9.999, True),
        (USED, REFRESH, CONFIDENTIAL, 10, False),
        (USED, None, CONFIDENTIAL, 0, False),
        (USED, USED, CONFIDENTIAL, 0, False),
        (REFRESH, REFRESH, CONFIDENTIAL, 0, False),
        (USED, REFRESH, a_client(), 0, False),
        (replace(USED, binding="jkt:k"), REFRESH, a_client(), 0, True),
    ],
)
def test_when_an_answer_counts_as_lost(
    token: RefreshToken, follower: RefreshToken | None, client: Client, seconds: float, *, lost: bool
) -> None:
    """For a client that proves itself or its key, for ten seconds, until somebody uses what followed."""
    assert answer_lost(token, follower, client, now=NOON.plus(seconds), grace=10) is lost
    assert not answer_lost(token, follower, client, now=NOON.plus(seconds), grace=0)
