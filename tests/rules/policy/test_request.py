"""Tests of ``twogate.rules.policy.request``."""

from tests.rules.policy.drafts import person, request, service

from twogate.rules.policy.request import QuotaKey, Usage


def test_only_our_credentials_count() -> None:
    """Another Authorization scheme is the upstream's business."""
    assert request(authorizations=1).credentials == 0
    assert request(bearers=1, authorizations=1, cookies=1).credentials == 2


def test_somebody_without_auth_time_is_no_person() -> None:
    """Service accounts and API tokens were never proved by anybody's presence."""
    assert person().person
    assert not service().person


def test_a_counter_is_exhausted_at_its_limit() -> None:
    """The limit counts passed requests."""
    key = QuotaKey("x", 2, 60, "usr_a")
    assert not Usage().exhausted(key)
    assert not Usage({key: 1}).exhausted(key)
    assert Usage({key: 2}).exhausted(key)
