"""What an HTTP status says of each reason for which a gateway refuses (RFC 9110, RFC 6750 section 3.1, RFC 9470).

Decides the numbers. In which dialect a refusal is spoken is for ``dialect``; its text is ``terms.reasons.SENTENCE``.
"""

from http import HTTPStatus

from twogate.terms.reasons import Reason

STATUS: dict[Reason, int] = {
    reason: int(status)
    for status, reasons in {
        HTTPStatus.BAD_REQUEST: (
            Reason.PATH_AMBIGUOUS,
            Reason.HOST_MISMATCH,
            Reason.REQUEST_MALFORMED,
            Reason.CREDENTIALS_MULTIPLE,
        ),
        HTTPStatus.UNAUTHORIZED: (
            Reason.CREDENTIAL_MISSING,
            Reason.TOKEN_INVALID,
            Reason.TOKEN_EXPIRED,
            Reason.TOKEN_NOT_YET_VALID,
            Reason.TOKEN_REVOKED,
            Reason.AUDIENCE_WRONG,
            Reason.BINDING_MISSING,
            Reason.DPOP_INVALID,
            Reason.DPOP_REPLAYED,
            Reason.DPOP_NONCE_NEEDED,
            Reason.LEVEL_TOO_LOW,
            Reason.FACTORS_TOO_FEW,
            Reason.STEP_UP_DEMANDED,
            Reason.PROOF_TOO_OLD,
        ),
        HTTPStatus.FORBIDDEN: (
            Reason.ADDRESS_BLOCKED,
            Reason.NO_RULE,
            Reason.CROSS_SITE,
            Reason.SUBJECT_BLOCKED,
            Reason.PERSON_REQUIRED,
            Reason.SCOPE_INSUFFICIENT,
            Reason.CERTIFICATE_MISSING,
            Reason.CERTIFICATE_REVOKED,
            Reason.CERTIFICATE_EXPIRED,
            Reason.CERTIFICATE_UNTRUSTED,
            Reason.NETWORK_REFUSED,
            Reason.COUNTRY_REFUSED,
            Reason.ASN_REFUSED,
            Reason.OUTSIDE_HOURS,
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (Reason.METHOD_REFUSED,),
        HTTPStatus.TOO_MANY_REQUESTS: (Reason.QUOTA_EXCEEDED,),
        HTTPStatus.BAD_GATEWAY: (Reason.UPSTREAM_UNREACHABLE,),
        HTTPStatus.SERVICE_UNAVAILABLE: (Reason.CONTROL_UNAVAILABLE, Reason.GATEWAY_STALE),
    }.items()
    for reason in reasons
}

STEP_UP = frozenset(
    {Reason.LEVEL_TOO_LOW, Reason.FACTORS_TOO_FEW, Reason.STEP_UP_DEMANDED, Reason.PROOF_TOO_OLD},
)
"""Reasons that a person can cure by proving themselves again (RFC 9470 section 3)."""

SIGN_IN = frozenset(
    {
        Reason.CREDENTIAL_MISSING,
        Reason.TOKEN_INVALID,
        Reason.TOKEN_EXPIRED,
        Reason.TOKEN_REVOKED,
        Reason.AUDIENCE_WRONG,
        Reason.BINDING_MISSING,
        Reason.TOKEN_NOT_YET_VALID,
    },
)
"""Reasons that a person can cure by signing in anew (RFC 6750 section 3.1)."""

DPOP = frozenset({Reason.DPOP_INVALID, Reason.DPOP_REPLAYED, Reason.DPOP_NONCE_NEEDED})
"""Reasons that a program can cure by another proof for the same token (RFC 9449 sections 7.1 and 9)."""
