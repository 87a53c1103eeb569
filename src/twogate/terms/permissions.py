"""What a machine credential may do at the control plane itself. Grammar: ``object:action``."""

from enum import StrEnum


class Permission(StrEnum):
    """Closed list; an edge key holds the two ``feed`` permissions and nothing else."""

    FEED_READ = "feed:read"
    FEED_ACKNOWLEDGE = "feed:acknowledge"
    TOKEN_INTROSPECT = "token:introspect"  # noqa: S105
