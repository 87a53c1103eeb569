"""What an audit event may say: plain facts pass, whatever looks like a secret is withheld."""

import math

import pytest

from twogate.rules.audit.facts import LONGEST, WITHHELD, harmless, plain
from twogate.terms.secret import Secret


@pytest.mark.parametrize(
    "text",
    [
        "tg_pat_abc",
        "sent tg_rt_x as code",
        "Bearer abc",
        "Basic dTpw",
        "eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
        "-----BEGIN PRIVATE KEY-----",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        "h" * 40,
    ],
)
def test_what_looks_like_a_secret_is_withheld(text: str) -> None:
    """Tokens, keys, hashes and long dense strings are replaced, wherever they stand."""
    assert plain(text) == WITHHELD
    assert harmless({"typed": text, "list": [text], "deep": {"er": text}}) == {
        "typed": WITHHELD,
        "list": [WITHHELD],
        "deep": {"er": WITHHELD},
    }


@pytest.mark.parametrize("value", [Secret("hunter2"), b"hunter2", object(), {"a": {"b": {"c": {"d": 1}}}}])
def test_a_secret_is_a_mistake_of_the_program(value: object) -> None:
    """A Secret, bytes or a strange object in the facts stops the program that put it there."""
    with pytest.raises(TypeError, match="audit event"):
        harmless({"value": value})


def test_a_secret_is_no_plain_text() -> None:
    """Actor and subject take no Secret either."""
    with pytest.raises(TypeError):
        plain(Secret("hunter2"))  # type: ignore[arg-type]


def test_plain_facts_pass() -> None:
    """Words, numbers, lists, and public ids that are dense by nature are written as they are."""
    facts = {
        "factor": "totp",
        "count": 3,
        "first": True,
        "none": None,
        "ratio": 0.5,
        "amr": ("pwd", "otp"),
        "set": {"b", "a"},
        "kid": "k" * 43,
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    }
    assert harmless(facts) == {**facts, "amr": ["pwd", "otp"], "set": ["a", "b"]}


def test_odd_text_is_made_writable() -> None:
    """Control characters, lone surrogates, endless text and infinities cannot reach the database."""
    assert plain("a\x00b\n\ud800") == "a\ufffdb\ufffd\ufffd"
    assert len(plain("a b " * 1000)) == LONGEST + 1
    assert harmless({"n": math.inf, "m": math.nan}) == {"n": "inf", "m": "nan"}
