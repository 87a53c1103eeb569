"""What owners of accounts are told, and in which words (NIST SP 800-63B-4 sections 4.2.3 and 4.6).

Decides the closed list of notices, and which change each of them lets its owner take back. A notice says what
happened, when and from where, and what to do if it was not the owner; it holds no secret. The mail about it may hold
one link, to take the change back (``rules.signin.messages``).
"""

from enum import StrEnum

from twogate.terms.caller import Caller
from twogate.terms.instant import Instant
from twogate.terms.language import DEFAULT, Language
from twogate.terms.translation import phrase, say
from twogate.terms.undo import UndoKind

NOT_YOU = (
    "If this was you, there is nothing to do. If it was not, change your password, end all sessions on your account "
    "page and tell your administrator."
)
_LONGEST_AGENT = 120


class NoticeKind(StrEnum):
    """Closed list; ``TEXT`` has the words of each."""

    LOCKED = "locked"
    FACTOR_DISABLED = "factor_disabled"
    FACTOR_CLONED = "factor_cloned"
    FACTOR_LOST = "factor_lost"
    FACTOR_ENROLLED = "factor_enrolled"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_REPLACED = "recovery_codes_replaced"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    FACTORS_RESET = "factors_reset"
    NEW_DEVICE = "new_device"
    UNUSUAL_PLACE = "unusual_place"
    CHANGE_UNDONE = "change_undone"
    ADDRESS_CHANGED = "address_changed"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_REFUSED = "recovery_refused"
    RECOVERY_REQUESTED = "recovery_requested"
    RECOVERY_READY = "recovery_ready"
    RECOVERY_CANCELLED = "recovery_cancelled"
    RECOVERY_USED = "recovery_used"
    PANIC = "panic"
    SECOND_FACTOR_DUE = "second_factor_due"
    PROMPT_REPORTED = "prompt_reported"
    API_TOKEN_CREATED = "api_token_created"  # noqa: S105


