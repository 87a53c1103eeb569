"""Known forgeries of signed tokens, each tried at introspection and userinfo (cases 39 to 46, 48)."""

import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from suites.oauth import forge
from suites.oauth.forge import b64, part, take_apart, with_header
from tests.services.oauth_house import OAUTH, House


@pytest.fixture
async def token(house: House) -> str:
    """A good access token of Ada, proved good at both doors."""
    await house.sign_in()
    good = str((await house.tokens())["access_token"])
    assert (await house.introspect(good))["active"] is True
    assert (await house.userinfo(good)).status_code == 200
    return good


async def _assert_refused(house: House, forged: str) -> None:
    """Both doors say no, calmly."""
    told = await house.http.post(f"{OAUTH}/introspect", data={"token": forged}, auth=house.basic("backend"))
    assert told.status_code in (200, 400), told.text
    assert told.json().get("active", False) is False
    if forged.isascii() and forged.isprintable() and len(forged) < 60_000:
        assert (await house.userinfo(forged)).status_code in (400, 401)


async def test_case_39_hmac_with_the_public_key(house: House, token: str) -> None:
    """The published key is no shared secret, in whatever spelling."""
    jwk = (await house.http.get(f"{OAUTH}/jwks")).json()["keys"][0]
    header, claims, _ = take_apart(token)
    for algorithm in ("HS256", "ES256"):
        for key in forge.public_key_spellings(jwk):
            await _assert_refused(house, forge.hmac_signed(header | {"alg": algorithm}, claims, key))


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "NONE", "", " none", None, ["none"], {"a": 1}, 0])
async def test_case_40_no_algorithm(house: House, token: str, algorithm: object) -> None:
    """A token without a signature is none, however "none" is spelt."""
    header, claims, signature = take_apart(token)
    unsigned = f"{part(header | {'alg': algorithm})}.{part(claims)}"
    for forged in (f"{unsigned}.", unsigned, f"{unsigned}.{signature}", f"{unsigned}.{b64(bytes(64))}"):
        await _assert_refused(house, forged)


async def test_case_40_blank_parts_and_json_serialization(house: House, token: str) -> None:
    """Empty parts and the JSON forms of JWS are no tokens (RFC 7515 section 7.2 is not spoken here)."""
    head, body, signature = token.split(".")
    flattened = f'{{"protected":"{head}","payload":"{body}","signature":"{signature}"}}'
    general = f'{{"payload":"{body}","signatures":[{{"protected":"{head}","signature":"{signature}"}}]}}'
    unsigned = f'{{"payload":"{body}","signatures":[]}}'
    blanks = (f"{head}..{signature}", f".{body}.{signature}", f"{head}.{body}.", "..", ".", f"{head}.{body}")
    for forged in (flattened, general, unsigned, *blanks, f"{token}.{signature}", f"{token}.", f".{token}"):
        await _assert_refused(house, forged)


async def test_case_41_keys_in_the_header(house: House, token: str) -> None:
    """A key that the token brings along or points to is never used, and nothing is fetched."""
    header, claims, _ = take_apart(token)
    mine = ec.generate_private_key(ec.SECP256R1())
    point = mine.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(point.x.to_bytes(32, "big")),
        "y": b64(point.y.to_bytes(32, "big")),
        "kid": header["kid"],
    }
    for brought in (
        {"jwk": jwk},
        {"jku": "http://127.0.0.1:1/jwks"},
        {"x5u": "http://127.0.0.1:1/cert"},
        {"x5c": ["AAAA"]},
        {"kid": "../../../../etc/passwd"},
        {"kid": "' OR 1=1 --"},
        {"kid": "\x00"},
        {"kid": None},
        {"kid": [header["kid"]]},
        {"kid": ""},
    ):
        await _assert_refused(house, forge.ec_signed(header | brought, claims, mine))
        await _assert_refused(house, with_header(token, **brought))


@pytest.mark.parametrize("critical", [["exp"], ["b64"], ["x"], [], "b64", None])
async def test_case_42_critical_extensions(house: House, token: str, critical: object) -> None:
    """No extension is understood, so a token that calls one critical is refused (RFC 7515 section 4.1.11)."""
    await _assert_refused(house, with_header(token, crit=critical, b64=False))
    await _assert_refused(house, with_header(token, crit=critical))


async def test_case_43_another_algorithm_in_the_header(house: House, token: str) -> None:
    """The key is pinned to ES256, whatever the header says."""
    header, claims, _ = take_apart(token)
    for algorithm in ("ES384", "ES512", "ES256K", "EdDSA", "RS256", "PS256", "HS256", "es256", "ES256 ", "A128KW"):
        await _assert_refused(house, with_header(token, alg=algorithm))
    await _assert_refused(house, forge.rsa_signed(header | {"alg": "RS256"}, claims))


async def test_case_44_empty_keys(house: House, token: str) -> None:
    """A token signed with an empty or all-zero shared secret is refused."""
    header, claims, _ = take_apart(token)
    for key in (b"", b"\x00", bytes(32), b"secret"):
        await _assert_refused(house, forge.hmac_signed(header | {"alg": "HS256"}, claims, key))


