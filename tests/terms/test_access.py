"""Access facts survive packing, and refuse what could break a field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.terms.access import FIELD, AccessFacts

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
def test_fields_stand_where_the_gateway_looks(facts: AccessFacts) -> None:
    """Field numbers count from one, the version first, as HAProxy's field converter does."""
    parts = facts.pack().split("|")
    assert parts[FIELD["subject"] - 1] == facts.subject
    assert parts[FIELD["grant"] - 1] == facts.grant
    assert parts[FIELD["rank"] - 1] == str(facts.rank)
    assert parts[FIELD["audience"] - 1] == facts.audience
    assert parts[FIELD["issued"] - 1] == str(facts.issued)


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


@pytest.mark.parametrize("text", ["", "1", "2|a|b|1|0|0|0|1|x|y|||0|0", "1|a|b|x|0|0|0|1|x|y|||0"])
def test_other_text_is_no_access_facts(text: str) -> None:
    """Another version, length or number format is refused."""
    with pytest.raises(ValueError, match=r".+"):
        AccessFacts.unpack(text)
