"""The pages of the portal: where each stands, and the way from any of them to the others.

Decides the addresses, which stay what they are, and the order in which they are listed. What a page shows is its own
file's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from twogate.web.pages.texts import text

ACCOUNT = "/.twogate/account"
FACTORS = f"{ACCOUNT}/factors"
SESSIONS = f"{ACCOUNT}/sessions"
TOKENS = f"{ACCOUNT}/tokens"
PROGRAMS = f"{ACCOUNT}/programs"
ACTIVITY = f"{ACCOUNT}/activity"
RECOVERY = f"{ACCOUNT}/recovery"
PASSWORD = f"{ACCOUNT}/password"
ADDRESS = f"{ACCOUNT}/address"
CODES = f"{ACCOUNT}/codes"
TYPING = f"{ACCOUNT}/typing"
PANIC = f"{ACCOUNT}/panic"
ENROL = "/.twogate/enrol"

_NAMES = {
    ACCOUNT: "nav.overview",
    FACTORS: "nav.factors",
    SESSIONS: "nav.sessions",
    TOKENS: "nav.tokens",
    PROGRAMS: "nav.programs",
    ACTIVITY: "nav.activity",
    RECOVERY: "nav.recovery",
}
# Pages that stand below one of these, whatever their address says.
_BELOW = {
    PASSWORD: FACTORS,
    TYPING: FACTORS,
    ENROL: FACTORS,
    PANIC: SESSIONS,
    CODES: RECOVERY,
    ADDRESS: RECOVERY,
}
# Where what was done is told, if not on the overview.
_TOLD_AT = {
    "removed": FACTORS,
    "renamed": FACTORS,
    "set_up": FACTORS,
    "password_changed": FACTORS,
    "typing_chosen": FACTORS,
    "typing_erased": FACTORS,
    "typing_unchanged": FACTORS,
    "ended": SESSIONS,
    "others_ended": SESSIONS,
    "devices_forgotten": SESSIONS,
    "token_revoked": TOKENS,
    "consent_withdrawn": PROGRAMS,
    "codes_kept": RECOVERY,
    "recovery_stopped": RECOVERY,
    "codes_not_kept": RECOVERY,
}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    href: str
    text: str
    here: bool


def navigation(path: str) -> tuple[Place, ...]:
    """Return every page of the portal, the one that ``path`` belongs to marked."""
    here = _BELOW.get(_nearest(path, _BELOW)) or _nearest(path, _NAMES)
    return tuple(Place(href, text(key), here=href == here) for href, key in _NAMES.items())


def _nearest(path: str, places: Iterable[str]) -> str:
    """The longest of the addresses that are at or above ``path``; empty where none is."""
    return max((place for place in places if path == place or path.startswith(f"{place}/")), key=len, default="")


def told_at(what: str) -> str:
    """Return the address of the page that says what was done."""
    return f"{_TOLD_AT.get(what, ACCOUNT)}?done={what}"
