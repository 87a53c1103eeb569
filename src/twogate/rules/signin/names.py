"""Account names: one canonical form for every way to write one, so that spellings share an account and its budgets.

Decides after the UsernameCaseMapped profile (RFC 8265 section 3.3), a little wider: compatibility forms are one with
their plain letters too. What a name may be used for is not looked at here.
"""

import unicodedata

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

LONGEST = 254  # code points; a mail address is no longer (RFC 5321 section 4.5.3.1.3)
_LONGEST_INPUT = 1024
_REFUSED = ("C", "Z")  # controls, formats, surrogates, private use, unassigned; blanks of every kind


def canonical(name: str) -> Passed[str] | Refused:
    """Return the one form of a name, or INPUT_MALFORMED for what cannot be one."""
    if len(name) > _LONGEST_INPUT:
        return Refused(Reason.INPUT_MALFORMED, "the name is too long")
    folded = name.strip()
    for _ in range(
        3
    ):  # folding may leave compatibility forms, and they may fold again; twice is enough, once more shows
        again = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
        if again == folded:
            break
        folded = again
    if not folded or len(folded) > LONGEST:
        return Refused(Reason.INPUT_MALFORMED, "the name is empty or too long")
    if any(unicodedata.category(character).startswith(_REFUSED) for character in folded):
        return Refused(Reason.INPUT_MALFORMED, "the name has blanks or characters that cannot be seen")
    return Passed(folded)
