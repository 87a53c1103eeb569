"""The module of the plan Config OP."""

from tests.services.oauth_house import House

ISSUER = "https://api.example.com/.twogate"


async def test_oidcc_discovery_endpoint_verification(house: House) -> None:
    """The document is JSON, names the issuer it was found under, and every endpoint is https and answers."""
    answer = await house.http.get("/.twogate/.well-known/openid-configuration")
    assert answer.headers["content-type"].startswith("application/json")
    about = answer.json()
    assert about["issuer"] == ISSUER
    for name in (
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "registration_endpoint",
        "end_session_endpoint",
    ):
        assert about[name].startswith("https://api.example.com/")
        assert (await house.http.get(about[name])).status_code in (200, 400, 401, 405)
    assert "openid" in about["scopes_supported"]
    assert about["response_types_supported"] == ["code"]
    assert {"authorization_code", "refresh_token"} <= set(about["grant_types_supported"])
    assert about["subject_types_supported"] == ["public"]
    assert "RS256" in about["id_token_signing_alg_values_supported"]
    assert {"client_secret_basic", "client_secret_post", "private_key_jwt"} <= set(
        about["token_endpoint_auth_methods_supported"]
    )
    assert about["claims_parameter_supported"] is True
    assert about["request_parameter_supported"] is about["request_uri_parameter_supported"] is False
    assert about["backchannel_logout_supported"] is about["backchannel_logout_session_supported"] is True
    assert {"sub", "name", "email"} <= set(about["claims_supported"])


async def test_case_55_discovery_poisoned(house: House) -> None:
    """Whatever host is asked for, the document names one issuer, and endpoints of that origin only."""
    answer = await house.http.get(
        "/.twogate/.well-known/openid-configuration",
        headers={"host": "evil.example", "x-forwarded-host": "evil.example"},
    )
    assert "evil.example" not in answer.text
    assert answer.json()["issuer"] == ISSUER


async def test_jwks_holds_no_private_half(house: House) -> None:
    """The key set is public: no shared keys, no private members, each key with kid, alg and use."""
    keys = (await house.http.get("/.twogate/oauth2/jwks")).json()["keys"]
    assert keys
    for key in keys:
        assert key["kty"] != "oct"
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key)
        assert {"kid", "alg", "use"} <= set(key)
