"""Every page has its picture in docs/screens, and every picture there is of a page."""

import re
from pathlib import Path

from suites.pictures import DARK, NAMES, PICTURES

_NEVER_SEEN = {"forward.html"}  # it sends on at once
_EXTENDS = re.compile(r'{% extends "([a-z_]+\.html)" %}')


def _pages(root: Path) -> set[str]:
    """The templates that are shown: they stand on another one, and none stands on them."""
    texts = {one.name: one.read_text() for one in (root / "src/twogate/web/pages/templates").glob("*.html")}
    on = {name: found[1] for name, text in texts.items() if (found := _EXTENDS.match(text))}
    return set(on) - set(on.values()) - _NEVER_SEEN


def _screens(root: Path) -> set[str]:
    return {one.stem for one in (root / "docs/screens").glob("*.png")}


def _owed(root: Path) -> set[str]:
    """Pictures that are still to be taken; the list may only shrink."""
    return set((root / "tests/house/pictures_owed.txt").read_text().split())


def test_what_is_owed_is_not_there_yet(root: Path) -> None:
    """Whoever takes one strikes it out."""
    assert _owed(root) <= NAMES - _screens(root)


def test_every_page_has_pictures(root: Path) -> None:
    """A new template is not done before the suites show it."""
    assert _pages(root) == set(PICTURES)
    assert all(PICTURES.values())


def test_the_pictures_are_there(root: Path) -> None:
    """Each in its light colours at least, and nothing that no suite takes any more."""
    screens = _screens(root)
    assert NAMES - screens == _owed(root)
    assert {one.removesuffix(DARK) for one in screens} - NAMES == set()


def test_each_is_taken_by_a_suite(root: Path) -> None:
    """Its name stands in a suite, whole or with what it is filled in with."""
    texts = "".join(one.read_text() for one in (root / "suites").rglob("test_*.py"))
    literal = set(re.findall(r'"([a-z][a-z-]+)"', texts))
    made = {f"{page}-{language}" for page in ("sign-in", "overview") for language in _LANGUAGES}
    assert {name for name in NAMES - _owed(root) if name not in literal | made} == set()


_LANGUAGES = ("german", "french", "spanish", "chinese")


def test_the_page_about_them_shows_each(root: Path) -> None:
    """Whoever looks for one finds it there."""
    linked = re.findall(r"\]\(([a-z-]+)\.png\)", (root / "docs/screens/README.md").read_text())
    assert set(linked) == _screens(root)
    assert len(linked) == len(set(linked))
