"""Parameters: once or not at all, UTF-8, within bounds."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters


def _read(raw: bytes) -> Parameters:
    found = Parameters.from_urlencoded(raw)
    assert isinstance(found, Parameters)
    return found


def test_values_are_decoded() -> None:
    """RFC 6749 appendix B: plus is a blank, percent-encoding is UTF-8."""
    assert _read(b"scope=a+b&name=%C3%A9").values == {"scope": "a b", "name": "é"}


def test_an_empty_value_is_as_good_as_none() -> None:
    """RFC 6749 section 3.1: a parameter sent without a value is omitted."""
    found = _read(b"a=&b&c=1")
    assert "a" not in found
    assert (found.get("a"), found.get("b"), found.get("c")) == ("", "", "1")


@pytest.mark.parametrize(
    "raw",
    [b"a=1&a=1", b"a=1&a=", b"a=%FF", b"a=\xc3\xa9", b"a=%00", b"a=" + b"x" * 8_193, b"&".join([b"a=1"] * 65)],
)
def test_repeats_broken_text_and_excess_are_refused(raw: bytes) -> None:
    """RFC 6749 section 3.2: no parameter more than once."""
    assert isinstance(Parameters.from_urlencoded(raw), InvalidRequest)


@pytest.mark.parametrize("raw", [b"[]", b"1", b'{"a":1}', b'{"a":["b"]}', b'{"a":"1","a":"2"}', b"{", b"\xff", b""])
def test_json_is_one_object_of_strings(raw: bytes) -> None:
    """Nothing but text is a value, and no member is repeated."""
    assert isinstance(Parameters.from_json(raw), InvalidRequest)


@pytest.mark.parametrize("raw", [b'{"a":"\\ud800"}', b'{"a":"x\\udc00\\ud800"}', b"a=%ED%A0%80"])
def test_half_of_a_pair_is_no_text(raw: bytes) -> None:
    """What no UTF-8 can say is refused at the door: whoever hashed or stored it would stumble."""
    assert isinstance(Parameters.from_json(raw), InvalidRequest)
    assert isinstance(Parameters.from_urlencoded(raw), InvalidRequest) or raw.startswith(b"{")
    assert Parameters.from_json(b'{"a":"\\ud83d\\ude00"}') == Parameters({"a": "\U0001f600"})


def test_json_and_form_say_the_same() -> None:
    """Both forms yield the same parameters."""
    assert Parameters.from_json(b'{"a":"1","b":""}') == _read(b"a=1&b=")


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(min_size=1, max_size=20), max_size=8))
def test_what_is_written_is_read_back(values: dict[str, str]) -> None:
    """Writing and reading are inverse for whatever may be a parameter."""
    if all("\x00" not in value and value.isprintable() for value in values.values()):
        assert _read(Parameters(values).urlencoded().encode()).values == values


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """No bytes raise an exception."""
    for read in (Parameters.from_urlencoded, Parameters.from_json):
        assert isinstance(read(raw), Parameters | InvalidRequest)


def test_replacing_adds_changes_and_takes_away() -> None:
    """An empty text takes a parameter away; the old set stays as it was."""
    before = _read(b"a=1&b=2")
    assert before.replacing(a="", c="3").values == {"b": "2", "c": "3"}
    assert before.urlencoded() == urlencode({"a": "1", "b": "2"})


def test_values_do_not_show() -> None:
    """A password among the parameters is not printed with them."""
    assert "hunter2" not in repr(Parameters({"password": "hunter2"}))
