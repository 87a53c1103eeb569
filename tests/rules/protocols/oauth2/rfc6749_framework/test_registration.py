"""Registration: every mistake at once."""

import json

import pytest
from tests.rules.protocols.keys import Caller, jwk_of

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Proving, Registration, mistakes
from twogate.terms.client import AuthMethod, ClientKind
from twogate.terms.reasons import Reason

URI = ("https://shop.example/callback",)


@pytest.mark.parametrize(
    "wanted",
    [
        Registration("Shop", ClientKind.WEB, URI, ("openid",), "shop"),
        Registration("Shop", ClientKind.BROWSER, URI),
        Registration("App", ClientKind.FIRST_PARTY),
        Registration("Robot", ClientKind.SERVICE, (), ("orders:read",)),
    ],
)
def test_good_registrations(wanted: Registration) -> None:
    """A first-party app and a service account need no redirect URI."""
    assert mistakes(wanted) == ()


@pytest.mark.parametrize(
    "wanted",
    [
        Registration("", ClientKind.WEB, URI),
        Registration("Shop\n", ClientKind.WEB, URI),
        Registration("Shop", ClientKind.WEB),
        Registration("Shop", ClientKind.NATIVE),
        Registration("Robot", ClientKind.SERVICE, URI),
        Registration("Shop", ClientKind.WEB, ("http://shop.example/",)),
        Registration("Shop", ClientKind.WEB, URI * 21),
        Registration("Shop", ClientKind.WEB, URI, ("a b",)),
        Registration("Shop", ClientKind.WEB, URI, ('"',)),
        Registration("Shop", ClientKind.WEB, URI, id="a b"),
        Registration("Shop", ClientKind.WEB, URI, id="browser"),
        Registration("Shop", ClientKind.WEB, URI, id="usr_ada"),
        Registration("Shop", ClientKind.WEB, URI, id="|x|"),
    ],
)
def test_bad_registrations(wanted: Registration) -> None:
    """A client's id is also a subject and a map key, so it can be nobody else's and holds no separator."""
    assert mistakes(wanted)


def test_all_mistakes_are_named_at_once() -> None:
    """Whoever registers a client need not try again for each mistake."""
    wrong = mistakes(Registration("", ClientKind.WEB, ("ftp://x",), ('"',), "!"))
    assert {one.reason for one in wrong} == {Reason.INPUT_MALFORMED, Reason.REDIRECT_URI_WRONG, Reason.SCOPE_REFUSED}
    assert len(wrong) == 4


SHOP = Caller()
CERTIFIED = json.dumps({"keys": [SHOP.jwk | {"x5c": ["AAAA"]}]})


@pytest.mark.parametrize(
    ("kind", "proving"),
    [
        (ClientKind.WEB, Proving(AuthMethod.SECRET_BASIC)),
        (ClientKind.SERVICE, Proving(AuthMethod.SECRET_POST)),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, SHOP.jwks)),
        (ClientKind.SERVICE, Proving(AuthMethod.TLS, tls_subject="CN=job,O=Example")),
        (ClientKind.WEB, Proving(AuthMethod.SELF_SIGNED_TLS, CERTIFIED)),
        (ClientKind.BROWSER, Proving(AuthMethod.NONE)),
    ],
)
def test_a_method_with_what_it_needs(kind: ClientKind, proving: Proving) -> None:
    """RFC 7591 section 2: one method, and its keys or its certificate's subject."""
    uris = () if kind is ClientKind.SERVICE else URI
    assert mistakes(Registration("Shop", kind, uris, proving=proving)) == ()


@pytest.mark.parametrize(
    ("kind", "proving"),
    [
        (ClientKind.WEB, Proving(AuthMethod.NONE)),
        (ClientKind.BROWSER, Proving(AuthMethod.SECRET_BASIC)),
        (ClientKind.BROWSER, Proving(AuthMethod.PRIVATE_KEY_JWT, SHOP.jwks)),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT)),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, "{}")),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, '{"keys":[]}')),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, json.dumps({"keys": [SHOP.jwk, {"kty": "oct"}]}))),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, json.dumps({"keys": [jwk_of(SHOP.key, private=True)]}))),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, json.dumps({"keys": [SHOP.jwk] * 11}))),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, SHOP.jwks + " " * 16_384)),
        (ClientKind.WEB, Proving(AuthMethod.PRIVATE_KEY_JWT, SHOP.jwks, tls_subject="CN=job")),
        (ClientKind.WEB, Proving(AuthMethod.SECRET_BASIC, SHOP.jwks)),
        (ClientKind.WEB, Proving(AuthMethod.TLS)),
        (ClientKind.WEB, Proving(AuthMethod.TLS, tls_subject="job")),
        (ClientKind.WEB, Proving(AuthMethod.SELF_SIGNED_TLS, SHOP.jwks)),
    ],
)
def test_a_method_without_what_it_needs(kind: ClientKind, proving: Proving) -> None:
    """A method that this kind has not, keys that are missing, private, not taken or too many, or one thing too much."""
    assert mistakes(Registration("Shop", kind, URI, proving=proving))


@pytest.mark.parametrize(
    "uri", ["http://169.254.169.254/", "file:///etc/passwd", "https://u@x.example/", "https://x.example/#k"]
)
def test_case_80_ssrf_key_sets_at_strange_addresses(uri: str) -> None:
    """What is no https address is not even registered; where a good one leads is looked at when it is fetched."""
    assert mistakes(
        Registration("Shop", ClientKind.WEB, URI, proving=Proving(AuthMethod.PRIVATE_KEY_JWT, jwks_uri=uri))
    )
    good = Proving(AuthMethod.PRIVATE_KEY_JWT, jwks_uri="https://x.example/jwks")
    assert mistakes(Registration("Shop", ClientKind.WEB, URI, proving=good)) == ()
    both = Proving(AuthMethod.PRIVATE_KEY_JWT, SHOP.jwks, jwks_uri="https://x.example/jwks")
    assert mistakes(Registration("Shop", ClientKind.WEB, URI, proving=both))
