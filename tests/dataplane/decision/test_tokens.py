"""A token is verified once, and only tokens of ours are."""

from typing import Any

import pytest
from suites.agreement.credentials import KEY, VERIFICATION, Credentials, digest
from tests.dataplane.decision.known import PUBLIC_URL

from twogate.dataplane.decision import tokens as module
from twogate.dataplane.decision.tokens import Tokens
from twogate.rules.policy.request import Presented, Unverified

ISSUER = f"{PUBLIC_URL}/.twogate"


def test_every_kind_of_forgery_is_nobodys(credentials: Credentials) -> None:
    """Case 39 to 48 at this door: other keys, algorithms, types, issuers, spellings, bodies; and good ones are good."""
    found = Tokens(VERIFICATION, ISSUER)
    counted = 0
    for name, (token, identity) in credentials.shown.items():
        if token.startswith("tg_"):
            continue
        facts = found.facts(token, digest(token))
        if isinstance(identity, Presented):
            assert facts == identity.facts, name
        else:
            assert isinstance(identity, Unverified)
            assert facts is None, name
            counted += 1
    assert counted > 15


def test_a_token_is_verified_once(credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time its facts are recalled; another key set begins anew."""
    verified = []
    real = module.jws.deserialize_compact

    def counted(*given: Any, **named: Any) -> Any:
        verified.append(given)
        return real(*given, **named)

    monkeypatch.setattr(module.jws, "deserialize_compact", counted)
    token = credentials.shown["one"][0]
    found = Tokens(VERIFICATION, ISSUER)
    assert found.facts(token, digest(token)) is found.facts(token, digest(token))
    assert len(verified) == 1
    assert Tokens((), ISSUER).facts(token, digest(token)) is None
    assert Tokens(VERIFICATION, "http://other.example/.twogate").facts(token, digest(token)) is None


def test_what_is_remembered_is_bounded_and_forgotten_at_its_end(credentials: Credentials) -> None:
    """The oldest goes when there is no room; expired ones go with a sweep."""
    found = Tokens(VERIFICATION, ISSUER, most=2)
    for name in ("one", "two", "phr"):
        token = credentials.shown[name][0]
        assert found.facts(token, digest(token)) is not None
    assert len(found._known) == 2
    found.sweep(credentials.now + 10_000)
    assert not found._known


def test_a_key_that_cannot_be_read_is_told() -> None:
    """So that the policy in force stays."""
    broken = type(VERIFICATION[0])("k", KEY.as_pem(private=False).decode()[:60])
    with pytest.raises(ValueError, match=r".*"):
        Tokens((broken,), ISSUER)
