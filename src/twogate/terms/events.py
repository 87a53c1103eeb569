"""Every security event, once. Grammar: ``subject:object:action``, past tense.

Decides the closed list that the audit log, the reports and the documentation speak.
"""

from enum import StrEnum


class Event(StrEnum):
    """What happened."""

    USER_SIGN_IN_PASSED = "user:sign_in:passed"
    USER_SIGN_IN_REFUSED = "user:sign_in:refused"
    USER_SIGN_IN_UNUSUAL = "user:sign_in:unusual"
    USER_PROOF_PASSED = "user:proof:passed"
    USER_PROOF_REFUSED = "user:proof:refused"
    USER_PROOF_LOCKED = "user:proof:locked"
    USER_STEP_UP_PASSED = "user:step_up:passed"
    USER_SESSION_STARTED = "user:session:started"
    USER_SESSION_ENDED = "user:session:ended"
    USER_FACTOR_ENROLLED = "user:factor:enrolled"
    USER_FACTOR_REMOVED = "user:factor:removed"
    USER_FACTOR_RENAMED = "user:factor:renamed"
    USER_FACTOR_DISABLED = "user:factor:disabled"
    USER_PROMPT_SENT = "user:prompt:sent"
    USER_PROMPT_APPROVED = "user:prompt:approved"
    USER_PROMPT_DENIED = "user:prompt:denied"
    USER_PROMPT_REPORTED = "user:prompt:reported"
    USER_PROMPT_BURNT = "user:prompt:burnt"
    USER_PASSWORD_CHANGED = "user:password:changed"  # noqa: S105
    USER_RECOVERY_CODES_REPLACED = "user:recovery_codes:replaced"
    USER_RECOVERY_ASKED = "user:recovery:asked"
    USER_RECOVERY_REFUSED = "user:recovery:refused"
    USER_RECOVERY_READY = "user:recovery:ready"
    USER_RECOVERY_USED = "user:recovery:used"
    USER_RECOVERY_CANCELLED = "user:recovery:cancelled"
    USER_RECOVERY_LAPSED = "user:recovery:lapsed"
    USER_PANIC_PRESSED = "user:panic:pressed"
    USER_GRACE_USED = "user:grace:used"
    USER_LETTER_SENT = "user:letter:sent"
    USER_LETTER_FAILED = "user:letter:failed"
    USER_MESSAGE_SENT = "user:message:sent"
    USER_MESSAGE_FAILED = "user:message:failed"
    USER_MESSAGE_REFUSED = "user:message:refused"
    USER_FACTOR_RESTORED = "user:factor:restored"
    USER_CHANGE_UNDONE = "user:change:undone"
    USER_ADDRESS_CHANGED = "user:address:changed"
    USER_TYPING_CHOSEN = "user:typing:chosen"
    USER_TYPING_ERASED = "user:typing:erased"
    USER_NOTICE_SENT = "user:notice:sent"
    USER_NOTICE_FAILED = "user:notice:failed"
    ADMIN_USER_CREATED = "admin:user:created"
    ADMIN_USER_BLOCKED = "admin:user:blocked"
    ADMIN_USER_UNBLOCKED = "admin:user:unblocked"
    ADMIN_USER_UNLOCKED = "admin:user:unlocked"
    ADMIN_PASSWORD_RESET = "admin:password:reset"  # noqa: S105
    ADMIN_FACTORS_RESET = "admin:factors:reset"
    ADMIN_RECOVERY_REQUESTED = "admin:recovery:requested"
    ADMIN_RECOVERY_APPROVED = "admin:recovery:approved"
    ADMIN_RECOVERY_REFUSED = "admin:recovery:refused"
    ADMIN_GROUP_JOINED = "admin:group:joined"
    ADMIN_GROUP_LEFT = "admin:group:left"
    ADMIN_FIRST_INVITED = "admin:first:invited"
    ADMIN_FIRST_CREATED = "admin:first:created"
    ADMIN_HARDWARE_TOKENS_IMPORTED = "admin:hardware_tokens:imported"
    ADMIN_HARDWARE_TOKEN_ASSIGNED = "admin:hardware_token:assigned"  # noqa: S105
    ADMIN_HARDWARE_TOKEN_UNASSIGNED = "admin:hardware_token:unassigned"  # noqa: S105
    ADMIN_HARDWARE_TOKEN_RESYNCHRONISED = "admin:hardware_token:resynchronised"  # noqa: S105
    ADMIN_HARDWARE_TOKEN_REMOVED = "admin:hardware_token:removed"  # noqa: S105
    ADMIN_CLIENT_CREATED = "admin:client:created"
    ADMIN_CLIENT_REMOVED = "admin:client:removed"
    ADMIN_CLIENT_BLOCKED = "admin:client:blocked"
    ADMIN_CLIENT_UNBLOCKED = "admin:client:unblocked"
    ADMIN_CLIENT_SECRET_REPLACED = "admin:client_secret:replaced"  # noqa: S105
    ADMIN_POLICY_PUBLISHED = "admin:policy:published"
    ADMIN_EDGE_ADDED = "admin:edge:added"
    ADMIN_EDGE_REMOVED = "admin:edge:removed"
    CLIENT_TOKEN_ISSUED = "client:token:issued"  # noqa: S105
    CLIENT_TOKEN_REFRESHED = "client:token:refreshed"  # noqa: S105
    CLIENT_TOKEN_REVOKED = "client:token:revoked"  # noqa: S105
    CLIENT_REFRESH_REUSED = "client:refresh:reused"
    CLIENT_CODE_REUSED = "client:code:reused"
    CLIENT_DEVICE_APPROVED = "client:device:approved"
    CLIENT_DEVICE_DENIED = "client:device:denied"
    CLIENT_CONSENT_GIVEN = "client:consent:given"
    CLIENT_CONSENT_DENIED = "client:consent:denied"
    CLIENT_CONSENT_WITHDRAWN = "client:consent:withdrawn"
    CLIENT_REGISTERED = "client:registration:added"
    CLIENT_REGISTRATION_CHANGED = "client:registration:changed"
    CLIENT_REGISTRATION_REMOVED = "client:registration:removed"
    CLIENT_LOGOUT_TOLD = "client:logout:told"
    CLIENT_LOGOUT_NOT_TOLD = "client:logout:not_told"
    ADMIN_REGISTRATION_TOKEN_CREATED = "admin:registration_token:created"  # noqa: S105
    CLIENT_AUTHENTICATION_REFUSED = "client:authentication:refused"
    API_TOKEN_CREATED = "api_token:token:created"  # noqa: S105
    API_TOKEN_REVOKED = "api_token:token:revoked"  # noqa: S105
    SYSTEM_KEY_ROTATED = "system:key:rotated"
    SYSTEM_KEY_WITHDRAWN = "system:key:withdrawn"
    SYSTEM_STARTED = "system:process:started"
    SYSTEM_AUDIT_ANCHORED = "system:audit:anchored"
