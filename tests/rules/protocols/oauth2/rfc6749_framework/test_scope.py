"""Scopes: spelling, and no more than was registered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.protocols.oauth2.rfc6749_framework import scope
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidScope

ALLOWED = ("openid", "orders:read", "orders:write")


def test_words_keep_their_order_and_count_once() -> None:
    """RFC 6749 section 3.3: blank-separated, order without meaning, repeats without effect."""
    assert scope.read("b a b") == ("b", "a")
    assert scope.read("") == ()


@pytest.mark.parametrize("text", [" a", "a ", "a  b", 'a"', "a\\b", "a\tb", "é", "a|b", "-a", "a" * 65, "\x00"])
def test_other_spellings_are_refused(text: str) -> None:
    """What could break a header, a map or a packed claim is no scope."""
    assert isinstance(scope.read(text), InvalidScope)


def test_a_word_is_one_scope() -> None:
    """A list of scopes holds words, never two in one."""
    assert scope.well_formed(("a", "b:c"))
    assert not scope.well_formed(("a b",))
    assert not scope.well_formed(("a",) * 65)


def test_nothing_asked_is_everything_registered() -> None:
    """RFC 6749 section 3.3: without a scope the registered one is the default."""
    assert scope.within("", ALLOWED) == ALLOWED


@given(st.lists(st.sampled_from([*ALLOWED, "admin", "openid2"]), min_size=1, max_size=5))
def test_nobody_gets_more_than_allowed(words: list[str]) -> None:
    """A request passes exactly when it asks for a part of what is allowed."""
    answer = scope.within(" ".join(words), ALLOWED)
    assert isinstance(answer, InvalidScope) is (not set(words) <= set(ALLOWED))
