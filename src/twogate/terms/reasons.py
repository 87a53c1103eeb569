"""Every reason to say no, once. A reason reaches the caller, the log, the audit and the documentation by this name."""

from enum import StrEnum


class Reason(StrEnum):
    """Closed list; each value's sentence is in ``SENTENCE``."""

    # ---- the gateway: the request itself
    PATH_AMBIGUOUS = "path_ambiguous"
    METHOD_REFUSED = "method_refused"
    HOST_MISMATCH = "host_mismatch"
    REQUEST_MALFORMED = "request_malformed"
    CREDENTIALS_MULTIPLE = "credentials_multiple"
    CROSS_SITE = "cross_site"
    ADDRESS_BLOCKED = "address_blocked"
    # ---- the gateway: the credential
    CREDENTIAL_MISSING = "credential_missing"
    TOKEN_INVALID = "token_invalid"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_NOT_YET_VALID = "token_not_yet_valid"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    AUDIENCE_WRONG = "audience_wrong"
    BINDING_MISSING = "binding_missing"
    DPOP_INVALID = "dpop_invalid"
    DPOP_REPLAYED = "dpop_replayed"
    DPOP_NONCE_NEEDED = "dpop_nonce_needed"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CERTIFICATE_NOT_ENROLLED = "certificate_not_enrolled"
    SUBJECT_BLOCKED = "subject_blocked"
    # ---- the gateway: the rule
    NO_RULE = "no_rule"
    LEVEL_TOO_LOW = "level_too_low"
    PROOF_TOO_OLD = "proof_too_old"
    STEP_UP_DEMANDED = "step_up_demanded"
    FACTORS_TOO_FEW = "factors_too_few"
    PERSON_REQUIRED = "person_required"
    SCOPE_INSUFFICIENT = "scope_insufficient"
    NETWORK_REFUSED = "network_refused"
    COUNTRY_REFUSED = "country_refused"
    ASN_REFUSED = "asn_refused"
    OUTSIDE_HOURS = "outside_hours"
    QUOTA_EXCEEDED = "quota_exceeded"
    # ---- the gateway: what stands behind it
    UPSTREAM_UNREACHABLE = "upstream_unreachable"
    CONTROL_UNAVAILABLE = "control_unavailable"
    GATEWAY_STALE = "gateway_stale"
    FEED_PRUNED = "feed_pruned"  # told to edge agents only: take a snapshot
    # ---- proofs
    PASSWORD_WRONG = "password_wrong"  # noqa: S105
    CODE_WRONG = "code_wrong"
    CODE_REPLAYED = "code_replayed"
    TOKEN_CODE_WRONG = "token_code_wrong"  # noqa: S105
    CODE_MALFORMED = "code_malformed"
    CODE_EXPIRED = "code_expired"
    CODE_NOT_SENT = "code_not_sent"
    NUMBER_MALFORMED = "number_malformed"
    NUMBER_REFUSED = "number_refused"
    ADDRESS_MALFORMED = "address_malformed"
    SENDING_STUCK = "sending_stuck"
    RECOVERY_CODE_WRONG = "recovery_code_wrong"
    VALIDATOR_UNREACHABLE = "validator_unreachable"
    LOCKED = "locked"
    FACTOR_DISABLED = "factor_disabled"
    AUTHENTICATOR_CLONED = "authenticator_cloned"
    PASSKEY_MALFORMED = "passkey_malformed"
    PASSKEY_WRONG = "passkey_wrong"
    PASSKEY_EXPIRED = "passkey_expired"
    PASSKEY_UNVERIFIED = "passkey_unverified"
    PASSKEY_NOT_ACCEPTED = "passkey_not_accepted"
    ANSWER_AWAITED = "answer_awaited"
    TOO_MANY_SENT = "too_many_sent"
    FACTOR_NOT_OFFERED = "factor_not_offered"
    ALREADY_ENROLLED = "already_enrolled"
    TOO_MANY_HELD = "too_many_held"
    LAST_FACTOR = "last_factor"
    PUSH_ANSWER_INVALID = "push_answer_invalid"
    PUSH_DENIED = "push_denied"
    PUSH_BURNT = "push_burnt"
    PUSH_EXPIRED = "push_expired"
    PUSH_ANSWERED = "push_answered"
    PUSH_PAIRING_OVER = "push_pairing_over"
    PUSH_DEVICE_UNKNOWN = "push_device_unknown"
    PUSH_CLOCK_WRONG = "push_clock_wrong"
    NAME_TAKEN = "name_taken"
    PASSWORD_TOO_SHORT = "password_too_short"  # noqa: S105
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105
    PASSWORD_COMMON = "password_common"  # noqa: S105
    PASSWORD_WEAK = "password_weak"  # noqa: S105
    PASSWORD_CHARACTERS = "password_characters"  # noqa: S105
    PASSWORD_BREACHED = "password_breached"  # noqa: S105
    NAME_MIXED_SCRIPTS = "name_mixed_scripts"
    NAME_LOOKS_ALIKE = "name_looks_alike"
    # ---- recovery
    RECOVERY_UNKNOWN = "recovery_unknown"
    RECOVERY_OVER = "recovery_over"
    RECOVERY_OPEN = "recovery_open"
    RECOVERY_NO_CHANNEL = "recovery_no_channel"
    RECOVERY_NOT_NEEDED = "recovery_not_needed"
    RECOVERY_TOO_SOON = "recovery_too_soon"
    RECOVERY_PASS_WRONG = "recovery_pass_wrong"  # noqa: S105
    OWN_ACCOUNT = "own_account"
    SECOND_PERSON_REQUIRED = "second_person_required"
    PERMISSION_MISSING = "permission_missing"
    PASSWORD_CHANGE_REQUIRED = "password_change_required"  # noqa: S105
    INVITATION_UNKNOWN = "invitation_unknown"
    TOO_OFTEN = "too_often"
    # ---- the flow
    FLOW_UNKNOWN = "flow_unknown"
    FLOW_EXPIRED = "flow_expired"
    STEP_OUT_OF_ORDER = "step_out_of_order"
    ENROLMENT_REQUIRED = "enrolment_required"
    LEVEL_UNREACHABLE = "level_unreachable"
    BUSY = "busy"
    COOKIE_NOT_KEPT = "cookie_not_kept"
    CSRF_TOKEN_WRONG = "csrf_token_wrong"  # noqa: S105
    SESSION_ENDED = "session_ended"
    PLACE_REFUSED = "place_refused"
    PLACE_UNKNOWN = "place_unknown"
    SIGN_IN_CLOSED = "sign_in_closed"
    RISK_REFUSED = "risk_refused"
    INPUT_MALFORMED = "input_malformed"
    # ---- OAuth clients
    CLIENT_REFUSED = "client_refused"
    CLIENT_NOT_ALLOWED = "client_not_allowed"
    REDIRECT_URI_WRONG = "redirect_uri_wrong"
    PUSHED_REQUEST_INVALID = "pushed_request_invalid"
    PKCE_REQUIRED = "pkce_required"
    GRANT_INVALID = "grant_invalid"
    GRANT_REUSED = "grant_reused"
    DEVICE_WAITING = "device_waiting"
    DEVICE_DENIED = "device_denied"
    DEVICE_CODE_EXPIRED = "device_code_expired"
    POLLED_TOO_SOON = "polled_too_soon"
    USER_CODE_UNKNOWN = "user_code_unknown"
    SCOPE_REFUSED = "scope_refused"
    CONSENT_NEEDED = "consent_needed"
    CONSENT_DENIED = "consent_denied"
    RESOURCE_UNKNOWN = "resource_unknown"
    REGISTRATION_REFUSED = "registration_refused"
    FETCH_REFUSED = "fetch_refused"
    NOT_SUPPORTED = "not_supported"
    SIGN_IN_REQUIRED = "sign_in_required"
    BROWSER_REQUIRED = "browser_required"
    PROOF_NEEDED = "proof_needed"
    NOT_FOUND = "not_found"
    UNDO_OVER = "undo_over"


