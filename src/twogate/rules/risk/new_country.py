"""New country: has nobody signed in to this account from there before?

Decides by the sign-ins that are remembered. The first one is never new, and neither is what nobody knows.
"""

from twogate.rules.risk.facts import Found, RiskFact, Situation
from twogate.terms.place import LOCAL


def new_country(situation: Situation) -> Found | None:
    """Compare with the countries of the sign-ins before."""
    country = situation.place.country
    seen = {one.place.country for one in situation.earlier} - {"", LOCAL}
    if country in {"", LOCAL} or not seen or country in seen:
        return None
    return Found(RiskFact.NEW_COUNTRY, f"{country}, not one of {', '.join(sorted(seen))}")
