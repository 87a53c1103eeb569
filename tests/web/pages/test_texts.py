"""Every sentence of every page, in one place."""

import re
from importlib import resources

import pytest
from tests.web.languages.speakers import speaking

from twogate.terms.language import Language
from twogate.terms.reasons import SENTENCE, Reason
from twogate.web.pages.texts import (
    CATALOGUES,
    ENGLISH,
    MissingText,
    counted,
    has_text,
    phrase,
    reason_text,
    text,
)

_USED = re.compile(r"""\bt\(\s*["']([a-z0-9_.]+)["']\s*[,)]""")


def test_gaps_are_filled() -> None:
    """A sentence takes its values by name."""
    assert text("time.seconds", count=5) == "5 seconds"
    assert [counted("time.seconds", count) for count in (0, 1, 2)] == ["0 seconds", "one second", "2 seconds"]


def test_a_missing_sentence_is_an_error() -> None:
    """No page can show a key in the place of a sentence."""
    assert not has_text("no.such")
    with pytest.raises(MissingText):
        text("no.such")


def test_every_sentence_that_a_template_names_exists() -> None:
    """Templates name only sentences that the catalogue has."""
    folder = resources.files("twogate.web.pages") / "templates"
    used = {key for path in folder.iterdir() for key in _USED.findall(path.read_text())}
    assert used
    assert {key for key in used if not has_text(key)} == set()


def test_sentences_are_plain_text() -> None:
    """No sentence carries markup: templates do that, escaped."""
    assert [key for key, sentence in ENGLISH.items() if "<" in sentence or not sentence.strip()] == []


@pytest.mark.parametrize(
    ("language", "none", "one", "two"),
    [
        (Language.ENGLISH, "0 minutes ago", "one minute ago", "2 minutes ago"),
        (Language.GERMAN, "vor 0 Minuten", "vor einer Minute", "vor 2 Minuten"),
        (Language.FRENCH, "il y a 0 minute", "il y a 1 minute", "il y a 2 minutes"),
        (Language.SPANISH, "hace 0 minutos", "hace un minuto", "hace 2 minutos"),
        (Language.CHINESE, "0 分钟前", "1 分钟前", "2 分钟前"),
    ],
)
def test_each_language_counts_in_its_own_way(language: Language, none: str, one: str, two: str) -> None:
    """Unicode CLDR's plural rules: French has its singular for nothing, too, and Chinese has none."""
    with speaking(language):
        assert [counted("time.minutes_ago", count) for count in (0, 1, 2)] == [none, one, two]


def test_a_reason_is_told_in_the_readers_language() -> None:
    """English is the sentence of the reason itself."""
    assert reason_text(Reason.LOCKED) == SENTENCE[Reason.LOCKED]
    with speaking(Language.FRENCH):
        assert reason_text(Reason.LOCKED) == CATALOGUES[Language.FRENCH]["reason.locked"]
        assert phrase("At least 8 characters.") == "Au moins 8 caractères."
