"""Every sentence of every page, in one place."""

import re
from importlib import resources

import pytest

from twogate.web.pages.texts import ENGLISH, MissingText, counted, has_text, text

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
