"""What is written to somebody whose account is being recovered; the only mails of ours that hold a link or a secret.

Decides the words. A link leads to a page that does nothing by being looked at: mail scanners follow links. Every
address is built from the public URL, never from what a request said.
"""

from functools import partial
from urllib.parse import quote

from twogate.terms import translation
from twogate.terms.instant import Instant
from twogate.terms.language import DEFAULT, Language
from twogate.terms.letter import Letter
from twogate.terms.recovery import Lost, Recovery, Way
from twogate.terms.secret import Secret

STOP = "/.twogate/recover/stop"
FINISH = "/.twogate/recover/finish"
_WHAT = {Lost.PASSWORD: "a new password", Lost.FACTORS: "new second factors"}
_NEXT = {
    Way.TIME_LOCK: "What happens next: on {moment} you get a mail that lets you go on.",
    Way.HELP_DESK: "What happens next: another administrator has to agree before {moment}.",
}
_ASKED = "Somebody asked for this for your account: {what}."
_ONCE = "It works once, until {moment}. Nobody from us will ever ask you for it."
_STOPS = (
    "open {link} and press the button there",
    "on a device where you are signed in, open your account page",
    "sign in as you always do",
)
_STEPS = {
    Lost.FACTORS: (
        "sign in at {sign_in} with your name and password",
        "where your second factor is asked for, choose the recovery pass and type the secret below",
        "set up a new factor",
    ),
    Lost.PASSWORD: (
        "open {finish}",
        "choose a new password",
        "sign in with it; your second factor is still asked for",
    ),
}
_HOUR = 3_600
_MINUTE = 60


def asked_letter(
    recovery: Recovery, *, to: str, secret: Secret, public_url: str, language: Language = DEFAULT
) -> Letter:
    """Somebody asked; here is how to stop it."""
    say = partial(translation.say, language)
    moment, address = _moment(recovery.asked), recovery.address or say("an unknown address")
    stops = [say(one, link=_link(public_url, STOP, secret)) for one in _STOPS]
    text = (
        f"{say(_ASKED, what=say(_WHAT[recovery.lost]))}\n\n"
        f"{say('When: {moment}, from {address}', moment=moment, address=address)}\n"
        f"{say(_NEXT[recovery.way], moment=_moment(recovery.due))}\n\n"
        f"{say('If this was not you, stop it now. Any of these will do:')}\n"
        f"{''.join(f'  - {one}{chr(10)}' for one in stops)}\n"
        f"{say('For now nothing changes: what you have still works, and nobody gets in.')}\n"
    )
    return Letter(to, say("Somebody asked to recover your account"), text)


def ready_letter(
    recovery: Recovery, *, to: str, secret: Secret, public_url: str, language: Language = DEFAULT
) -> Letter:
    """The secret, good once and for a while."""
    say = partial(translation.say, language)
    sign_in, finish = f"{public_url}/.twogate/sign-in", _link(public_url, FINISH, secret)
    steps = [say(one, sign_in=sign_in, finish=finish) for one in _STEPS[recovery.lost]]
    text = (
        f"{say('You can now set this up: {what}.', what=say(_WHAT[recovery.lost]))}\n\n"
        f"{''.join(f'  {number}. {one}{chr(10)}' for number, one in enumerate(steps, start=1))}\n"
        f"{say('Secret: {secret}', secret=secret.text())}\n\n"
        f"{say(_ONCE, moment=_moment(recovery.due))}\n\n"
        f"{say('If you did not ask for this, sign in as you always do: that makes the secret worthless.')}\n"
    )
    return Letter(to, say("The way back into your account"), text)


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