SENTENCE: dict[Reason, str] = {
    Reason.PATH_AMBIGUOUS: "The path can be read in more than one way, so it is refused.",
    Reason.METHOD_REFUSED: "This HTTP method is not let through.",
    Reason.HOST_MISMATCH: "The request names another host than the one it was sent to.",
    Reason.REQUEST_MALFORMED: "The request is not well-formed.",
    Reason.CREDENTIALS_MULTIPLE: "More than one credential was sent; send exactly one.",
    Reason.CROSS_SITE: "Another site tried to use your sign-in for a request that changes something.",
    Reason.ADDRESS_BLOCKED: "Requests from this address are blocked for now.",
    Reason.CREDENTIAL_MISSING: "Sign in first: this endpoint needs a credential.",
    Reason.TOKEN_INVALID: "The token is not valid here.",
    Reason.TOKEN_EXPIRED: "The token has expired.",
    Reason.TOKEN_NOT_YET_VALID: "The token is not valid yet; check the clock.",
    Reason.TOKEN_REVOKED: "The token was revoked.",
    Reason.AUDIENCE_WRONG: "The token was issued for another service.",
    Reason.BINDING_MISSING: "The token is bound to a key that was not shown.",
    Reason.DPOP_INVALID: "The DPoP proof is missing, malformed, too old or made for something else.",
    Reason.DPOP_REPLAYED: "This DPoP proof was used before; make a new one for each request.",
    Reason.DPOP_NONCE_NEEDED: "The DPoP proof needs the nonce that comes with this answer.",
    Reason.CERTIFICATE_MISSING: "A client certificate is needed here, and none was shown.",
    Reason.CERTIFICATE_REVOKED: "The client certificate was revoked.",
    Reason.CERTIFICATE_EXPIRED: "The client certificate has expired, or its time has not come.",
    Reason.CERTIFICATE_UNTRUSTED: "The client certificate is not one that is trusted here.",
    Reason.CERTIFICATE_NOT_ENROLLED: "The client certificate is not one that was set up for this account.",
    Reason.SUBJECT_BLOCKED: "This account is blocked.",
    Reason.NO_RULE: "No rule lets this request through.",
    Reason.LEVEL_TOO_LOW: "This endpoint needs stronger proof of who you are.",
    Reason.PROOF_TOO_OLD: "You proved who you are too long ago for this endpoint; prove it again.",
    Reason.STEP_UP_DEMANDED: "You are asked to prove again who you are.",
    Reason.FACTORS_TOO_FEW: "This endpoint needs proofs of more different kinds.",
    Reason.PERSON_REQUIRED: "This endpoint needs a person; an API token or service account cannot call it.",
    Reason.SCOPE_INSUFFICIENT: "The token lacks a scope that this endpoint needs.",
    Reason.NETWORK_REFUSED: "This endpoint cannot be called from your network.",
    Reason.COUNTRY_REFUSED: "This endpoint cannot be called from your country, or it is not known which one that is.",
    Reason.ASN_REFUSED: "This endpoint cannot be called through your provider's network.",
    Reason.OUTSIDE_HOURS: "This endpoint is closed at this hour.",
    Reason.QUOTA_EXCEEDED: "The quota for this endpoint is used up; try again later.",
    Reason.UPSTREAM_UNREACHABLE: "The service behind the gateway does not answer.",
    Reason.CONTROL_UNAVAILABLE: "Signing in is not possible right now; try again shortly.",
    Reason.GATEWAY_STALE: "The gateway has been out of touch for too long and refuses to guess.",
    Reason.FEED_PRUNED: "Changes this gateway has not seen were forgotten; take a snapshot.",
    Reason.PASSWORD_WRONG: "The name or the password is not right.",
    Reason.CODE_WRONG: "The code is not right.",
    Reason.TOKEN_CODE_WRONG: "The code is not right. If the token was pressed many times, type two codes in a row.",
    Reason.CODE_REPLAYED: "This code was used before; wait for the next one.",
    Reason.CODE_MALFORMED: "A code is six or eight digits.",
    Reason.VALIDATOR_UNREACHABLE: "What checks this key does not answer right now; use another way.",
    Reason.CODE_EXPIRED: "This code is too old, or was tried too often; let another one be sent.",
    Reason.CODE_NOT_SENT: "No code was sent for this; let one be sent first.",
    Reason.NUMBER_MALFORMED: "Write the number with a plus sign, the country code and no leading zero.",
    Reason.NUMBER_REFUSED: "Codes are not sent to numbers of this country or kind.",
    Reason.ADDRESS_MALFORMED: "This is not a mail address.",
    Reason.SENDING_STUCK: "Messages cannot be sent at the moment; use another way, or try again later.",
    Reason.RECOVERY_CODE_WRONG: "This recovery code is not right, or was used before.",
    Reason.LOCKED: "Too many wrong tries; wait and try again.",
    Reason.FACTOR_DISABLED: "This way of signing in was switched off after too many wrong tries.",
    Reason.FACTOR_NOT_OFFERED: "This way of signing in is not offered here.",
    Reason.AUTHENTICATOR_CLONED: "This key seems to have been copied, so it was switched off; its owner was told.",
    Reason.PASSKEY_MALFORMED: "The answer of the passkey cannot be read.",
    Reason.PASSKEY_WRONG: "This passkey does not fit here; try again, or use another way.",
    Reason.PASSKEY_EXPIRED: "The answer of the passkey came too late; try again.",
    Reason.PASSKEY_UNVERIFIED: "The device did not check that it is you, by PIN, fingerprint or face.",
    Reason.PASSKEY_NOT_ACCEPTED: "Passkeys and keys of this make are not accepted here.",
    Reason.ANSWER_AWAITED: "The answer has not come yet.",
    Reason.TOO_MANY_SENT: "That was sent too often; wait a while, or use another way.",
    Reason.ALREADY_ENROLLED: "This is already set up.",
    Reason.TOO_MANY_HELD: "This account has as many of these as one may have; remove one first.",
    Reason.LAST_FACTOR: "This is your last second factor; set up another one first.",
    Reason.PUSH_ANSWER_INVALID: "This answer does not come from your phone, or not to this request.",
    Reason.PUSH_DENIED: "The request was declined on your phone.",
    Reason.PUSH_BURNT: "Another number was typed on the phone than the first screen shows; ask the phone again.",
    Reason.PUSH_EXPIRED: "Nobody answered on your phone in time; ask it again.",
    Reason.PUSH_ANSWERED: "This request was answered already, or is no longer open.",
    Reason.PUSH_PAIRING_OVER: "This QR code was used before or is too old; show a new one.",
    Reason.PUSH_DEVICE_UNKNOWN: "This phone is not connected to an account here.",
    Reason.PUSH_CLOCK_WRONG: "The phone's clock is too far from the server's.",
    Reason.NAME_TAKEN: "There is an account of this name already.",
    Reason.PASSWORD_TOO_SHORT: "The password is too short.",
    Reason.PASSWORD_TOO_LONG: "The password is too long.",
    Reason.PASSWORD_COMMON: "This password is on a list of common passwords.",
    Reason.PASSWORD_WEAK: "This password is easy to guess.",
    Reason.PASSWORD_CHARACTERS: "The password has a character that cannot be typed everywhere.",
    Reason.PASSWORD_BREACHED: "This password is in a collection of stolen passwords.",
    Reason.NAME_MIXED_SCRIPTS: "The name mixes letters of different scripts.",
    Reason.NAME_LOOKS_ALIKE: "The name looks like one that is taken.",
    Reason.RECOVERY_UNKNOWN: "This link or code is not right, was used before, or is too old.",
    Reason.RECOVERY_OVER: "This recovery is over: it was used, stopped, approved already, or came too late.",
    Reason.RECOVERY_OPEN: "A recovery of this account is under way already.",
    Reason.RECOVERY_NO_CHANNEL: "The account has no mail address to recover it by.",
    Reason.RECOVERY_NOT_NEEDED: "There is nothing to recover.",
    Reason.RECOVERY_TOO_SOON: "This account was recovered, or a recovery of it was stopped, lately; ask the help desk.",
    Reason.RECOVERY_PASS_WRONG: "This recovery secret is not right, was used before, or is too old.",
    Reason.OWN_ACCOUNT: "Nobody decides about their own account.",
    Reason.SECOND_PERSON_REQUIRED: "Another administrator than the one who asked has to approve.",
    Reason.PERMISSION_MISSING: "You are not an administrator.",
    Reason.PASSWORD_CHANGE_REQUIRED: "Choose a new password first.",
    Reason.INVITATION_UNKNOWN: "This code is not right, was used before, or is too old.",
    Reason.TOO_OFTEN: "That was asked for too often; wait and try again.",
    Reason.FLOW_UNKNOWN: "This sign-in is no longer open; start again.",
    Reason.FLOW_EXPIRED: "This sign-in took too long; start again.",
    Reason.STEP_OUT_OF_ORDER: "That was not asked for at this point.",
    Reason.ENROLMENT_REQUIRED: "Set up a second factor first.",
    Reason.LEVEL_UNREACHABLE: "None of your factors reaches what this needs; set up another one.",
    Reason.COOKIE_NOT_KEPT: "The browser does not keep the cookie it is given; allow cookies for this site.",
    Reason.BUSY: "Too many sign-ins at once; try again in a moment.",
    Reason.CSRF_TOKEN_WRONG: "The page is out of date; reload it and try again.",
    Reason.SESSION_ENDED: "You are signed out.",
    Reason.PLACE_REFUSED: "Signing in is not allowed from where you are.",
    Reason.PLACE_UNKNOWN: "Signing in depends on where you are, and that cannot be found out.",
    Reason.SIGN_IN_CLOSED: "Signing in is not possible at this hour.",
    Reason.RISK_REFUSED: "This sign-in is too unlike the ones before; ask an administrator.",
    Reason.INPUT_MALFORMED: "Something in the input is missing or of the wrong kind.",
    Reason.CLIENT_REFUSED: "The client is unknown, blocked, or did not prove itself.",
    Reason.CLIENT_NOT_ALLOWED: "This client is not registered for that.",
    Reason.REDIRECT_URI_WRONG: "The redirect URI is not one that this client registered.",
    Reason.PUSHED_REQUEST_INVALID: "The pushed request is unknown, expired, answered already or another client's.",
    Reason.PKCE_REQUIRED: "A code challenge with method S256 is needed.",
    Reason.GRANT_INVALID: "The code or refresh token is not valid, not yours, or has expired.",
    Reason.GRANT_REUSED: "The code or refresh token was used before; everything issued from it is revoked.",
    Reason.DEVICE_WAITING: "Nobody has answered for this device yet; ask again after the interval.",
    Reason.DEVICE_DENIED: "The person said no.",
    Reason.DEVICE_CODE_EXPIRED: "Nobody typed the code in time; begin anew.",
    Reason.POLLED_TOO_SOON: "Asked too soon; wait five seconds longer between two polls from now on.",
    Reason.USER_CODE_UNKNOWN: "No device waits with this code.",
    Reason.SCOPE_REFUSED: "The scope is malformed, or more than this client may ask for.",
    Reason.CONSENT_NEEDED: "The person was not asked yet whether this program may, and asking was not allowed.",
    Reason.CONSENT_DENIED: "The person did not allow it.",
    Reason.RESOURCE_UNKNOWN: "No such resource is protected here.",
    Reason.REGISTRATION_REFUSED: "Registration needs a token that is good for it.",
    Reason.FETCH_REFUSED: "What stands at the given address could not be read.",
    Reason.NOT_SUPPORTED: "This server does not support that.",
    Reason.SIGN_IN_REQUIRED: "Nobody is signed in, or not well enough, and asking was not allowed.",
    Reason.PROOF_NEEDED: "One more proof of who you are is needed.",
    Reason.UNDO_OVER: "This link was used before, or its time is over.",
    Reason.NOT_FOUND: "There is no such thing, or it is not yours.",
    Reason.BROWSER_REQUIRED: "The next step needs a web browser: start the authorization code flow there.",
}
