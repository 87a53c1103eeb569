"""What a message to a person says: codes by SMS, call and mail, and notices with their way back.

Decides the words. A code stands first, where a lock screen shows it; the last line of an SMS binds it to this site,
so that a browser fills it in there and nowhere else (WICG "origin-bound one-time codes"). The only link that is ever
mailed leads to a page that takes something back and asks for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from twogate.terms.dispatch import Channel, Dispatch

UNDO_PATH = "/.twogate/undo"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes."""

    site: str
    public_url: str

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or ""


def worded(dispatch: Dispatch, sender: Sender) -> Mapping[str, str]:
    """Return the facts with ``subject`` and ``text``; what has a text already keeps it."""
    facts = dict(dispatch.facts)
    if "text" in facts:
        return {**facts, "text": facts["text"] + _way_back(facts.get("undo", ""), sender)}
    code, minutes = facts.get("code", ""), max(1, dispatch.life // 60)
    match dispatch.channel:
        case Channel.SMS:
            text = f"{code} is your {sender.site} code, good for {_minutes(minutes)}. Nobody will ask you for it."
            return {**facts, "text": f"{text}\n\n@{sender.host} #{code}"}
        case Channel.VOICE:
            digits = ", ".join(code)
            return {**facts, "text": f"Your {sender.site} code is: {digits}. Nobody will ask you for it."}
        case Channel.EMAIL:
            return {**facts, "subject": f"Your {sender.site} code", "text": _code_by_mail(code, minutes, sender)}
        case Channel.PUSH:
            return facts


def short_notice(subject: str, sender: Sender) -> str:
    """A notice as an SMS: what happened, and where more is. No link: nobody can see where one in an SMS leads."""
    return f"{sender.site}: {subject}. If it was not you, read the mail about it or your account page."


def _code_by_mail(code: str, minutes: int, sender: Sender) -> str:
    return (
        f"Your code: {code}\n\n"
        f"Type it into the page of {sender.site} that asked for it. It is good for {_minutes(minutes)}, and for one "
        "use.\n\n"
        "If you did not ask for it, somebody else typed your address: do nothing, and tell nobody the code.\n"
    )


def _way_back(secret: str, sender: Sender) -> str:
    if not secret:
        return ""
    return (
        f"\nThis was not you? Take it back:\n{sender.public_url}{UNDO_PATH}?secret={secret}\n\n"
        "The page says what it will do, and asks for no password and no code. The link works once, for 72 hours. "
        "Keep it to yourself.\n"
    )


def _minutes(count: int) -> str:
    if count % 60 == 0:
        return "1 hour" if count == 60 else f"{count // 60} hours"  # noqa: PLR2004  # an hour
    return "1 minute" if count == 1 else f"{count} minutes"
