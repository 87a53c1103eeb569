"""What a machine credential or an administrator may do at the control plane itself. Grammar: ``object:action``."""

from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    """Closed list; an edge key holds the two ``feed`` permissions and ``proof:spend``, and nothing else."""

    FEED_READ = "feed:read"
    FEED_ACKNOWLEDGE = "feed:acknowledge"
    PROOF_SPEND = "proof:spend"
    TOKEN_INTROSPECT = "token:introspect"  # noqa: S105
    PEOPLE_READ = "people:read"
    RECOVERY_REQUEST = "recovery:request"
    RECOVERY_APPROVE = "recovery:approve"


ADMINISTRATORS = "administrators"
"""The group of people who look after other people's accounts."""

_OF_GROUP = {
    ADMINISTRATORS: frozenset({Permission.PEOPLE_READ, Permission.RECOVERY_REQUEST, Permission.RECOVERY_APPROVE}),
}


def permissions_of(groups: Iterable[str]) -> frozenset[Permission]:
    """What somebody in these groups may do."""
    return frozenset().union(*(_OF_GROUP.get(group, frozenset()) for group in groups))
