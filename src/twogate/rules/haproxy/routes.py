"""Templates become map lines: one key for each method and masked path.

Decides keys. ``GET/v1/orders/{}/items`` stands for ``GET /v1/orders/{id}/items``: a parameter is masked ``{}``, ``*``
is ``{*}``, a closing ``**`` is ``/{**}``. No path that reaches the lookup holds a brace, so a caller cannot spell a
mask. Rules for any method are written out for every method that the policy names and once for all others, so that
one lookup for each shape is enough. In which order shapes are tried is for ``emit.lookup``.
"""

from collections.abc import Iterator

from twogate.rules.haproxy.document import quoted
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.site import GatewayRefusedError
from twogate.rules.policy.match import Candidate, Literals, method_order
from twogate.rules.policy.model import Mode, Rule, SegmentKind
from twogate.rules.policy.templates import METHOD

OTHER = "other"
"""Stands for every method that no rule names; lower case, so no method is spelled so."""

MASK = {SegmentKind.PARAMETER.value: "{}", SegmentKind.ANY.value: "{*}", SegmentKind.REST.value: "{**}"}
LITERAL = SegmentKind.LITERAL.value
REST = SegmentKind.REST.value


def named_methods(plan: Plan) -> tuple[str, ...]:
    """Methods that some rule names, sorted.

    Raises:
        GatewayRefusedError: one of them is no HTTP method.
    """
    named = {t.method for rule in plan.policy.rules for t in rule.match} - {"*"}
    wrong = sorted(method for method in named if not METHOD.fullmatch(method))
    if wrong:
        raise GatewayRefusedError(f"{wrong[0]!r} is no HTTP method")
    return tuple(sorted(named))


def methods_map(plan: Plan) -> str:
    """Return ``methods.map``."""
    named = named_methods(plan)
    lines = [f"{method} {method}\n" for method in named]
    if "HEAD" not in named and "GET" in named:
        lines.append("HEAD GET\n")
    return "".join(lines)


def routes_maps(plan: Plan) -> tuple[str, str]:
    """Return ``routes.map`` and ``shadows.map``."""
    enforced: list[str] = []
    shadows: list[str] = []
    methods = (*named_methods(plan), OTHER)
    for (kinds, literals), table in sorted(plan.matcher.tables.items()):
        path = masked_path(kinds, literals)
        for method in methods:
            shadow, winner = _winners(tuple(_candidates(table, method)))
            if winner is not None:
                enforced.append(f"{method}{path} {plan.route(winner)}\n")
            if shadow is not None:
                shadows.append(f"{method}{path} {plan.route(shadow)}\n")
    return "".join(enforced), "".join(shadows)


def masked_path(kinds: str, literals: Literals) -> str:
    """Return ``/v1/orders/{}`` for a shape and its literal segments."""
    spelled = iter(literals)
    parts = [next(spelled) if kind == LITERAL else MASK[kind] for kind in kinds]
    path = "".join(f"/{part}" for part in parts)
    if quoted(path).startswith("'") and (" " in path or '"' in path):
        raise GatewayRefusedError("a path template holds a blank or a quote")
    return path


def _candidates(table: dict[str, tuple[Candidate, ...]] | object, method: str) -> Iterator[Candidate]:
    if isinstance(table, dict):
        for word in method_order(method):
            yield from table.get(word, ())


def _winners(candidates: tuple[Candidate, ...]) -> tuple[Rule | None, Rule | None]:
    """Return the first shadow rule that is more specific than the enforced one, and the enforced one."""
    shadow: Rule | None = None
    for candidate in candidates:
        if candidate.rule.mode is Mode.ENFORCE:
            return shadow, candidate.rule
        shadow = shadow or candidate.rule
    return shadow, None
