"""What owners are told."""

import pytest
from tests.ports import NOON

from twogate.rules.signin.notices import TEXT, NoticeKind, write
from twogate.terms.caller import Caller
from twogate.terms.language import Language
from twogate.terms.translation import phrase

CALLER = Caller("203.0.113.7", "Mozilla/5.0", "rid-1")


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_says_what_when_where_and_what_to_do(kind: NoticeKind) -> None:
    """And holds no link, which nobody should learn to click."""
    subject, text = write(kind, what="authenticator app", at=NOON, caller=CALLER)
    assert subject == TEXT[kind][0]
    assert "2026-11-24 12:00 UTC" in text
    assert "203.0.113.7 (Mozilla/5.0)" in text
    assert "If it was not" in text
    assert "{" not in text
    assert "://" not in text


@pytest.mark.parametrize("language", Language)
def test_a_notice_is_in_its_owners_language(language: Language) -> None:
    """All of it: what happened, with the factor's own title, when and where, and what to do."""
    subject, text = write(
        NoticeKind.FACTOR_ENROLLED, what="Authenticator app", at=NOON, caller=CALLER, language=language
    )
    english = write(NoticeKind.FACTOR_ENROLLED, what="Authenticator app", at=NOON, caller=CALLER)
    assert "203.0.113.7 (Mozilla/5.0)" in text
    if language is not Language.ENGLISH:
        assert not {subject, *text.split("\n")} & {english[0], *filter(None, english[1].split("\n"))}
        assert phrase(language, "Authenticator app") in text


def test_a_program_cannot_write_into_the_notice() -> None:
    """What a caller calls itself is shortened and stripped of line breaks."""
    evil = Caller("203.0.113.7", "x\r\nYour administrator: call 555 " + "y" * 500, "rid-1")
    _, text = write(NoticeKind.LOCKED, what="password", at=NOON, caller=evil)
    assert "\r" not in text
    assert "\nYour administrator" not in text
    assert "y" * 121 not in text


def test_an_unknown_address_is_said_so() -> None:
    """An act of the operator's command line comes from no address."""
    _, text = write(NoticeKind.LOCKED, what="password", at=NOON, caller=Caller("", "", ""))
    assert "from an unknown address" in text
