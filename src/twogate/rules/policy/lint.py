"""Is a policy wise? Contradictions are refused, slips are named.

Decides findings over a policy that ``parse`` has accepted. Each lint is one small function with an id; the list at
the end is the closed list that the reference documents.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from twogate.rules.assurance.level import Level
from twogate.rules.policy.evaluate import CONTROL_PREFIX, WELL_KNOWN
from twogate.rules.policy.match import ANY_METHOD, Matcher
from twogate.rules.policy.mistakes import Mistake
from twogate.rules.policy.model import Mode, Policy, SegmentKind, Template
from twogate.rules.policy.paths import split
from twogate.rules.policy.reach import Reach

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WIDE = 1  # a tree below at most one literal segment is wide


class LintId(StrEnum):
    """Every finding there is."""

    TIE = "tie"
    CONTROL_PATH = "control_path"
    NO_RULES = "no_rules"
    UNREACHABLE = "unreachable"
    SHADOW_ONLY = "shadow_only"
    WIDE_NONE = "wide_none"
    PLAIN_HTTP = "plain_http"
    UPSTREAM_UNUSED = "upstream_unused"


SENTENCE: dict[LintId, str] = {
    LintId.TIE: "Two rules match exactly the same requests, so neither is more specific.",
    LintId.CONTROL_PATH: "Paths of Twogate itself obey no rule.",
    LintId.NO_RULES: "Without a rule every request is refused.",
    LintId.UNREACHABLE: "More specific templates of other rules take every request, so this rule never decides.",
    LintId.SHADOW_ONLY: "A shadow rule lets nothing through, and no enforced rule matches these requests.",
    LintId.WIDE_NONE: "A whole tree is open to everybody, for every method.",
    LintId.PLAIN_HTTP: "Tokens and cookies travel in the clear unless public_url is https.",
    LintId.UPSTREAM_UNUSED: "No rule sends a request to this upstream.",
}

FATAL = frozenset({LintId.TIE, LintId.CONTROL_PATH})
"""A policy with one of these does not say what happens, so it is refused."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One lint that fired."""

    id: LintId
    line: int
    rule: str  # name of the rule or upstream; empty = the policy as a whole
    detail: str

    @property
    def fatal(self) -> bool:
        return self.id in FATAL

    @property
    def sentence(self) -> str:
        return SENTENCE[self.id]

    def as_mistake(self) -> Mistake:
        return Mistake(self.line, self.rule, f"{self.sentence[:-1]}: {self.detail}", f"lint: {self.id.value}")


def lint(policy: Policy) -> tuple[Finding, ...]:
    """Return everything worth saying, fatal findings first, then by line."""
    found = [finding for check in LINTS for finding in check(policy)]
    return tuple(sorted(found, key=lambda finding: (not finding.fatal, finding.line, finding.id, finding.detail)))


def _ties(policy: Policy) -> Iterator[Finding]:
    for methods in Matcher.of(policy).tables.values():
        for candidates in methods.values():
            for mode in Mode:
                same = [candidate for candidate in candidates if candidate.rule.mode is mode]
                for other in same[1:]:
                    first = same[0]
                    where = "itself" if other.rule is first.rule else f"{first.rule.name} on line {first.rule.line}"
                    detail = f"{other.template.source} ties with {first.template.source} of {where}"
                    yield Finding(LintId.TIE, other.rule.line, other.rule.name, detail)


def _control_paths(policy: Policy) -> Iterator[Finding]:
    well_known = {split(path) for path in WELL_KNOWN}
    for rule in policy.rules:
        for template in rule.match:
            texts = tuple(segment.text for segment in template.segments if segment.kind is SegmentKind.LITERAL)
            plain = len(texts) == len(template.segments)
            first = template.segments[0] if template.segments else None
            own = first is not None and first.kind is SegmentKind.LITERAL and first.text == CONTROL_PREFIX
            if own or (plain and texts in well_known):
                yield Finding(LintId.CONTROL_PATH, rule.line, rule.name, template.source)


def _no_rules(policy: Policy) -> Iterator[Finding]:
    if not policy.rules:
        yield Finding(LintId.NO_RULES, 1, "", "add a [[rule]]")


def _unreachable(policy: Policy) -> Iterator[Finding]:
    enforced = Reach.of(policy)
    for rule in policy.rules:
        if rule.mode is not Mode.ENFORCE:
            continue
        takers = [enforced.takers(template) for template in rule.match]
        if all(takers):
            names = sorted({name for some in takers for name in some})
            yield Finding(LintId.UNREACHABLE, rule.line, rule.name, f"taken by {', '.join(names)}")


def _shadow_only(policy: Policy) -> Iterator[Finding]:
    enforced = Reach.of(policy)
    for rule in policy.rules:
        bare = [template.source for template in rule.match if not enforced.coverers(template)]
        if rule.mode is Mode.SHADOW and bare:
            yield Finding(LintId.SHADOW_ONLY, rule.line, rule.name, ", ".join(bare[:5]))


def _wide_none(policy: Policy) -> Iterator[Finding]:
    for rule in policy.rules:
        for template in rule.match:
            if rule.require.level is Level.NONE and not rule.require.networks and _is_wide(template):
                yield Finding(LintId.WIDE_NONE, rule.line, rule.name, f"{template.source}; name a method such as GET")


def _is_wide(template: Template) -> bool:
    rest = template.segments[-1:] and template.segments[-1].kind is SegmentKind.REST
    return bool(rest) and template.method == ANY_METHOD and len(template.segments) <= _WIDE + 1


def _plain_http(policy: Policy) -> Iterator[Finding]:
    url = urlsplit(policy.public_url)
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        yield Finding(LintId.PLAIN_HTTP, 1, "", policy.public_url)


def _upstream_unused(policy: Policy) -> Iterator[Finding]:
    used = {rule.upstream for rule in policy.rules}
    for upstream in policy.upstreams:
        if policy.rules and upstream.name not in used:
            yield Finding(LintId.UPSTREAM_UNUSED, 1, upstream.name, upstream.url)


LINTS: tuple[Callable[[Policy], Iterator[Finding]], ...] = (
    _ties,
    _control_paths,
    _no_rules,
    _unreachable,
    _shadow_only,
    _wide_none,
    _plain_http,
    _upstream_unused,
)
