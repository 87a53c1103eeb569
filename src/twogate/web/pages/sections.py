"""The pages of the portal: where each stands, and the way from any of them to the others.

Decides the addresses, which stay what they are, and the order in which they are listed. What a page shows is its own
file's business.
"""

from dataclasses import dataclass

from twogate.web.pages.texts import text

ACCOUNT = "/.twogate/account"
FACTORS = f"{ACCOUNT}/factors"
SESSIONS = f"{ACCOUNT}/sessions"
TOKENS = f"{ACCOUNT}/tokens"
ACTIVITY = f"{ACCOUNT}/activity"
RECOVERY = f"{ACCOUNT}/recovery"
PASSWORD = f"{ACCOUNT}/password"
ADDRESS = f"{ACCOUNT}/address"
CODES = f"{ACCOUNT}/codes"
TYPING = f"{ACCOUNT}/typing"
ENROL = "/.twogate/enrol"

_NAMES = {
    ACCOUNT: "nav.overview",
    FACTORS: "nav.factors",
    SESSIONS: "nav.sessions",
    TOKENS: "nav.tokens",
    ACTIVITY: "nav.activity",
    RECOVERY: "nav.recovery",
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
    """Return every page of the portal, the one at or above ``path`` marked."""
    here = max((place for place in _NAMES if path == place or path.startswith(f"{place}/")), key=len, default="")
    return tuple(Place(href, text(key), here=href == here) for href, key in _NAMES.items())


def told_at(what: str) -> str:
    """Return the address of the page that says what was done."""
    return f"{_TOLD_AT.get(what, ACCOUNT)}?done={what}"
