"""Finding the rule: one map lookup for each shape of template, most specific shape first, until one hits.

Decides the order of lookups and how a path is masked. Shapes are few where rules are many, so 10,000 rules cost about
what 10 do. The keys are made by ``routes``.
"""

from collections.abc import Iterator

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Comment, Line, Word, say
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.routes import LITERAL, MASK
from twogate.rules.policy.match import Shape
from twogate.rules.policy.model import Mode

_Run = tuple[int, int]  # first segment (from 1) and number of segments


def rule(plan: Plan) -> tuple[Line, ...]:
    """Set ``txn.rule`` (and ``txn.shadow``) to a line of the routes map."""
    enforced, shadow = _kinds(plan, Mode.ENFORCE), _kinds(plan, Mode.SHADOW)
    shapes = [shape for shape in plan.matcher.shapes if set(shape.kinds) - {LITERAL}]
    lines: list[Line] = [Comment("the rule"), say("acl routed var(txn.rule) -m found")]
    if shadow:
        lines.append(say("acl shadowed var(txn.shadow) -m found"))
    spelled_out = {shape.kinds for shape in plan.matcher.shapes} - {shape.kinds for shape in shapes}
    if spelled_out & shadow:
        lines.append(say(f"http-request set-var(txn.shadow) var(req.key),map_str({maps.SHADOWS})"))
    if spelled_out & enforced:
        lines.append(say(f"http-request set-var(txn.rule) var(req.key),map_str({maps.ROUTES}) unless routed"))
    lines += _counting(shapes)
    lines += _runs(shapes)
    for shape in shapes:
        if shape.kinds in shadow:
            lines.append(_find(shape, "txn.shadow", maps.SHADOWS, "!shadowed !routed"))
        if shape.kinds in enforced:
            lines.append(_find(shape, "txn.rule", maps.ROUTES, "!routed"))
    return tuple(lines)


def _kinds(plan: Plan, mode: Mode) -> set[str]:
    return {
        kinds
        for (kinds, _), table in plan.matcher.tables.items()
        if any(candidate.rule.mode is mode for found in table.values() for candidate in found)
    }


def _counting(shapes: list[Shape]) -> Iterator[Line]:
    """``req.n``: how many segments the path has, as far as any shape asks."""
    deepest = max((shape.length + (not shape.rest) for shape in shapes), default=0)
    for number in range(1, deepest + 1):
        yield say(
            f"http-request set-var(req.n) int({number})",
            f"if !routed {{ var(req.key),field({number + 1},/) -m found }}",
        )


def _runs(shapes: list[Shape]) -> Iterator[Line]:
    """Runs of literal segments behind a mask, each cut out once: ``req.s3x2`` is segments 3 and 4."""
    wanted = sorted({run for shape in shapes for run in _literal_runs(shape) if run[0] > 1})
    for first, count in wanted:
        yield say(
            f"http-request set-var({_name((first, count))})",
            f"var(req.key),field({first + 1},/,{count})",
            "unless routed",
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


def _find(shape: Shape, variable: str, name: str, unless: str) -> Line:
    if shape.rest:
        guard = f"{{ var(req.n) -m int ge {shape.length} }}" if shape.length else ""
    else:
        guard = f"{{ var(req.n) -m int {shape.length} }}"
    return say(f"http-request set-var({variable})", Word(f"{masked_key(shape)},map_str({name})"), "if", guard, unless)


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
            pending += f"/{MASK[shape.kinds[position]]}"
            position += 1
    return f"{expression},concat({pending})" if pending else expression
