"""Secrets hide themselves."""

import copy
import pickle

import pytest

from twogate.outside.entropy import SystemEntropy
from twogate.terms.secret import Secret, new_secret


def test_a_secret_does_not_print() -> None:
    """Neither repr, str nor a format shows the value, inside a container neither."""
    secret = Secret("hunter2")
    shown = f"{secret} {secret!r} {[secret]} { ({'a': secret}) }"
    assert "hunter2" not in shown


def test_secrets_compare_by_value() -> None:
    """Equal bytes are equal secrets; another type never is."""
    assert Secret("a") == Secret(b"a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_a_secret_is_not_pickled() -> None:
    """A secret cannot leave the process by pickle or be copied by it."""
    with pytest.raises(TypeError):
        pickle.dumps(Secret("a"))
    with pytest.raises(TypeError):
        copy.copy(Secret("a"))


def test_a_new_secret_has_256_bits() -> None:
    """A new secret is its prefix and 43 characters of base64url."""
    secret = new_secret("tg_pat_", SystemEntropy())
    assert len(secret) == len("tg_pat_") + 43
    assert secret.text().startswith("tg_pat_")


def test_the_digest_is_sha256() -> None:
    """The digest is the SHA-256 of FIPS 180-4 for "abc"."""
    assert Secret("abc").sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