TEXT: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.LOCKED: (
        "Too many wrong tries at your account",
        "Somebody gave a wrong {what} too often, so it cannot be tried for a while. Devices you know still work.",
    ),
    NoticeKind.FACTOR_DISABLED: (
        "A way of signing in was switched off",
        "After very many wrong tries nobody can try your {what} any more until an administrator unlocks it.",
    ),
    NoticeKind.FACTOR_CLONED: (
        "A key of yours may have been copied",
        "Your key {what} answered with a counter that went back, as a copy of it would. It was switched off.",
    ),
    NoticeKind.FACTOR_LOST: (
        "A way of signing in is off, because it was reported lost",
        (
            "Your account was recovered, so {what} no longer signs in. If you still have it, remove it on your account "
            "page and set it up again."
        ),
    ),
    NoticeKind.FACTOR_ENROLLED: ("A new factor was set up", "Your account can now be proved by: {what}."),
    NoticeKind.FACTOR_REMOVED: ("A factor was removed", "Your account can no longer be proved by: {what}."),
    NoticeKind.RECOVERY_CODE_USED: (
        "A recovery code was used",
        "Somebody signed in with your password and a recovery code or pass.",
    ),
    NoticeKind.RECOVERY_CODES_REPLACED: (
        "New recovery codes were made",
        "Your old recovery codes no longer work.",
    ),
    NoticeKind.PASSWORD_CHANGED: (
        "Your password was changed",
        "The old one no longer works, and other sessions ended.",
    ),
    NoticeKind.PASSWORD_RESET: (
        "Your password was reset",
        "An administrator gave your account a new password. All sessions ended.",
    ),
    NoticeKind.FACTORS_RESET: (
        "Your factors were reset",
        "An administrator removed the factors of your account so that you can set up new ones. All sessions ended.",
    ),
    NoticeKind.PROMPT_REPORTED: (
        "A sign-in was reported: it was not you",
        (
            "Somebody who knows your password tried to sign in, and you said on your phone that it was not you. All "
            "sessions ended and your phones are asked no more. Change your password, then connect your phone anew: a "
            "recovery code or an administrator lets you in."
        ),
    ),
    NoticeKind.RECOVERY_ASKED: (
        "Somebody asked to recover your account",
        (
            "In {what} whoever reads your mail can go on with it. Until then nothing changes. To stop it, press the "
            "button on your account page, use the link in the mail, or simply sign in as you always do."
        ),
    ),
    NoticeKind.RECOVERY_REFUSED: (
        "A recovery of your account was not begun",
        "Somebody asked for a way back into your account. It was not begun: {what}",
    ),
    NoticeKind.RECOVERY_REQUESTED: (
        "The help desk was asked to recover your account",
        (
            "An administrator asked for a way back into your account; another one has to agree. To stop it, press the "
            "button on your account page or sign in as you always do."
        ),
    ),
    NoticeKind.RECOVERY_READY: (
        "A way back into your account is open",
        (
            "A one-time secret for {what} was handed out. To stop it, press the button on your account page or sign in "
            "as you always do."
        ),
    ),
    NoticeKind.RECOVERY_CANCELLED: (
        "A recovery of your account was stopped",
        "What was asked for does not happen, and a secret that was handed out is worth nothing.",
    ),
    NoticeKind.RECOVERY_USED: ("Your account was recovered", "The one-time secret was used for {what}."),
    NoticeKind.PANIC: (
        "You said: this was not me",
        (
            "All sessions and tokens of your account ended. Second factors that were set up in the last {what} were "
            "switched off. At your next sign-in you choose a new password."
        ),
    ),
    NoticeKind.SECOND_FACTOR_DUE: ("Set up a second factor", "{what} Set one up on your account page."),
    NoticeKind.CHANGE_UNDONE: (
        "A change was taken back",
        "By the link in a mail, this was taken back: {what}. All sessions ended.",
    ),
    NoticeKind.ADDRESS_CHANGED: (
        "Your mail address was changed",
        "Notices about your account now go to {what}.",
    ),
    NoticeKind.API_TOKEN_CREATED: (
        "An API token was made",
        "A program that has it can call the API in your name: {what}. Where you do not know it, revoke it.",
    ),
    NoticeKind.NEW_DEVICE: (
        "A sign-in from a new device",
        "Your account was used on a device it was not used on before.",
    ),
    NoticeKind.UNUSUAL_PLACE: (
        "A sign-in from an unusual place",
        "Somebody signed in as you, or tried to, from a place that does not fit your other sign-ins: {what}.",
    ),
}

UNDOES: dict[NoticeKind, UndoKind] = {
    NoticeKind.FACTOR_ENROLLED: UndoKind.FACTOR_ADDED,
    NoticeKind.FACTOR_REMOVED: UndoKind.FACTOR_REMOVED,
    NoticeKind.RECOVERY_CODES_REPLACED: UndoKind.CODES_REPLACED,
    NoticeKind.PASSWORD_CHANGED: UndoKind.PASSWORD_CHANGED,
    NoticeKind.RECOVERY_CODE_USED: UndoKind.SIGNED_IN,
    NoticeKind.NEW_DEVICE: UndoKind.SIGNED_IN,
    NoticeKind.ADDRESS_CHANGED: UndoKind.ADDRESS_CHANGED,
}


def write(kind: NoticeKind, *, what: str, at: Instant, caller: Caller, language: Language = DEFAULT) -> tuple[str, str]:
    """Return subject and text, in the language of the account's owner."""
    subject, text = TEXT[kind]
    agent = "".join(c for c in caller.user_agent[:_LONGEST_AGENT] if c.isprintable())
    address = caller.address or say(language, "an unknown address")
    moment = at.utc().strftime("%Y-%m-%d %H:%M UTC")
    when = say(language, "When: {moment}, from {address}", moment=moment, address=address)
    return say(language, subject), (
        f"{say(language, text, what=phrase(language, what))}\n\n{when}{f' ({agent})' if agent else ''}\n\n"
        f"{say(language, NOT_YOU)}\n"
    )
