"""What is written to somebody whose account is being recovered; the only mails of ours that hold a link or a secret.

Decides the words. A link leads to a page that does nothing by being looked at: mail scanners follow links. Every
address is built from the public URL, never from what a request said.
"""

from urllib.parse import quote

from twogate.terms.instant import Instant
from twogate.terms.letter import Letter
from twogate.terms.recovery import Lost, Recovery, Way
from twogate.terms.secret import Secret

STOP = "/.twogate/recover/stop"
FINISH = "/.twogate/recover/finish"
_WHAT = {Lost.PASSWORD: "a new password", Lost.FACTORS: "new second factors"}
_NEXT = {
    Way.TIME_LOCK: "on {moment} you get a mail that lets you go on.",
    Way.HELP_DESK: "another administrator has to agree before {moment}.",
}
_HOUR = 3_600
_MINUTE = 60


def asked_letter(recovery: Recovery, *, to: str, secret: Secret, public_url: str) -> Letter:
    """Somebody asked; here is how to stop it."""
    text = (
        f"Somebody asked for {_WHAT[recovery.lost]} for your account.\n\n"
        f"When: {_moment(recovery.asked)}, from {recovery.address or 'an unknown address'}\n"
        f"What happens next: {_NEXT[recovery.way].format(moment=_moment(recovery.due))}\n\n"
        "If this was not you, stop it now. Any of these will do:\n"
        f"  - open {_link(public_url, STOP, secret)} and press the button there\n"
        "  - on a device where you are signed in, open your account page\n"
        "  - sign in as you always do\n\n"
        "For now nothing changes: what you have still works, and nobody gets in.\n"
    )
    return Letter(to, "Somebody asked to recover your account", text)


def ready_letter(recovery: Recovery, *, to: str, secret: Secret, public_url: str) -> Letter:
    """The secret, good once and for a while."""
    steps = {
        Lost.FACTORS: (
            f"  1. sign in at {public_url}/.twogate/sign-in with your name and password\n"
            "  2. where your second factor is asked for, choose the recovery pass and type the secret below\n"
            "  3. set up a new factor\n"
        ),
        Lost.PASSWORD: (
            f"  1. open {_link(public_url, FINISH, secret)}\n"
            "  2. choose a new password\n"
            "  3. sign in with it; your second factor is still asked for\n"
        ),
    }
    text = (
        f"You can now set up {_WHAT[recovery.lost]}:\n\n{steps[recovery.lost]}\n"
        f"Secret: {secret.text()}\n\n"
        f"It works once, until {_moment(recovery.due)}. Nobody from us will ever ask you for it.\n\n"
        "If you did not ask for this, sign in as you always do: that makes the secret worthless.\n"
    )
    return Letter(to, "The way back into your account", text)


def in_words(seconds: float) -> str:
    """A duration as a person says it: whole hours from one hour on, else minutes, else seconds."""
    for size, word in ((_HOUR, "hour"), (_MINUTE, "minute"), (1, "second")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "a moment"


def _link(public_url: str, path: str, secret: Secret) -> str:
    return f"{public_url}{path}?secret={quote(secret.text(), safe='')}"


def _moment(at: Instant) -> str:
    return at.utc().strftime("%Y-%m-%d %H:%M UTC")
