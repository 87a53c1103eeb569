"""Tests of ``twogate.rules.policy.lines``."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.policy.lines import Lines, locate

DOCUMENT = '''# a comment
top = 1
"quoted key" = "a # no comment"

[table]
a.b = [
  1, # [
  "two",
  { x = 1, y = "}" },
]
text = """
many
lines\\""""
after = 1979-05-27 07:32:00

[[rule]]
match = ["x"]
[rule.inner]
deep = 'lit'
[[rule]]
match = "y"
[[rule.sub]]
z = true
'''


def test_every_value_has_its_line() -> None:
    """Tables, keys, elements, inline tables, texts over several lines and arrays of tables."""
    tomllib.loads(DOCUMENT)
    lines = locate(DOCUMENT)
    expected = {
        ("top",): 2,
        ("quoted key",): 3,
        ("table",): 5,
        ("table", "a", "b"): 6,
        ("table", "a", "b", 0): 7,
        ("table", "a", "b", 1): 8,
        ("table", "a", "b", 2): 9,
        ("table", "a", "b", 2, "y"): 9,
        ("table", "text"): 11,
        ("table", "after"): 14,
        ("rule", 0): 16,
        ("rule", 0, "match", 0): 17,
        ("rule", 0, "inner"): 18,
        ("rule", 0, "inner", "deep"): 19,
        ("rule", 1): 20,
        ("rule", 1, "match"): 21,
        ("rule", 1, "sub", 0): 22,
        ("rule", 1, "sub", 0, "z"): 23,
    }
    assert {place: lines.of(place) for place in expected} == expected


def test_an_unknown_place_has_the_line_of_what_encloses_it() -> None:
    """A missing key is reported where its table begins; a missing table on line 1."""
    assert Lines({("rule", 0): 7}).of(("rule", 0, "match")) == 7
    assert Lines({}).of(("nothing",)) == 1


VALUES = st.recursive(
    st.sampled_from(("1", "-1.5e3", '"a"', "'b'", '"""\nx\n"""', "'''y\n'z'''", "true", "1979-05-27", '"\\"#"')),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[" + ",\n ".join(items) + " # c\n]"),
    max_leaves=6,
)


@given(st.lists(VALUES, max_size=6), st.sampled_from(("", "[t]\n", "[[t]]\n", "[[t]]\n[[t]]\n", "[a.b.'c d']\n")))
def test_every_key_of_a_well_formed_document_is_found(values: list[str], header: str) -> None:
    """The reader agrees with tomllib on where keys are."""
    body = "".join(f"# c\nk{number} = {value}\n" for number, value in enumerate(values))
    text = header + body
    tomllib.loads(text)
    lines = locate(text)
    rows = text.split("\n")
    for number, value in enumerate(values):
        found = {line for place, line in lines.known.items() if place[-1] == f"k{number}"}
        assert [rows[line - 1].startswith(f"k{number} = ") for line in found] == [True], value
