"""The usual request, judged in a dozen lines: plain path and headers, our host, a token that is known and good.

Decides nothing that the lines below it would decide otherwise: each step reads a variable that only the step before
it sets, all must succeed, and whatever fails one is judged from the start by the full order in ``frontend``. What it
saves is some thirty conditions that can only be true of unusual requests, asked one by one.
"""

from twogate.rules.haproxy.document import Comment, Line, Word, say
from twogate.rules.haproxy.emit import credentials, lookup, request
from twogate.rules.haproxy.emit.verdict import PASSED
from twogate.rules.haproxy.plan import OPEN, Plan
from twogate.rules.haproxy.routes import Tables

_METHODS = "{ method GET HEAD POST PUT PATCH DELETE OPTIONS }"  # of others the full order asks whether they are sound


def lines(plan: Plan, tables: Tables) -> tuple[Line, ...]:
    """Allow the usual request; nothing where a policy has shadow rules or the edge is out of touch."""
    if plan.shadows or plan.site.stale:
        return ()
    blocked = tuple(f"!{condition}" for condition in request.blocked(plan))
    return (
        Comment("the usual request ends here; the lines below see everything else, from the start"),
        say(
            "http-request set-var(req.key)",
            Word(request.KEY),
            "if !odd !special host_is_ours",
            _METHODS,
            *blocked,
            PASSED,
        ),
        *lookup.rule(plan, tables),
        say(f"http-request allow if {{ var(txn.rule) -m beg {OPEN} }}"),
        *credentials.recall_bearer("guarded", "bearer_scheme"),
        credentials.known_and_good(),
    )
