"""Tests of ``twogate.rules.policy.templates``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.policy.model import Segment, SegmentKind
from twogate.rules.policy.templates import template


def test_a_template_has_a_method_and_segments() -> None:
    """Literals, parameters, a wild segment and a rest."""
    read = template("GET /v1/{id}/*/**")
    assert read.method == "GET"
    assert read.segments == (
        Segment(SegmentKind.LITERAL, "v1"),
        Segment(SegmentKind.PARAMETER, "id"),
        Segment(SegmentKind.ANY),
        Segment(SegmentKind.REST),
    )
    assert read.source == "GET /v1/{id}/*/**"


def test_without_a_method_it_means_every_method() -> None:
    """``/a`` is ``* /a``."""
    assert template("/a").method == template("* /a").method == "*"


@pytest.mark.parametrize(
    ("text", "literal"),
    [("/café", "caf%C3%A9"), ("/a%20b", "a%20b"), ("/%61", "a"), ("/x:y@z", "x:y@z"), ("/caf%C3%A9", "caf%C3%A9")],
)
def test_a_literal_is_kept_in_the_spelling_of_normal_paths(text: str, literal: str) -> None:
    """However it is written, it is compared byte for byte with a request's segment."""
    assert template(text).segments[0].text == literal


def test_a_closing_slash_changes_nothing() -> None:
    """``/a/`` and ``/a`` are one template; ``/`` has no segments."""
    assert template("/a/").segments == template("/a").segments
    assert template("/").segments == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "GET",
        "GET a",
        "get /a",
        "GET  /a",
        "CONNECT /a",
        "TRACE /a",
        "G@T /a",
        "/a//b",
        "/a/**/b",
        "/a{id}",
        "/{}",
        "/{1a}",
        "/a*",
        "/a?b=c",
        "/a#b",
        "/a;b",
        "/a\\b",
        "/a b",
        "GET /a b",
        "/a%2Fb",
        "/a%3Ab",
        "/a%",
        "/a/../b",
        "/a/%2e",
        "/a|b",
        '/a"b',
        "/a\nb",
        "/%C0%AF",
        "/" + "a/" * 33,
        "/" + "a" * 1024,
    ],
)
def test_what_no_request_could_match_is_refused(text: str) -> None:
    """Each comes with a sentence."""
    with pytest.raises(ValueError, match=r"\w+ "):
        template(text)


@given(st.text(max_size=40))
def test_any_text_is_a_template_or_a_value_error(text: str) -> None:
    """Nothing else is raised, and what passes holds no character that a configuration could misread."""
    try:
        read = template(f"/{text}")
    except ValueError:
        return
    for segment in read.segments:
        assert segment.text.isascii()
        assert not set(segment.text) & set(" \"'\\#\n{};*") - {"'"}
