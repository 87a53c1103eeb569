"""Access facts as HAProxy expressions.

Decides how one field of ``AccessFacts.pack()`` is read from ``txn.facts``; the numbers are the contract of
``terms.access``.
"""

from twogate.terms.access import FIELD


def fact(name: str) -> str:
    """Return the expression for one access fact."""
    return f"var(txn.facts),field({FIELD[name]},|)"
