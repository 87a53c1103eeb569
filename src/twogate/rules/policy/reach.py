"""Which template takes the requests of another one?

Decides coverage between templates: whether every request that one matches is also matched by others. ``lint`` names
rules that never decide by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from twogate.rules.policy.match import ANY_METHOD, Candidate, Matcher, Shape, method_order
from twogate.rules.policy.model import Mode, Policy, Rule, Segment, SegmentKind, Template

Pattern = tuple[Segment, ...]

_ONE = Segment(SegmentKind.ANY)
_REST = Segment(SegmentKind.REST)


@dataclass(frozen=True, slots=True)
class Reach:
    """The enforced rules of a policy, ready to be asked what they cover."""

    matcher: Matcher
    deepest: int  # most segments that any template names

    @classmethod
    def of(cls, policy: Policy) -> Self:
        rules = tuple(rule for rule in policy.rules if rule.mode is Mode.ENFORCE)
        matcher = Matcher.of(Policy(policy.public_url, policy.upstreams, rules))
        return cls(matcher, max((shape.length for shape in matcher.shapes), default=0))

    def coverers(self, template: Template) -> frozenset[str]:
        """Names of rules that match whatever the template matches, this one's own rule included."""
        return self._cover(template.segments, template.method, before="~")

    def takers(self, template: Template) -> frozenset[str]:
        """Names of rules that, being more specific, leave the template nothing to decide; empty = it decides some."""
        return self._cover(template.segments, template.method, before=template.specificity)

    def decider(self, template: Template) -> Rule | None:
        """Return the rule that decides requests of a template where no narrower template takes them."""
        found = next(self._candidates(template.segments, template.method), None)
        return found.rule if found else None

    def _cover(self, pattern: Pattern, method: str, *, before: str) -> frozenset[str]:
        for candidate in self._candidates(pattern, method):
            if candidate.template.specificity < before:
                return frozenset({candidate.rule.name})
        if pattern[-1:] != (_REST,) or len(pattern) > self.deepest:
            return frozenset()
        # "p/**" is "p" and "p/*/**" together, and both may be taken by different rules.
        exact = self._cover(pattern[:-1], method, before=before)
        if not exact:
            return frozenset()
        deeper = self._cover((*pattern[:-1], _ONE, _REST), method, before=before)
        return exact | deeper if deeper else frozenset()

    def _candidates(self, pattern: Pattern, method: str) -> Iterator[Candidate]:
        methods = method_order(method) if method != ANY_METHOD else (ANY_METHOD,)
        for shape in self.matcher.shapes:
            if covers_shape(shape, pattern):
                literals = tuple(
                    segment.text
                    for segment, kind in zip(pattern, shape.kinds, strict=False)
                    if kind == SegmentKind.LITERAL.value
                )
                table = self.matcher.tables.get((shape.kinds, literals), {})
                for word in methods:
                    yield from table.get(word, ())


def covers_shape(shape: Shape, pattern: Pattern) -> bool:
    """Whether a template of this shape, with the pattern's own literals, matches all that the pattern matches."""
    open_ended = pattern[-1:] == (_REST,)
    length = len(pattern) - open_ended
    if not shape.rest and (open_ended or length != shape.length):
        return False
    if length < shape.length:
        return False
    return all(
        kind != SegmentKind.LITERAL.value or segment.kind is SegmentKind.LITERAL
        for segment, kind in zip(pattern[: shape.length], shape.kinds, strict=False)
    )
