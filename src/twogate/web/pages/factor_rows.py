"""One's own factors as rows of a page: what each is called, when it was used, what may be done with it.

Decides the words. Which changes are possible is ``rules.signin.upkeep``; the page only shows what that allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from twogate.rules.factors.registry import Registry
from twogate.services.enrol import Listed, Overview
from twogate.services.screens import Choice
from twogate.terms.instant import Instant
from twogate.web.pages.moments import moment
from twogate.web.pages.sections import ENROL, FACTORS, PASSWORD, RECOVERY
from twogate.web.pages.texts import counted, phrase, text


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One authenticator."""

    title: str
    kind: str  # what it is, where its owner gave it a name of their own
    note: str
    acts: tuple[Link, ...]
    remove: str = ""  # where it is removed; empty = it cannot be
    icon: str = ""  # a picture of its make


def factor_rows(overview: Overview, registry: Registry, now: Instant) -> tuple[FactorRow, ...]:
    """Return what is set up, in the order of the registry, and then what is switched off."""
    return tuple(_row(one, registry, now) for one in overview.listed) + tuple(_off(one) for one in overview.off)


def addable(overview: Overview, registry: Registry) -> Sequence[Choice]:
    """What may be added beside what is there: another kind, or one more of a kind that may be many."""
    have = {one.factor.factor for one in overview.listed}
    return [one for one in overview.can_add if one.factor not in have or is_many(registry, one.factor)]


def is_many(registry: Registry, factor: str) -> bool:
    """Whether somebody may have several of this kind."""
    found = registry.get(factor)
    return found is not None and found.many


def title_of(one: Listed) -> str:
    """What its owner knows it by."""
    kind = one.factor.prompt.title
    return phrase(kind) if one.label in {"", kind, one.factor.factor} else one.label


def enrol_at(factor: str) -> str:
    """Return where a factor is set up."""
    return f"{ENROL}?factor={quote(factor, safe='')}"


def at(what: str, one: Listed) -> str:
    """Return the page on which something is done with this authenticator."""
    return f"{FACTORS}/{what}?credential={quote(one.credential, safe='')}"


def _row(one: Listed, registry: Registry, now: Instant) -> FactorRow:
    title, kind = title_of(one), phrase(one.factor.prompt.title)
    if one.left is not None:
        acts: tuple[Link, ...] = (Link(RECOVERY, text("account.way.see")),)
    elif one.factor.prompt.password:
        acts = (Link(PASSWORD, text("account.way.change")),)
    else:
        acts = (Link(at("rename", one), text("account.way.rename")),)
        if not is_many(registry, one.factor.factor):
            acts += (Link(enrol_at(one.factor.factor), text("account.way.replace")),)
    return FactorRow(
        title=title,
        kind="" if kind == title else kind,
        note=_note(one, now),
        acts=acts,
        remove=at("remove", one) if one.removable else "",
        icon=one.icon,
    )


def _off(one: Listed) -> FactorRow:
    return FactorRow(title_of(one), "", text("account.way.off"), acts=(), remove=at("remove", one), icon=one.icon)


def _note(one: Listed, now: Instant) -> str:
    if one.left is not None:
        return text("recovery.none") if not one.left else counted("recovery.left", one.left)
    created = moment(one.created, now)
    if one.last_used is None:
        return text("account.way.set_up", created=created)
    return text("account.way.used", created=created, used=moment(one.last_used, now))
