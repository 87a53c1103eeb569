"""What can be taken back."""

from twogate.terms.undo import UndoKind


def test_some_changes_are_about_no_credential() -> None:
    """A sign-in and a mail address; all others name what was added or removed."""
    assert {kind for kind in UndoKind if kind.needs_nothing} == {UndoKind.SIGNED_IN, UndoKind.ADDRESS_CHANGED}
