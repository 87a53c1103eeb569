"""Names that look like others: refused when an account is made (RFC 8265 section 6.3, Unicode UTS 39).

Decides what a name looks like, as a skeleton that is equal for names that look the same, and which scripts may stand
beside each other in one name. Whether a skeleton is taken is for the store; signing in never looks here.
"""

import unicodedata
from functools import lru_cache

from confusable_homoglyphs import categories, confusables

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

_ANYWHERE = frozenset({"COMMON", "INHERITED"})
# UTS 39 section 5.2, "highly restrictive": these are written together, also beside Latin letters.
_TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"HAN", "BOPOMOFO", "LATIN"}),
    frozenset({"HAN", "HANGUL", "LATIN"}),
)
_DATA: dict[str, list[dict[str, str]]] = confusables.confusables_data


def refuse_scripts(name: str) -> Refused | None:
    """Why a canonical name mixes letters that are not written together; None if it does not."""
    scripts = {categories.alias(character) for character in name} - _ANYWHERE
    if len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER):
        return None
    return Refused(Reason.NAME_MIXED_SCRIPTS, " and ".join(sorted(str(script).lower() for script in scripts)))


def skeleton(name: str) -> str:
    """What a canonical name looks like: each character as the plainest one that looks the same."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(_plainest(character) for character in folded).casefold()
    return plain.replace("m", "rn")


@lru_cache(maxsize=4096)
def _plainest(character: str) -> str:
    """The prototype of UTS 39's table: a character with one twin yields to it, one with many is what they yield to."""
    twins = _DATA.get(character, [])
    if len(twins) != 1:
        return character
    twin = twins[0]["c"]
    back = _DATA.get(twin, [])
    return min(character, twin) if len(back) == 1 and len(twin) == 1 else twin
