"""The hash chain: what a digest covers, what a signature covers."""

import dataclasses
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.ports import NOON, SeededEntropy

from twogate.rules.audit.chain import START, Head, Keys, Place, canonical, follow, sign
from twogate.services.signing_keys import new_key


def test_a_digest_covers_its_row_its_index_and_all_before() -> None:
    """The digest is SHA-256 over the previous digest and the canonical row with its index."""
    place = follow(START, {"b": "ä", "a": 1})
    written = rb'{"index":1,"row":{"a":1,"b":"\u00e4"}}'
    assert place == Place(1, hashlib.sha256(bytes(32) + written).hexdigest())
    assert follow(place, {"a": 1}) != follow(START, {"a": 1})


def test_there_is_one_way_to_write_a_row() -> None:
    """The order of names does not matter; NaN, which JSON does not have, is refused."""
    assert canonical({"a": 1, "b": [1, 2]}) == canonical({"b": [1, 2], "a": 1}) == b'{"a":1,"b":[1,2]}'
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})


def test_a_head_holds_only_as_it_was_signed() -> None:
    """A changed index, digest, time, key id or signature is not vouched for; nor is another key's head."""
    private_pem, public_pem, kid = new_key(SeededEntropy())
    _, stranger, _ = new_key(SeededEntropy("stranger"))
    head = sign(Place(7, "ab" * 32), NOON, kid=kid, private_pem=private_pem)
    assert Keys(public_pem).vouch_for(head)
    assert Keys(stranger, public_pem).vouch_for(Head.from_json(head.to_json()))
    assert not Keys(stranger).vouch_for(head)
    for change in (
        {"index": 8},
        {"digest": "ac" * 32},
        {"at": NOON.plus(1)},
        {"kid": "other"},
        {"signature": "!!"},
        {"signature": "AAAA"},
    ):
        assert not Keys(public_pem).vouch_for(dataclasses.replace(head, **change))


def test_heads_are_signed_with_es256_only() -> None:
    """A key of another kind neither signs nor is trusted."""
    other = rsa.generate_private_key(65537, 2048)
    with pytest.raises(TypeError, match="ES256"):
        sign(
            START,
            NOON,
            kid="k",
            private_pem=other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(TypeError, match="ES256"):
        Keys(public)
