"""What an account owes before everything is in order again."""

from enum import StrEnum


class Owed(StrEnum):
    """Closed list."""

    PASSWORD_CHANGE = "password_change"  # noqa: S105  # nothing opens until another password is chosen
    SECOND_FACTOR = "second_factor"  # its count is the grace used up, its moment the last reminder
    RECOVERY_REFUSED = "recovery_refused"  # its moment is when the owner was told last
