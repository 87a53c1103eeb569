"""Access facts survive packing, and refuse what could break a field."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.terms.access import GRANT, HEAD, NUMBERS, TEXTS, AccessFacts, expires_of

_word = st.text(alphabet="abcXYZ019._:/-", min_size=1, max_size=20)
_scope = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,20}", fullmatch=True)
_facts = st.builds(
    AccessFacts,
    subject=_word,
    grant=_word,
    rank=st.integers(0, 5),
    auth_time=st.integers(0, 2**33),
    expires=st.integers(0, 2**33),
    not_before=st.integers(0, 2**33),
    factors=st.integers(0, 3),
    audience=_word,
    client=_word,
    amr=st.lists(st.sampled_from(["pwd", "otp", "mfa"]), unique=True).map(tuple),
    scope=st.lists(_scope, max_size=4).map(tuple),
    binding=st.sampled_from(["", "abc-_9"]),
    issued=st.integers(0, 2**33),
)


@given(_facts)
def test_packing_loses_nothing(facts: AccessFacts) -> None:
    """Unpack gives back what pack was given."""
    assert AccessFacts.unpack(facts.pack()) == facts


@given(_facts)
def test_each_fact_stands_where_the_gateway_looks(facts: AccessFacts) -> None:
    """Numbers and the grant by offset and width, texts by their number behind the first bar."""
    packed = facts.pack()
    for name, (at, width) in NUMBERS.items():
        assert int(packed[at : at + width]) == getattr(facts, name)
    assert packed[GRANT[0] : HEAD].rstrip("~") == facts.grant
    assert packed[HEAD] == "|"
    texts = packed[HEAD + 1 :].split("|")
    assert texts[TEXTS["subject"] - 1] == facts.subject
    assert texts[TEXTS["client"] - 1] == facts.client
    assert texts[TEXTS["audience"] - 1] == facts.audience
    assert texts[TEXTS["binding"] - 1] == facts.binding
    assert expires_of(packed) == facts.expires


@pytest.mark.parametrize("text", ["", "revoked", "2", "1" * 63 + "|", "2" + "x" * 62 + "|a", "2" * 64])
def test_other_text_has_no_end(text: str) -> None:
    """A tombstone, another version or a torn line says nothing of when it ends."""
    assert expires_of(text) is None


@pytest.mark.parametrize(
    "fault",
    [{"expires": -1}, {"expires": 10**10}, {"rank": 10}, {"factors": -1}, {"grant": "g" * 21}, {"grant": "g~"}],
)
def test_nothing_leaves_its_place(fault: dict[str, Any]) -> None:
    """A number that does not fit its width, or a grant that does not, is refused, not written over its neighbour."""
    sound = AccessFacts("s", "g", 1, 0, 0, 0, 1, "aud", "c")
    with pytest.raises(ValueError, match="access facts hold"):
        replace(sound, **fault).pack()


@pytest.mark.parametrize("bad", ["a|b", "a b", "a\nb", 'a"b', "a\\b", "ä", "\x00"])
def test_a_field_cannot_break_out(bad: str) -> None:
    """A bar, a blank, a control character or non-ASCII in a field is refused, not written."""
    facts = AccessFacts(bad, "g", 1, 0, 0, 0, 1, "aud", "c")
    with pytest.raises(ValueError, match="access facts"):
        facts.pack()


@pytest.mark.parametrize("bad", ["", "a b", "-a", "a|b", "a" * 65])
def test_a_scope_cannot_pose_as_another(bad: str) -> None:
    """A scope with a blank would read as two scopes; it is refused."""
    facts = AccessFacts("s", "g", 1, 0, 0, 0, 1, "aud", "c", scope=(bad,))
    with pytest.raises(ValueError, match="scope"):
        facts.pack()


_SOUND = AccessFacts("s", "g", 1, 0, 0, 0, 1, "aud", "c").pack()


@pytest.mark.parametrize(
    "text",
    ["", "1", "2|a|b", "1" + _SOUND[1:], _SOUND + "|", _SOUND[:-1], "0" + _SOUND, f"2x{_SOUND[2:]}", f"2²{_SOUND[2:]}"],
)
def test_other_text_is_no_access_facts(text: str) -> None:
    """Another version, length or number format is refused."""
    with pytest.raises(ValueError, match="not access facts"):
        AccessFacts.unpack(text)
