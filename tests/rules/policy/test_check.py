"""Tests of ``twogate.rules.policy.check``."""

from tests.rules.policy.drafts import toml

from twogate.rules.policy.check import check


def test_a_good_file_becomes_a_policy() -> None:
    """With advice beside it."""
    checked = check(toml([{"match": "/**", "require": "none"}]))
    assert checked.policy is not None
    assert checked.mistakes == ()
    assert [finding.id for finding in checked.findings] == ["wide_none"]


def test_a_tie_is_a_mistake() -> None:
    """Nobody could say which rule decides."""
    checked = check(toml([{"match": "/a"}, {"match": "/a", "require": "aal2"}]))
    assert checked.policy is None
    assert [mistake.line for mistake in checked.mistakes] == [7]


def test_a_file_that_does_not_parse_is_not_linted() -> None:
    """Only its mistakes are told."""
    checked = check("x = 1")
    assert checked.policy is None
    assert checked.mistakes
    assert checked.findings == ()
