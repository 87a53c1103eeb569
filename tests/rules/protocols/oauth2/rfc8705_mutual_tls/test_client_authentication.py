"""Clients that prove themselves by the certificate of their connection."""

import base64
import hashlib
import json

import pytest
from tests.rules.protocols.clients import a_client

from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.client_authentication import (
    by_certificate,
    by_subject,
    subject_well_formed,
    thumbprints,
)
from twogate.terms.caller import ClientCertificate

DER = b"no real certificate, but as good to hash"
THUMBPRINT = base64.urlsafe_b64encode(hashlib.sha256(DER).digest()).decode().rstrip("=")
JWKS = json.dumps({"keys": [{"kty": "EC"}, {"kty": "EC", "x5c": [base64.b64encode(DER).decode(), "x"]}]})


def _shown(subject: str) -> ClientCertificate:
    return ClientCertificate("t" * 43, "CN=Clients", subject)


@pytest.mark.parametrize("spelling", ["CN=shop,O=Example", "CN=shop, O=Example", " CN=shop ,O=Example "])
def test_the_registered_subject_proves_the_client(spelling: str) -> None:
    """However blanks stand around its separators."""
    client = a_client(tls_subject="CN=shop,O=Example")
    assert by_subject(client, _shown(spelling))


@pytest.mark.parametrize(
    "subject",
    ["", "CN=shop", "O=Example,CN=shop", "cn=shop,O=Example", "CN=shop,O=Example,C=DE", r"CN=shop\,O=Example"],
)
def test_another_subject_proves_nobody(subject: str) -> None:
    """Less, more, another order, an escaped separator: none is the one that was registered."""
    assert not by_subject(a_client(tls_subject="CN=shop,O=Example"), _shown(subject))


def test_nothing_shown_and_nothing_registered_do_not_match() -> None:
    """Two absences are no proof."""
    assert not by_subject(a_client(tls_subject="CN=shop"), None)
    assert not by_subject(a_client(), _shown(""))
    assert not by_certificate(a_client(), "")
    assert not by_certificate(a_client(jwks=JWKS), "")


def test_the_registered_certificate_proves_the_client() -> None:
    """It is the first of ``x5c``; what is no certificate counts for nothing and raises nothing."""
    assert by_certificate(a_client(jwks=JWKS), THUMBPRINT)
    assert not by_certificate(a_client(jwks=JWKS), "t" * 43)
    for wrong in ("", "x", "{}", '{"keys":[7]}', '{"keys":[{"x5c":[]}]}', '{"keys":[{"x5c":["?"]}]}'):
        assert thumbprints(wrong) == frozenset()


def test_a_subject_is_one_line_of_names() -> None:
    """What could not be a subject is not registered."""
    assert subject_well_formed("CN=shop,O=Example")
    for wrong in ("", "shop", "CN=a\nb", "CN=" + "x" * 600):
        assert not subject_well_formed(wrong)
