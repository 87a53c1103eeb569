"""A client's own document: which ids are one, and what it may say."""

import json
from typing import Any

import pytest

from twogate.rules.protocols.oauth2.client_id_metadata_document.document import (
    LARGEST,
    is_document,
    read_document,
    read_json,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration

HERE = "https://agent.example/client.json"
GOOD: dict[str, Any] = {"client_id": HERE, "client_name": "Agent", "redirect_uris": ["http://127.0.0.1/cb"]}


def test_an_address_with_a_path_is_one() -> None:
    """Section 3 of the draft: https, a host, a path."""
    assert is_document(HERE)
    assert is_document("https://agent.example:8443/a?b=c")
    assert is_document("http://127.0.0.1:8080/c.json", local=True)


@pytest.mark.parametrize(
    "client_id",
    [
        "shop",
        "http://agent.example/c",
        "http://127.0.0.1:8080/c.json",
        "https://agent.example",
        "https://agent.example/",
        "https://agent.example/a/../b",
        "https://agent.example/%2e%2E/b",
        "https://agent.example/c#x",
        "https://user@agent.example/c",
        "https://agent.example/c|x",
        "https://agent.example/" + "c" * 512,
        "HTTPS://agent.example/c",
    ],
)
def test_other_ids_are_none(client_id: str) -> None:
    """No path, dot segments, a fragment, a user, another scheme, too long: just an unknown client."""
    assert not is_document(client_id)


def test_a_good_document_makes_a_public_client_of_somebody_else() -> None:
    """Whatever it says, people are asked."""
    read = read_document(HERE, json.dumps(GOOD).encode(), scopes=("openid",))
    assert isinstance(read, Registration)
    assert (read.name, read.third_party, read.scope) == ("Agent", True, ("openid",))


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": f"{HERE}?x"},
        {"client_secret": "s"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"grant_types": ["client_credentials"]},
    ],
)
def test_what_a_document_may_not_say(change: dict[str, Any]) -> None:
    """Another's id, a secret, a method that needs one, a service account."""
    assert isinstance(read_document(HERE, json.dumps(GOOD | change).encode(), scopes=()), OAuthRefusal)


def test_only_a_small_json_object_is_read() -> None:
    """Too large, repeated names, not UTF-8, not an object, nested without end."""
    big = json.dumps(GOOD | {"x": "y" * LARGEST}).encode()
    assert isinstance(read_document(HERE, big, scopes=()), OAuthRefusal)
    for body in (b'{"a":1,"a":2}', b"\xff", b"[]", b"[" * 9_000, b""):
        assert read_json(body) is None
