"""Finding the rule: one lookup for the longest literal beginning, mostly a second one with the wild segments masked.

Decides the lines; their number grows with the number of different masks, not of rules, so 10,000 rules cost what 10
do. The keys and values are made by ``routes``; what no mask can tell apart is left to ``search``.
"""

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Comment, Line, Word, say
from twogate.rules.haproxy.emit import search
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.routes import END, MASK, NO_RULE, PLAN, Positions, Tables


def rule(plan: Plan, tables: Tables) -> tuple[Line, ...]:
    """Set ``txn.rule`` (and ``txn.shadow``) to a line of the routes map, or to ``-``."""
    whole = f"concat(/{END}),map_beg"
    lines: list[Line] = [
        Comment("the rule"),
        say("http-request set-var(txn.rule)", Word(f"var(req.key),{whole}({maps.ROUTES},{NO_RULE})")),
    ]
    for number, positions in enumerate(tables.masks):
        masked = f"var(req.key){mask(positions)},{whole}({maps.MASKED},{NO_RULE})"
        lines.append(
            say("http-request set-var(txn.rule)", Word(masked), f"if {{ var(txn.rule) -m str {PLAN}{number} }}")
        )
    if plan.shadows:
        lines += [
            say("acl shadowed var(txn.shadow) -m found"),
            say("http-request set-var(txn.shadow)", Word("var(txn.rule),field(4,|,3)")),
            say("http-request set-var(txn.rule)", Word("var(txn.rule),field(1,|,3)"), "if shadowed"),
        ]
    return (*lines, *(search.lines(plan) if tables.search else ()))


def mask(positions: Positions) -> str:
    """Return the converters that mask these segments where the path has them (the method is in front of the first)."""
    return "".join(rf",regsub('^((?:[^/]*/){{{number}}})[^/]+','\1{MASK}')" for number in positions)
