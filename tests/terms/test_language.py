"""The languages there are."""

from twogate.terms.language import Language, language_of


def test_only_our_own_tags_are_languages() -> None:
    """A tag that somebody made up is none, and neither is another spelling of ours."""
    assert language_of("de") is Language.GERMAN
    assert [language_of(tag) for tag in ("xx", "", "DE", "zh")] == [None] * 4
