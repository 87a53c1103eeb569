"""What a message to a person says: codes by SMS, call and mail, and notices with their way back.

Decides the words. A code stands first, where a lock screen shows it; the last line of an SMS binds it to this site,
so that a browser fills it in there and nowhere else (WICG "origin-bound one-time codes"). The only link that is ever
mailed leads to a page that takes something back and asks for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.language import DEFAULT, Language
from twogate.terms.translation import known, phrase, say

UNDO_PATH = "/.twogate/undo"
_BY_SMS = "{code} is your {site} code, good for {life}. Nobody will ask you for it."
_BY_CALL = "Your {site} code is: {digits}. Nobody will ask you for it."
_BY_PUSH = "Something waits for your answer. Open this to look at it."
_SHORT = "{site}: {subject}. If it was not you, read the mail about it or your account page."
_WHERE_TO_TYPE = "Type it into the page of {site} that asked for it. It is good for {life}, and for one use."
_NOT_ASKED_FOR = "If you did not ask for it, somebody else typed your address: do nothing, and tell nobody the code."
_ABOUT_THE_LINK = (
    "The page says what it will do, and asks for no password and no code. The link works once, for 72 hours. Keep it "
    "to yourself."
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes."""

    site: str
    public_url: str

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or ""


def worded(dispatch: Dispatch, sender: Sender) -> Mapping[str, str]:
    """Return the facts with ``subject`` and ``text``; what has a text already keeps it. ``language`` is a fact, too."""
    facts = dict(dispatch.facts)
    language = known(facts.get("language", ""))
    if "text" in facts:
        return {**facts, "text": facts["text"] + _way_back(facts.get("undo", ""), sender, language)}
    code, site = facts.get("code", ""), sender.site
    life = _minutes(max(1, dispatch.life // 60), language)
    match dispatch.channel:
        case Channel.SMS:
            text = say(language, _BY_SMS, code=code, site=site, life=life)
            return {**facts, "text": f"{text}\n\n@{sender.host} #{code}"}
        case Channel.VOICE:
            return {**facts, "text": say(language, _BY_CALL, site=site, digits=", ".join(code))}
        case Channel.EMAIL:
            subject = say(language, "Your {site} code", site=site)
            return {**facts, "subject": subject, "text": _code_by_mail(code, life, sender, language=language)}
        case Channel.PUSH:
            return {**facts, "text": say(language, _BY_PUSH)}


def short_notice(subject: str, sender: Sender, language: Language = DEFAULT) -> str:
    """A notice as an SMS: what happened, and where more is. No link: nobody can see where one in an SMS leads."""
    return say(language, _SHORT, site=sender.site, subject=subject)


def _code_by_mail(code: str, life: str, sender: Sender, *, language: Language) -> str:
    return (
        f"{say(language, 'Your code: {code}', code=code)}\n\n"
        f"{say(language, _WHERE_TO_TYPE, site=sender.site, life=life)}\n\n"
        f"{say(language, _NOT_ASKED_FOR)}\n"
    )


def _way_back(secret: str, sender: Sender, language: Language) -> str:
    if not secret:
        return ""
    return (
        f"\n{say(language, 'This was not you? Take it back:')}\n{sender.public_url}{UNDO_PATH}?secret={secret}\n\n"
        f"{say(language, _ABOUT_THE_LINK)}\n"
    )


def _minutes(count: int, language: Language) -> str:
    if count % 60 == 0:
        return phrase(language, "1 hour" if count == 60 else f"{count // 60} hours")  # noqa: PLR2004  # an hour
    return phrase(language, "1 minute" if count == 1 else f"{count} minutes")
