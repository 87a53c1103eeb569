"""What an ID token says, and that it is not an access token."""

import base64
import hashlib
import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey
from tests.services.oauth_standins import (
    AUDIENCE,
    ISSUER,
    NOON,
    CountedEntropy,
    ToldClock,
    TwoKeys,
    a_grant,
    proofs,
)

from twogate.services.access_tokens import AccessTokens, IssuedToken
from twogate.services.id_tokens import IdTokens
from twogate.services.identity_keys import IdentityKeys
from twogate.settings.tokens import Tokens
from twogate.store.unit import Store
from twogate.terms.access import AccessFacts
from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

ACCESS = IssuedToken(Secret("aaa.bbb.ccc"), AccessFacts("usr_ada", "gnt_1", 2, 0, 0, 0, 2, AUDIENCE, "cli_shop"), 300)


def _part(token: str, at: int) -> dict[str, Any]:
    raw = token.split(".")[at]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    return found


async def _issue(store: Store, keys: TwoKeys, nonce: str = "n-1", algorithm: str = "") -> str:
    others = IdentityKeys(store, ToldClock())
    tokens = IdTokens(keys, ToldClock(), ISSUER, 300, others)
    client = Client(ClientId("cli_shop"), "Shop", ClientKind.WEB, "", (), (), NOON, id_token_alg=algorithm)
    async with store.work() as unit:
        issued = await tokens.issue(unit, client, a_grant(), access=ACCESS, proofs=proofs(), nonce=nonce)
    return issued.text()


async def test_it_is_for_the_client_about_this_sign_in(store: Store) -> None:
    """OpenID Connect Core section 2: issuer, subject, client as audience, times, nonce, level and methods."""
    said = _part(await _issue(store, TwoKeys()), 1)
    assert (said["iss"], said["sub"], said["aud"], said["nonce"]) == (ISSUER, "usr_ada", "cli_shop", "n-1")
    assert (said["iat"], said["exp"], said["auth_time"]) == (NOON.seconds, NOON.seconds + 300, NOON.seconds)
    assert said["acr"] == "aal2"
    assert {"pwd", "otp"} <= set(said["amr"])


async def test_at_hash_binds_it_to_the_access_token(store: Store) -> None:
    """OpenID Connect Core section 3.1.3.6: the left half of the SHA-256 of the access token."""
    said = _part(await _issue(store, TwoKeys()), 1)
    half = hashlib.sha256(b"aaa.bbb.ccc").digest()[:16]
    assert said["at_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")


async def test_no_nonce_asked_no_nonce_said(store: Store) -> None:
    """An absent nonce stays absent instead of being an empty claim that a client might compare."""
    assert "nonce" not in _part(await _issue(store, TwoKeys(), nonce=""), 1)


async def test_it_does_not_open_the_api(store: Store) -> None:
    """An ID token, signed by the same key, is refused where an access token is read."""
    keys = TwoKeys()
    reader = AccessTokens(keys, ToldClock(), CountedEntropy(), issuer=ISSUER, audience=AUDIENCE, settings=Tokens())
    token = await _issue(store, keys)
    assert _part(token, 0)["kid"] == "key-b"
    assert isinstance(await reader.read(token), Refused)


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
async def test_a_client_gets_the_algorithm_that_it_registered(store: Store, algorithm: str) -> None:
    """Signed by a published key of that kind; joserfc, which is not ours, agrees (RFC 7518 sections 3.3 and 3.5)."""
    token = await _issue(store, TwoKeys(), algorithm=algorithm)
    (published,) = (await IdentityKeys(store, ToldClock()).verification()).values()
    assert published.as_dict()["alg"] == algorithm
    key = RSAKey.import_key(published.as_dict())
    assert jws.deserialize_compact(token, key, algorithms=[algorithm]).headers()["kid"] == published.kid
