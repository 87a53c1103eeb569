"""Account names: one canonical form for every way to write one, so that spellings share an account and its budgets.

Decides by the UsernameCaseMapped profile of PRECIS (RFC 8265 section 3.3): width and case are mapped, characters are
composed, and what a name cannot hold is refused. Blanks around a name are nobody's name. Whether a new name looks like
one that is taken is ``look_alikes``.
"""

import unicodedata
from typing import Protocol

from precis_i18n import get_profile

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


class _Profile(Protocol):
    def enforce(self, value: str) -> str: ...


LONGEST = 254  # code points; a mail address is no longer (RFC 5321 section 4.5.3.1.3)
_LONGEST_INPUT = 1024
_PROFILE: _Profile = get_profile("UsernameCaseMapped")


def canonical(name: str) -> Passed[str] | Refused:
    """Return the one form of a name, or INPUT_MALFORMED for what cannot be one."""
    if len(name) > _LONGEST_INPUT:
        return Refused(Reason.INPUT_MALFORMED, "the name is too long")
    # Composed before it is mapped as well: the profile composes last, and what it is given must not depend on that.
    given = unicodedata.normalize("NFC", name.strip())
    if not given or len(given) > LONGEST:
        return Refused(Reason.INPUT_MALFORMED, "the name is empty or too long")
    try:
        mapped = _PROFILE.enforce(given)
        again = _PROFILE.enforce(mapped)
    except UnicodeError:
        return Refused(Reason.INPUT_MALFORMED, "the name has blanks or characters that a name cannot have")
    if again != mapped or not 0 < len(mapped) <= LONGEST:  # RFC 8264 section 7: a form that is not stable is none
        return Refused(Reason.INPUT_MALFORMED, "the name has no one form")
    return Passed(mapped)
