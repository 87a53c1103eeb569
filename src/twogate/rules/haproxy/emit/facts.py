"""Access facts as HAProxy expressions.

Decides how one of ``AccessFacts.pack()`` is read from ``txn.facts``; where each stands is the contract of
``terms.access``. Numbers and the grant are cut out by their place; a text is looked for only behind them.
"""

from twogate.terms.access import GRANT, HEAD, NUMBERS, PAD, TEXTS, VERSION

HOLDER = "req.holder"
"""The variable with the subject of ``txn.facts``, set wherever those are."""

PACKED = f"-m beg {VERSION}"
"""Matches access facts; a tombstone or another version is none."""


def fact(name: str) -> str:
    """Return the expression for one access fact."""
    if name in NUMBERS:
        offset, width = NUMBERS[name]
        return f"var(txn.facts),bytes({offset},{width}),ltrim(|)"  # bytes gives octets; trimming nothing makes it text
    if name == "grant":
        return f"var(txn.facts),bytes({GRANT[0]},{GRANT[1]}),rtrim({PAD})"
    return f"var(txn.facts),bytes({HEAD + 1}),field({TEXTS[name]},|)"