async def test_case_45_bombs(house: House, token: str) -> None:
    """Giant, deep, zipped and encrypted tokens are refused at once, without work."""
    header, claims, signature = take_apart(token)
    deep = b64(b"[" * 30_000 + b"]" * 30_000)
    bombs = (
        f"{part(header | {'x': 'y' * 40_000})}.{part(claims)}.{signature}",
        f"{deep[:50_000]}.{part(claims)}.{signature}",
        with_header(token, zip="DEF"),
        with_header(token, alg="PBES2-HS256+A128KW", p2c=2_147_483_647, p2s="AAAA", enc="A128GCM"),
        ".".join(["A" * 100] * 5),
        "." * 60_000,
        "A" * 60_000,
    )
    for bomb in bombs:
        started = time.process_time()
        await _assert_refused(house, bomb)
        assert time.process_time() - started < 0.5


async def test_case_45_five_megabytes_are_cheap(house: House) -> None:
    """A token of 5 MB costs less than 50 ms of computing and is a client error."""
    body = b"token=" + b"A" * 5_000_000
    headers = {"content-type": "application/x-www-form-urlencoded"}
    started = time.process_time()
    answer = await house.http.post(f"{OAUTH}/introspect", content=body, headers=headers, auth=house.basic("backend"))
    spent = time.process_time() - started
    assert answer.status_code in (400, 413)
    assert spent < 0.05


async def test_case_46_psychic_signatures(house: House, token: str) -> None:
    """Signatures of zeros, of the curve's order, and other degenerate pairs are refused."""
    head, body, _ = token.split(".")
    numbers = (0, 1, forge.ORDER, forge.ORDER - 1, (1 << 256) - 1, (1 << 255) - 1)
    for r in numbers:
        for s in numbers:
            await _assert_refused(house, f"{head}.{body}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}")


async def test_case_46_every_claim_is_checked(house: House, token: str) -> None:
    """Changing any claim breaks the signature; so does every single byte."""
    header, claims, signature = take_apart(token)
    for name in claims:
        less = {key: value for key, value in claims.items() if key != name}
        await _assert_refused(house, f"{part(header)}.{part(less)}.{signature}")
    for index in range(0, len(token), 7):
        other = "B" if token[index] != "B" else "C"
        await _assert_refused(house, token[:index] + other + token[index + 1 :])


async def test_case_46_a_token_has_one_spelling(house: House, token: str) -> None:
    """The twin ECDSA signature, ASN.1, padding and stray bits are refused: a digest names one token and no other."""
    last = token[-1]
    strays = [token[:-1] + letter for letter in "ABCDEFQRSgwx" if letter != last]
    others = (forge.twin_signature(token), forge.der_signature(token), token + "=", token + "==", f"{token}A")
    for forged in (*strays, *others, f" {token}", f"{token} ", token.replace(".", ".\n", 1)):
        await _assert_refused(house, forged)


async def test_case_46_expiry_and_audience(house: House, token: str) -> None:
    """An expired token is refused to the second; one for another audience was never good here."""
    house.clock.advance(299)
    assert (await house.introspect(token))["active"] is True
    house.clock.advance(1)
    await _assert_refused(house, token)


async def test_case_48_tokens_are_not_interchangeable(house: House) -> None:
    """No kind of token passes for another one at any door (a matrix of kinds and doors)."""
    await house.sign_in()
    assert house.session_secret is not None
    tokens, code, session = await house.tokens(), await house.code(), house.session_secret.text()
    made = await house.api_tokens.create("usr_ada", name="t", scope=("openid",), days=1, actor="usr_ada")
    api_token = made.secret.text()  # type: ignore[union-attr]
    house.http.headers.pop("cookie")
    sent = await house.authorize()
    asked = sent.headers["location"].split("twogate_asked%3D")[1].split("%26")[0]
    kinds = {
        "access": tokens["access_token"],
        "refresh": tokens["refresh_token"],
        "identity": tokens["id_token"],
        "code": code,
        "session": session,
        "api": api_token,
        "asked": asked,
        "client secret": house.basic("backend")[1],
    }
    passed: dict[str, set[str]] = {}
    for name, text in kinds.items():
        doors = {
            "userinfo": (await house.userinfo(text)).status_code == 200,
            "introspection": (await house.introspect(text))["active"],
            "refresh": (await house.refresh(text)).status_code == 200,
            "code": name != "code" and (await house.redeem(text)).status_code == 200,
            "session": "code="
            in (
                await house.http.get(
                    f"{OAUTH}/authorize",
                    params=dict(sent.request.url.params),
                    headers={"cookie": f"__Host-twogate-session={text}"},
                )
            ).headers["location"],
        }
        passed[name] = {door for door, opened in doors.items() if opened}
    assert passed == {
        "access": {"userinfo", "introspection"},
        "refresh": {"refresh"},  # introspected by another client: not shown
        "identity": set(),
        "code": set(),
        "session": {"session"},
        "api": {"introspection"},
        "asked": set(),
        "client secret": set(),
    }
