"""Every sentence of every page, in one place, so that another language is another catalogue.

Decides what people read. The sentences for reasons are ``terms.reasons.SENTENCE``; a page may say it more fully.
"""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "site": "Twogate",
    "skip": "Skip to content",
    "again": "Start again",
    "form.wrong": "That did not work",
    "time.second": "one second",
    "time.seconds": "{count} seconds",
    "time.minute": "one minute",
    "time.minutes": "{count} minutes",
    "time.now": "just now",
    "time.minutes_ago": "{count} minutes ago",
    "time.minutes_ago.one": "one minute ago",
    "time.hours_ago": "{count} hours ago",
    "time.hours_ago.one": "one hour ago",
    "time.date": "{day} {month} {year}, {clock} UTC",
    "month.1": "January",
    "month.2": "February",
    "month.3": "March",
    "month.4": "April",
    "month.5": "May",
    "month.6": "June",
    "month.7": "July",
    "month.8": "August",
    "month.9": "September",
    "month.10": "October",
    "month.11": "November",
    "month.12": "December",
    "program.on": "{program} on {system}",
    "program.unknown": "Unknown program",
    # ---- proving who you are
    "ask.title.first": "Sign in",
    "ask.title.next": "One more step",
    "ask.title.step_up": "Confirm that it is you",
    "ask.as": "You are signing in as {name}.",
    "ask.name": "Name",
    "ask.go_on": "Go on",
    "ask.other": "Use {factor} instead",
    "ask.recovery": "I cannot use this: use a recovery code",
    "ask.recovery.hint": "Each code works once. Afterwards you can set up a new second factor.",
    "ask.foot": "Type your password here only if the address above is the one you know.",
    "because.proof_too_old": "What you want to do needs a fresh proof.",
    "because.factors_too_few": "What you want to do needs proofs of more than one kind.",
    "refused.password_wrong": "The name or the password is not right. Check both and try again.",
    "refused.code_wrong": "This code is not right. Type the one that your app shows now.",
    "refused.code_replayed": "This code was used before. Wait until your app shows the next one, then type that.",
    "refused.code_malformed": "That is not a code. Type the digits that your app shows now.",
    "refused.recovery_code_wrong": "This recovery code is not right, or was used before. Each one works once.",
    "refused.locked": "Too many wrong tries. Wait a while and try again.",
    "refused.csrf_token_wrong": "This page was out of date, so nothing was done. Go on from here.",
    "wait.locked": "Too many wrong tries. You can try again in {time}.",
    "wait.busy": "Too many people are signing in at once. Try again in {time}.",
    "forward.title": "Going on",
    "forward.text": "You are being taken to where you were going.",
    "forward.go": "Go there now",
    # ---- setting up
    "set_up.title": "Set up: {factor}",
    "set_up.scan": "Open your authenticator app and scan this picture.",
    "set_up.picture": "QR code that holds your secret. If you cannot scan it, type the secret below instead.",
    "set_up.type": "I cannot scan it: show the secret to type",
    "set_up.type.hint": "Choose \u201ctime-based\u201d if the app asks. Keep this secret to yourself.",
    "set_up.confirm": "Type the code that the app shows now, so that we know it works.",
    "set_up.done": "Done",
    "set_up.other": "Set up {factor} instead",
    "set_up.later": "Not now",
    "codes.title": "Your recovery codes",
    "codes.why": "If you lose your second factor, one of these lets you in. Print them or write them down, and keep "
    "them where you would keep a spare key.",
    "codes.once": "They are shown this once only. Each works one time.",
    "codes.type_back": "Type one of them back",
    "codes.type_back.hint": "From your copy, to be sure that it can be read.",
    "codes.saved": "I have kept them",
    "codes.shown": "Your codes were shown before and are not shown a second time.",
    "codes.wrong": "That is not one of your codes. Look at your copy and type one exactly as it stands there.",
    "codes.not_saved": "I have no copy: go on, and make new codes in my account later",
    # ---- signing out
    "sign_out.title": "Sign out?",
    "sign_out.text": "This ends your session in this browser. Your other devices stay signed in.",
    "sign_out.go": "Sign out",
    "sign_out.stay": "Stay signed in",
    "signed_out.title": "You are signed out",
    "signed_out.text": "Nobody can use this browser\u2019s session any more.",
    "signed_out.again": "Sign in again",
    # ---- the account
    "account.title": "Your account",
    "account.nav": "Account",
    "account.proved": "Signed in {when}",
    "account.ways": "How you sign in",
    "account.confirm": "Before you can change anything here, prove once more that it is you.",
    "account.confirm.go": "Confirm that it is you",
    "account.new": "new",
    "account.way.remove": "Remove",
    "account.way.change": "Change",
    "account.way.replace": "Replace",
    "account.way.renew": "Make new ones",
    "account.way.add": "Add: {factor}",
    "account.way.used": "Set up {created}, used {used}",
    "account.way.set_up": "Set up {created}",
    "account.way.left": "{count} left",
    "account.way.left.one": "One left: make new ones soon",
    "account.way.left.none": "None left: make new ones",
    "account.sessions": "Where you are signed in",
    "account.here": "this browser",
    "account.session.note": "{address}, signed in {created}, used {used}",
    "account.end": "End",
    "account.end_others": "End all others",
    "account.activity": "What happened",
    "account.activity.none": "Nothing yet. Whatever happens to your account is told here.",
    "done.ended": "That session has ended.",
    "done.others_ended": "All other sessions have ended. Only this browser is still signed in.",
    "done.removed": "That is removed. It does not open your account any more.",
    "done.set_up": "It is set up. You can sign in with it from now on.",
    "done.codes_kept": "Your new recovery codes are in force. The old ones are void.",
    "done.codes_not_kept": "Your old recovery codes are void. Make new ones when you can keep a copy.",
    "done.password_changed": "Your password is changed. All other sessions have ended.",
    # ---- the password
    "password.title": "Change your password",
    "password.text": "Afterwards you stay signed in here and are signed out everywhere else.",
    "password.present": "Present password",
    "password.wanted": "New password",
    "password.wanted.hint": "A few unrelated words make a good one. Your password manager may choose it.",
    "password.go": "Change it",
    "cancel": "Cancel",
    # ---- errors
    "error.request_id": "If you ask for help, name this request:",
    "error.title.400": "That request was not right",
    "error.title.401": "Please sign in",
    "error.title.403": "Not allowed",
    "error.title.404": "Nothing here",
    "error.title.405": "Not possible here",
    "error.title.408": "That took too long",
    "error.title.409": "Something changed meanwhile",
    "error.title.410": "This page is no longer open",
    "error.title.413": "That is too much",
    "error.title.422": "Something is missing",
    "error.title.429": "Please wait a moment",
    "error.title.500": "Something went wrong",
    "error.title.503": "Not available right now",
}


class MissingText(KeyError):  # noqa: N818  # it says what is so
    """A page asks for a sentence that the catalogue lacks."""


def text(key: str, **values: object) -> str:
    """Return the sentence, with its gaps filled in.

    Raises:
        MissingText: the catalogue has no such sentence.
    """
    found = ENGLISH.get(key)
    if found is None:
        raise MissingText(key)
    return found.format_map(values) if values else found


def has_text(key: str) -> bool:
    """Whether the catalogue has this sentence."""
    return key in ENGLISH
