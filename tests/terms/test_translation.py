"""Sentences from below the pages: found by their English, in every language, none left behind."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from twogate.rules.signin.notices import TEXT
from twogate.terms.language import Language
from twogate.terms.translation import WORDS, known, phrase, say

SOURCE = Path(__file__).parents[2] / "src" / "twogate"
ALIKE = {"YubiKey", "SMS", "Passkey", "{0} minute", "{0} minutes"}


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_a_sentence_is_found_by_its_english() -> None:
    """With its gaps filled in; English needs no table, and what no table has is said in English."""
    english = "Your account can now be proved by: {what}."
    assert say(Language.GERMAN, english, what="X") == "Ihr Konto lässt sich jetzt beweisen durch: X."
    assert say(Language.ENGLISH, english, what="X") == "Your account can now be proved by: X."
    assert say(Language.FRENCH, "Nobody wrote this {what}.", what="down") == "Nobody wrote this down."


def test_a_phrase_may_hold_numbers_and_sentences() -> None:
    """Numbers are put where the language has them; of several sentences each is found by itself; case may differ."""
    assert phrase(Language.GERMAN, "At least 15 characters.") == "Mindestens 15 Zeichen."
    assert (
        phrase(Language.SPANISH, "Avoid sequences. Avoid recent years.")
        == "Evite las secuencias. Evite años recientes."
    )
    assert phrase(Language.FRENCH, "password") == "Mot de passe"
    assert phrase(Language.CHINESE, "Ada's blue key") == "Ada's blue key"
    assert phrase(Language.CHINESE, "") == ""


def test_what_an_account_kept_may_be_nothing() -> None:
    """Then English is spoken."""
    assert known("fr") is Language.FRENCH
    assert known("") is known("tlh") is Language.ENGLISH


@pytest.mark.parametrize("language", WORDS)
def test_languages_have_the_same_sentences_with_the_same_gaps(language: Language) -> None:
    """None has one that another lacks; each fills in what its English does, and is not the English."""
    words = WORDS[language]
    assert set(words) == set(WORDS[Language.GERMAN])
    for english, sentence in words.items():
        assert gaps(sentence) == gaps(english), english
        assert sentence != english or english in ALIKE, english


def test_every_notice_is_translated() -> None:
    """Subject and text of each."""
    said = {sentence for both in TEXT.values() for sentence in both}
    assert sorted(said - set(WORDS[Language.GERMAN])) == []


def test_whatever_is_said_in_a_language_is_translated() -> None:
    """Each constant that the code gives to ``say`` stands in the tables."""
    said = set()
    for path in [*(SOURCE / "rules").rglob("*.py"), *(SOURCE / "services").rglob("*.py")]:
        if "terms.translation" not in (source := path.read_text()) and "import translation" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                said |= {sentence for word in node.args for sentence in _text(word)}
    assert "When: {moment}, from {address}" in said
    assert sorted(said - set(WORDS[Language.GERMAN])) == []


def test_what_factors_say_is_translated() -> None:
    """Every title, label and hint in the code of a factor is a phrase that the languages have."""
    said = {
        sentence
        for path in (SOURCE / "rules" / "factors").rglob("*.py")
        for sentence in _said(ast.parse(path.read_text()))
    }
    assert "Authenticator app" in said
    assert sorted(said - set(WORDS[Language.GERMAN])) == []


def _said(tree: ast.Module) -> Iterator[str]:
    """The constants given as ``title``, ``label`` or ``hint`` to a prompt or an offer; numbers in them are gaps."""
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Prompt", "Offer"}:
            for word in node.keywords:
                value = named.get(word.value.id, word.value) if isinstance(word.value, ast.Name) else word.value
                if word.arg in {"title", "label", "hint"}:
                    yield from _text(value)


def _text(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        count = iter(range(9))
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{next(count)}}}" for part in value.values
        )
