"""Which rule does a method and a path obey? Tuple-space search over the shapes of templates.

Decides the order of candidates: most specific first. The cost grows with the number of different shapes, not with
the number of rules, and the compiled gateway looks up the same keys. What a rule requires is for ``evaluate``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from twogate.rules.policy.model import Mode, Policy, Rule, Segment, SegmentKind, Template
from twogate.rules.policy.paths import own_hosts, spelled_escapes

ANY_METHOD = "*"
Literals = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A template that matches, and the rule it belongs to."""

    template: Template
    rule: Rule


@dataclass(frozen=True, slots=True)
class Shape:
    """Which segments are literal; all templates of one shape sit in one table."""

    kinds: str  # letters of SegmentKind
    rest: bool
    length: int  # how many segments it names, ``**`` not counted
    spelled: tuple[int, ...]  # the places of the literal ones

    @classmethod
    def of(cls, kinds: str) -> Self:
        rest = kinds.endswith(SegmentKind.REST.value)
        letters = enumerate(kinds)
        places = tuple(place for place, letter in letters if letter == SegmentKind.LITERAL.value)
        return cls(kinds, rest, len(kinds) - rest, places)

    def literals(self, segments: tuple[str, ...]) -> Literals | None:
        """Return the segments that a template of this shape spells out; None when the length does not fit."""
        length = len(segments)
        if length < self.length or (length > self.length and not self.rest):
            return None
        return tuple([segments[place] for place in self.spelled])


@dataclass(frozen=True, slots=True)
class Matcher:
    """A policy, ready to be asked."""

    policy: Policy
    refused_escapes: tuple[str, ...]
    hosts: tuple[str, ...]  # Host values that mean this gateway
    shapes: tuple[Shape, ...]  # most specific first
    tables: Mapping[tuple[str, Literals], Mapping[str, tuple[Candidate, ...]]]  # (kinds, literals) -> method -> found

    @classmethod
    def of(cls, policy: Policy, *, hosts: tuple[str, ...] = ()) -> Self:
        """Index a policy; ``hosts`` are further names of the gateway beside its public URL."""
        tables: dict[tuple[str, Literals], dict[str, tuple[Candidate, ...]]] = {}
        for rule in policy.rules:
            for template in rule.match:
                methods = tables.setdefault((kinds(template.segments), spelled(template.segments)), {})
                methods[template.method] = (*methods.get(template.method, ()), Candidate(template, rule))
        shapes = tuple(Shape.of(text) for text in sorted({text for text, _ in tables}))
        return cls(policy, spelled_escapes(policy), own_hosts(policy.public_url, hosts), shapes, tables)

    def candidates(self, method: str, segments: tuple[str, ...]) -> Iterator[Candidate]:
        """Yield every template that matches, most specific first, whether enforced or shadow."""
        words = method_order(method)
        for shape in self.shapes:
            literals = shape.literals(segments)
            if literals is None:
                continue
            methods = self.tables.get((shape.kinds, literals))
            if methods is not None:
                for word in words:
                    yield from methods.get(word, ())

    def rule_for(self, method: str, segments: tuple[str, ...]) -> tuple[Candidate | None, tuple[Candidate, ...]]:
        """Return the enforced candidate that wins, and the shadow ones that are more specific than it."""
        shadows: list[Candidate] = []
        for candidate in self.candidates(method, segments):
            if candidate.rule.mode is Mode.ENFORCE:
                return candidate, tuple(shadows)
            shadows.append(candidate)
        return None, tuple(shadows)


def method_order(method: str) -> tuple[str, ...]:
    """Methods to look for within one shape: HEAD obeys the rule of GET where no rule names HEAD (RFC 9110, 9.3.2)."""
    return (method, "GET", ANY_METHOD) if method == "HEAD" else (method, ANY_METHOD)


def kinds(segments: tuple[Segment, ...]) -> str:
    """The shape of a template, as the letters of its segments' kinds."""
    return "".join(segment.kind.value for segment in segments)


def spelled(segments: tuple[Segment, ...]) -> Literals:
    """The literal segments of a template, in order."""
    return tuple(segment.text for segment in segments if segment.kind is SegmentKind.LITERAL)
