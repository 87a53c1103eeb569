"""The words of recovery."""

from tests.store.records import recovery

from twogate.terms.recovery import Stage


def test_three_stages_are_open() -> None:
    """Waiting, requested and ready can still go on; used, cancelled and lapsed are over."""
    assert {one for one in Stage if one.open} == {Stage.WAITING, Stage.REQUESTED, Stage.READY}


def test_a_pass_is_a_credential() -> None:
    """Its id is the credential's."""
    assert recovery(credential="crd_9").pass_id == "crd_9"
