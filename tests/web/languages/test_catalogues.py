"""No sentence is left behind: each in each language, with the same gaps; none outside the catalogues."""

import ast
import json
import re
import string
from importlib import resources

import pytest

from twogate.terms.language import DEFAULT, Language
from twogate.terms.reasons import SENTENCE, Reason
from twogate.web.pages.texts import CATALOGUES, ENGLISH

OTHERS = [one for one in Language if one is not DEFAULT]
PAGES = resources.files("twogate.web.pages")
# Words that are spelt alike, in languages that borrowed them from each other; names.
ALIKE = {"Twogate", "YubiKey", "SMS", "1", "Name", "Code", "Action", "Activity", "Tokens", "Passkey", "Alias"}
_JINJA_NOTE = re.compile(r"\{#.*?#\}", re.DOTALL)
_WIDTH = re.compile(r"\{% block width %\}\w+\{% endblock %\}")  # a class of the style sheet
_ATTRIBUTES = re.compile(
    r"\{% macro \w+\(\w+\) -%\}.*?\{%- endmacro %\}", re.DOTALL
)  # macros that write a tag's inside
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_SPOKEN = re.compile(r"""\b(?:alt|title|aria-label|placeholder|value|content)="([^"]*)\"""")
_MACHINE = re.compile(r"utf-8|width=device-width, initial-scale=1|noindex|light dark|0;url=|[a-z_-]*")


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_each_sentence_is_there_in_each_language(language: Language) -> None:
    """The same keys and one for each reason: none is missing, none was left over."""
    wanted = set(ENGLISH) | {f"reason.{reason.value}" for reason in Reason}
    have = set(CATALOGUES[language])
    assert sorted(wanted - have) == []
    assert sorted(have - wanted) == []


@pytest.mark.parametrize("language", OTHERS)
def test_gaps_are_the_same_in_each_language(language: Language) -> None:
    """A sentence is filled with what its English is filled with; only a singular may do without its number."""
    for key, sentence in CATALOGUES[language].items():
        english = gaps(ENGLISH[key]) if key in ENGLISH else set()
        if key.endswith(".one"):
            english |= {"count"}
            assert gaps(sentence) <= english, key
        else:
            assert gaps(sentence) == english, key


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_was_left_by_accident(language: Language) -> None:
    """A translation differs from its English unless the word is the same in both."""
    own = CATALOGUES[language]
    english = ENGLISH | {f"reason.{reason.value}": sentence for reason, sentence in SENTENCE.items()}
    same = {value for key, value in own.items() if value == english[key] and not key.startswith(("month.", "time."))}
    assert {value for value in same if re.search(r"[A-Za-z]{2}", gapless(value))} - ALIKE == set()


def gapless(sentence: str) -> str:
    return re.sub(r"\{[^}]*\}", "", sentence)


@pytest.mark.parametrize("language", OTHERS)
def test_sentences_are_written_as_the_language_is(language: Language) -> None:
    """Chinese in its own letters; a sentence ends as its English does; nothing has blanks around it or markup in it."""
    for key, sentence in CATALOGUES[language].items():
        assert sentence == sentence.strip(), key
        assert "<" not in sentence, key
        english = ENGLISH.get(key) or SENTENCE[Reason(key.removeprefix("reason."))]
        assert (sentence[-1] in ".。") == (english[-1] == "."), (key, sentence)
        assert (sentence[-1] in "?\uff1f") == (english[-1] == "?"), (key, sentence)
    if language is Language.CHINESE:
        latin = [key for key, one in CATALOGUES[language].items() if not re.search(r"[\u4e00-\u9fff]", gapless(one))]
        assert [key for key in latin if re.search(r"[A-Za-z]", gapless(CATALOGUES[language][key]))] == [
            "site",
            "time.at",
        ]


@pytest.mark.parametrize("name", sorted(one.name for one in (PAGES / "templates").iterdir()))
def test_templates_hold_no_sentence(name: str) -> None:
    """What a template says comes from the catalogue: between tags, and in attributes that are read out."""
    source = _JINJA_NOTE.sub("", (PAGES / "templates" / name).read_text())
    bare = _JINJA.sub("", _WIDTH.sub("", _ATTRIBUTES.sub("", source)))
    assert re.findall(r"[^\W\d_]+", _TAG.sub(" ", bare)) == []
    spoken = [value for value in _SPOKEN.findall(bare) if not _MACHINE.fullmatch(value)]
    assert [value for value in spoken if re.search(r"[^\W\d_]", value)] == []


@pytest.mark.parametrize("name", sorted(one.name for one in (PAGES / "assets").iterdir() if one.name.endswith(".js")))
def test_scripts_hold_no_sentence(name: str) -> None:
    """A script takes its words from the page: no string in it has a blank between words that begin a sentence."""
    source = (PAGES / "assets" / name).read_text()
    code = re.sub(r"/\*.*?\*/", "", re.sub(r"(?m)(?<![:\"'`])//.*$", "", source), flags=re.DOTALL)
    assert re.findall(r"""["'`][A-Z][a-z]+ [a-z][^"'`]*["'`]""", code) == []


@pytest.mark.parametrize("name", sorted(one.name for one in (PAGES.parent / "languages" / "catalogues").iterdir()))  # type: ignore[attr-defined]
def test_no_key_is_said_twice(name: str) -> None:
    """A catalogue says each sentence once: the second of two would silently win."""
    folder = resources.files("twogate.web.languages") / "catalogues"
    pairs = json.loads((folder / name).read_text(), object_pairs_hook=lambda found: [key for key, _ in found])
    assert len(pairs) == len(set(pairs)) if pairs else name == "none"


_BEGINS = re.compile(r"[A-Z][a-z]+,? [a-z]+")  # as sentences and titles do
_CODES = ("texts.py",)  # what is said in English stands here


def _strings(source: str) -> list[str]:
    """Every string of a module that is no docstring, no note to the log and not what an exception says."""
    tree = ast.parse(source)
    quiet = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Raise) and one.exc is not None:
            quiet |= {id(inner) for inner in ast.walk(one.exc)}
    found = (one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in quiet)
    return [one.value for one in found if isinstance(one.value, str)]


@pytest.mark.parametrize("name", sorted(one.name for one in PAGES.iterdir() if one.name.endswith(".py")))
def test_the_code_of_pages_holds_no_sentence(name: str) -> None:
    """What a page's code hands to its template comes from the catalogue, too."""
    if name not in _CODES:
        assert [one for one in _strings((PAGES / name).read_text()) if _BEGINS.search(one)] == []
