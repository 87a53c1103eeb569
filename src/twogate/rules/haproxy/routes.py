"""Templates become map lines: which keys stand for which rules.

Decides the two tables of the common path. ``routes.map`` is asked once, for the longest entry that the request's
method and path begin with. An entry is a whole path (``GET/v1/orders/<``: nothing may follow), the literal beginning
of templates that end in ``**`` (``GET/v1/files/``), or the literal beginning of templates with wild segments; its
value then names a mask (``~1``): the wild positions, which become ``{}`` before ``masked.map`` is asked in the same
way. No path that reaches a lookup holds a brace or ``<``, so a caller cannot spell a mask or an end.

The value of every entry is worked out here by ``rules.policy.match`` itself, for a path that stands for all that lead
to it. Where templates below one beginning disagree about which positions are wild, no single mask will do, and the
entry says ``~?``: then ``emit.search`` tries one shape of template after another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.site import GatewayRefusedError
from twogate.rules.policy.match import Candidate, Literals, Matcher, method_order
from twogate.rules.policy.model import Mode, Rule, SegmentKind
from twogate.rules.policy.templates import METHOD

OTHER = "other"
"""Stands for every method that no rule names; lower case, so no method is spelled so."""

END = "<"
MASK = "{}"
NO_RULE = "-"
PLAN = "~"
SEARCH = "~?"

LITERAL = SegmentKind.LITERAL.value
REST = SegmentKind.REST.value
_MOST_INHERITED = 64  # templates with wild first segments that one literal beginning may take over

Positions = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """Templates of one shape and one set of literals, as far as one method is concerned."""

    kinds: str
    segments: tuple[str, ...]  # literals as they are, MASK for wild ones; ``**`` is not among them

    @property
    def rest(self) -> bool:
        return self.kinds.endswith(REST)

    @property
    def beginning(self) -> Literals:
        """The literal segments before the first wild one."""
        first = self.segments.index(MASK) if MASK in self.segments else len(self.segments)
        return self.segments[:first]

    @property
    def literal(self) -> bool:
        return not self.rest and MASK not in self.segments

    def reaches(self, prefix: Literals) -> bool:
        """Whether a path that begins so can match."""
        if len(self.segments) < len(prefix) and not self.rest:
            return False
        return all(mine in {MASK, theirs} for mine, theirs in zip(self.segments, prefix, strict=False))


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A literal beginning with wild segments behind it, and which positions are wild or literal there."""

    key: str
    wild: frozenset[int]
    fixed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the lookups read."""

    routes: dict[str, str] = field(default_factory=dict)
    masked: dict[str, str] = field(default_factory=dict)
    masks: tuple[Positions, ...] = ()

    @property
    def search(self) -> bool:
        """Whether some beginning is left to ``emit.search``."""
        return SEARCH in self.routes.values()


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


def tables(plan: Plan) -> Tables:
    """Work out both tables for every method."""
    found = Tables()
    beginnings: list[_Beginning] = []
    for method in (*named_methods(plan), OTHER):
        beginnings += _Method(plan, method, found).fill()
    return replace(found, masks=_share_masks(beginnings, found.routes))


def _share_masks(beginnings: list[_Beginning], routes: dict[str, str]) -> tuple[Positions, ...]:
    """Give every beginning a mask, and as few masks as come of taking the first one that fits.

    A mask may cover positions that a beginning never asks about, but none that is literal there.
    """
    masks: list[tuple[frozenset[int], frozenset[int]]] = []  # wild and literal positions of those that share it
    for one in sorted(beginnings, key=lambda found: (-len(found.wild), sorted(found.wild), found.key)):
        for number, (wild, fixed) in enumerate(masks):
            if not (wild & one.fixed or fixed & one.wild):
                masks[number] = (wild | one.wild, fixed | one.fixed)
                routes[one.key] = f"{PLAN}{number}"
                break
        else:
            routes[one.key] = f"{PLAN}{len(masks)}"
            masks.append((one.wild, one.fixed))
    return tuple(tuple(sorted(wild)) for wild, _ in masks)


def as_map(entries: Mapping[str, str]) -> str:
    """Return the text of a map."""
    return "".join(f"{key} {value}\n" for key, value in sorted(entries.items()))


class _Method:
    """The entries of one method."""

    def __init__(self, plan: Plan, method: str, found: Tables) -> None:
        self._plan = plan
        self._matcher: Matcher = plan.matcher
        self._method = method
        self._found = found
        self._tables = [
            _Table(kinds, _spelled(kinds, literals))
            for (kinds, literals), table in sorted(plan.matcher.tables.items())
            if any(word in table for word in method_order(method))
        ]
        self._deepest = max((len(table.segments) for table in self._tables), default=0)
        self._by_beginning: dict[Literals, list[_Table]] = {}
        for table in self._tables:
            if not table.literal:
                self._by_beginning.setdefault(table.beginning, []).append(table)

    def fill(self) -> Iterator[_Beginning]:
        """Write the entries; yield the beginnings that still need a mask."""
        for table in self._tables:
            if table.literal:
                self._note(self._found.routes, self._whole(table.segments), self._judge(table.segments))
        for prefix in self._by_beginning:
            yield from self._begin(prefix)

    def _begin(self, prefix: Literals) -> Iterator[_Beginning]:
        """Make the entry for one literal beginning, and the masked entries below it."""
        near, inherited = self._below(prefix)
        below = [*near, *inherited]
        if all(table.rest and len(table.segments) <= len(prefix) for table in below):
            self._note(self._found.routes, self._open(prefix), self._judge(prefix, at_least=len(prefix)))
            return
        wild = {n for table in below for n, text in enumerate(table.segments, 1) if text == MASK and n > len(prefix)}
        fixed = {n for table in below for n, text in enumerate(table.segments, 1) if text != MASK and n > len(prefix)}
        if wild & fixed or sum(not table.rest for table in inherited) > _MOST_INHERITED:
            self._found.routes[self._open(prefix)] = SEARCH
            return
        own = frozenset(range(1, len(prefix) + 1))
        yield _Beginning(self._open(prefix), frozenset(wild), own | fixed)
        for table in below:
            path = (*prefix, *table.segments[len(prefix) :])
            if table.rest:
                self._note(self._found.masked, self._open(path), self._judge(path, at_least=len(path)))
            else:
                self._note(self._found.masked, self._whole(path), self._judge(path))

    def _below(self, prefix: Literals) -> tuple[list[_Table], list[_Table]]:
        """Return the wild tables that begin exactly so, and those that begin shorter and can still match."""
        inherited = [
            table
            for length in range(len(prefix))
            for table in self._by_beginning.get(prefix[:length], ())
            if table.reaches(prefix)
        ]
        return self._by_beginning[prefix], inherited

    def _judge(self, segments: Literals, *, at_least: int = -1) -> str:
        """Return the value for a path, or, from ``at_least`` segments on, for all paths that begin so."""
        if at_least < 0:
            return self._value(self._matcher.candidates(self._method, segments))
        longer = (*segments, *(MASK,) * (self._deepest + 1))
        matching = self._matcher.candidates(self._method, longer)
        return self._value(one for one in matching if len(one.template.segments) - 1 <= at_least)

    def _value(self, candidates: Iterator[Candidate]) -> str:
        """Return ``backend|key|name`` of the rule in force, and a more specific shadow rule's behind it."""
        winner: Rule | None = None
        shadow: Rule | None = None
        for candidate in candidates:
            if candidate.rule.mode is Mode.ENFORCE:
                winner = candidate.rule
                break
            shadow = shadow or candidate.rule
        if shadow is None:
            return self._plan.route(winner) if winner else ""
        return f"{self._plan.route(winner) if winner else f'{NO_RULE}||'}|{self._plan.route(shadow)}"

    def _note(self, entries: dict[str, str], key: str, value: str) -> None:
        if value:
            entries[key] = value

    def _whole(self, segments: Literals) -> str:
        return f"{self._open(segments)}{END}"

    def _open(self, segments: Literals) -> str:
        return _key(self._method, segments)


def _key(method: str, segments: Literals) -> str:
    key = "/".join((method, *segments, ""))
    if any(sign in key for sign in ' \t"#'):  # a map's line ends its key at a blank; the policy lets none of these in
        raise GatewayRefusedError("a path template holds a blank, a quotation mark or a number sign")
    return key


def _spelled(kinds: str, literals: Literals) -> tuple[str, ...]:
    spelled = iter(literals)
    return tuple(next(spelled) if kind == LITERAL else MASK for kind in kinds if kind != REST)
