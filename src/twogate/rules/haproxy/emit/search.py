"""Finding the rule where no single mask will do: tuple-space search, one map lookup for each shape of template.

Decides the order: most specific shape first, until one hits. Such policies are rare (``/{a}/x`` beside ``/{a}/{b}``);
for all others ``lookup`` needs two lookups and none of this is compiled.
"""

from collections.abc import Iterator

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Comment, Line, Word, say
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.routes import LITERAL, NO_RULE, OTHER, SEARCH, named_methods
from twogate.rules.policy.match import Candidate, Literals, Shape, method_order
from twogate.rules.policy.model import Mode, Rule, SegmentKind

_MASKS = {SegmentKind.PARAMETER.value: "{}", SegmentKind.ANY.value: "{*}", SegmentKind.REST.value: "{**}"}
_Run = tuple[int, int]  # first segment (from 1) and number of segments


def lines(plan: Plan) -> tuple[Line, ...]:
    """Set ``txn.rule`` (and ``txn.shadow``) where it is still ``~?``."""
    shapes = [shape for shape in plan.matcher.shapes if set(shape.kinds) - {LITERAL}]
    found: list[Line] = [
        Comment("templates that no single mask tells apart: shape by shape"),
        say(f"acl searching var(txn.rule) -m str {SEARCH}"),
        *_counting(shapes),
        *_runs(shapes),
    ]
    for shape in shapes:
        if plan.shadows:
            found.append(_find(shape, "txn.shadow", maps.SEARCH_SHADOWS, unless="!shadowed"))
        found.append(_find(shape, "txn.rule", maps.SEARCH))
    return (*found, say(f"http-request set-var(txn.rule) str({NO_RULE}) if searching"))


def search_maps(plan: Plan) -> tuple[str, str]:
    """Return the maps of rules in force and of shadow rules."""
    enforced: list[str] = []
    shadows: list[str] = []
    methods = (*named_methods(plan), OTHER)
    for (kinds, literals), table in sorted(plan.matcher.tables.items()):
        if not set(kinds) - {LITERAL}:
            continue
        path = _masked_path(kinds, literals)
        for method in methods:
            shadow, winner = _winners([one for word in method_order(method) for one in table.get(word, ())])
            if winner is not None:
                enforced.append(f"{method}{path} {plan.route(winner)}\n")
            if shadow is not None:
                shadows.append(f"{method}{path} {plan.route(shadow)}\n")
    return "".join(enforced), "".join(shadows)


def _winners(candidates: list[Candidate]) -> tuple[Rule | None, Rule | None]:
    """Return the first shadow rule that is more specific than the enforced one, and the enforced one."""
    shadow: Rule | None = None
    for candidate in candidates:
        if candidate.rule.mode is Mode.ENFORCE:
            return shadow, candidate.rule
        shadow = shadow or candidate.rule
    return shadow, None


def _masked_path(kinds: str, literals: Literals) -> str:
    """Return ``/v1/orders/{}`` for a shape and its literal segments."""
    spelled = iter(literals)
    return "".join(f"/{next(spelled) if kind == LITERAL else _MASKS[kind]}" for kind in kinds)


def _counting(shapes: list[Shape]) -> Iterator[Line]:
    """``req.n``: how many segments the path has, as far as any shape asks."""
    deepest = max(shape.length + (not shape.rest) for shape in shapes)
    yield say("acl counted var(req.n) -m found")
    for number in range(deepest, 0, -1):
        yield say(
            f"http-request set-var(req.n) int({number})",
            f"if searching !counted {{ var(req.key),field({number + 1},/) -m found }}",
        )


def _runs(shapes: list[Shape]) -> Iterator[Line]:
    """Runs of literal segments behind a mask, each cut out once: ``req.s3x2`` is segments 3 and 4."""
    wanted = sorted({run for shape in shapes for run in _literal_runs(shape) if run[0] > 1})
    for first, count in wanted:
        yield say(
            f"http-request set-var({_name((first, count))})",
            f"var(req.key),field({first + 1},/,{count})",
            f"if searching {{ var(req.n) -m int ge {first + count - 1} }}",
        )


def _name(run: _Run) -> str:
    return f"req.s{run[0]}x{run[1]}"


def _literal_runs(shape: Shape) -> Iterator[_Run]:
    position = 0
    while position < len(shape.kinds):
        end = position
        while end < len(shape.kinds) and shape.kinds[end] == LITERAL:
            end += 1
        if end > position:
            yield position + 1, end - position
        position = max(end, position + 1)


def _find(shape: Shape, variable: str, name: str, *, unless: str = "") -> Line:
    if shape.rest:
        guard = f"{{ var(req.n) -m int ge {shape.length} }}" if shape.length else ""
    else:
        guard = f"{{ var(req.n) -m int {shape.length} }}"
    expression = Word(f"{masked_key(shape)},map_str({name})")
    return say(f"http-request set-var({variable})", expression, "if searching", guard, unless)


def masked_key(shape: Shape) -> str:
    """Return the expression that builds the key under which this shape's templates are found."""
    runs = dict(_literal_runs(shape))
    lead = runs.get(1, 0)
    expression = f"var(req.key),field(1,/,{lead + 1})"
    pending = ""
    position = lead
    while position < len(shape.kinds):
        count = runs.get(position + 1, 0)
        if count:
            expression += f",concat({pending}/,{_name((position + 1, count))})"
            pending = ""
            position += count
        else:
            pending += f"/{_MASKS[shape.kinds[position]]}"
            position += 1
    return f"{expression},concat({pending})" if pending else expression
