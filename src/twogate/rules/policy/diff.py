"""What changes for callers when one policy replaces another?

Decides, for every template of either, whether it becomes stricter or looser. Looser comes first: that is what a
reviewer must not miss.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from twogate.rules.policy.match import kinds, spelled
from twogate.rules.policy.model import Mode, Network, Policy, Requirement, Rule, Template
from twogate.rules.policy.reach import Reach
from twogate.rules.policy.wording import spell_hours

_FOREVER = 2**62


class Direction(IntEnum):
    """Which way a change goes, in the order in which it is shown."""

    LOOSER = 0
    MIXED = 1
    OTHER = 2
    STRICTER = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. ``template`` is empty for what concerns the policy as a whole."""

    direction: Direction
    template: str
    before: str  # rule that decided before; empty = none did, so it was refused
    after: str
    details: tuple[str, ...]


def diff(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Return all differences, looser ones first."""
    found = [*_whole(old, new), *_by_template(old, new)]
    return tuple(sorted(found, key=lambda difference: (difference.direction, difference.template)))


@dataclass(frozen=True, slots=True)
class _Step:
    """One aspect that changed, and which way."""

    looser: bool
    stricter: bool
    text: str


def _by_template(old: Policy, new: Policy) -> Iterator[Difference]:
    before, after = Reach.of(old), Reach.of(new)
    for source, template in _templates(old, new):
        was, now = before.decider(template), after.decider(template)
        steps = _compare(was, now)
        if steps:
            names = (was.name if was else "", now.name if now else "")
            yield Difference(_direction(steps), source, names[0], names[1], tuple(step.text for step in steps))


def _templates(old: Policy, new: Policy) -> Iterator[tuple[str, Template]]:
    """Yield each template of either policy once, by method and normal spelling."""
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for policy in (old, new):
        for rule in policy.rules:
            for template in rule.match:
                key = (template.method, kinds(template.segments), spelled(template.segments))
                if key not in seen:
                    seen.add(key)
                    yield template.source, template


def _compare(was: Rule | None, now: Rule | None) -> list[_Step]:
    if was is None or now is None:
        if was is now:
            return []
        text = f"now let through: {_level(now)}" if now else "now refused: no rule matches"
        return [_Step(looser=now is not None, stricter=now is None, text=text)]
    steps = [step for step in _requirement_steps(was.require, now.require) if step]
    if was.upstream != now.upstream:
        steps.append(_Step(looser=False, stricter=False, text=f"upstream {was.upstream} -> {now.upstream}"))
    if was.forward_credential != now.forward_credential:
        text = "the caller's token goes upstream" if now.forward_credential else "the token stays at the gateway"
        steps.append(_Step(looser=now.forward_credential, stricter=was.forward_credential, text=text))
    return steps


def _requirement_steps(was: Requirement, now: Requirement) -> Iterator[_Step | None]:
    yield _number("require", was.level, now.level, words=(was.level.acr, now.level.acr))
    yield _number("max_age", -_age(was), -_age(now), words=(_spell_age(was), _spell_age(now)))
    yield _number("factors", was.factors, now.factors, words=(str(was.factors), str(now.factors)))
    words = ("needed" if was.client_certificate else "not needed", "needed" if now.client_certificate else "not needed")
    yield _number("client certificate", was.client_certificate, now.client_certificate, words=words)
    yield _all_of("scopes", set(was.scopes), set(now.scopes))
    yield _networks(was.networks, now.networks)
    yield _one_of("countries", set(was.countries), set(now.countries))
    yield _one_of("asn", set(map(str, was.asn)), set(map(str, now.asn)))
    yield _hours(was, now)
    yield _quota(was, now)


def _number(what: str, was: int, now: int, *, words: tuple[str, str]) -> _Step | None:
    """More is stricter."""
    if was == now:
        return None
    return _Step(looser=now < was, stricter=now > was, text=f"{what} {words[0]} -> {words[1]}")


def _age(require: Requirement) -> int:
    return _FOREVER if require.max_age is None else require.max_age


def _spell_age(require: Requirement) -> str:
    return "any" if require.max_age is None else f"{require.max_age}s"


def _all_of(what: str, was: set[str], now: set[str]) -> _Step | None:
    """More elements are stricter, for all of them are needed."""
    if was == now:
        return None
    return _Step(looser=bool(was - now), stricter=bool(now - was), text=f"{what} {_list(was)} -> {_list(now)}")


def _one_of(what: str, was: set[str], now: set[str]) -> _Step | None:
    """More elements are looser, for any of them will do; none at all is the loosest."""
    if was == now:
        return None
    wider, narrower = not now or (was and now - was), not was or (now and was - now)
    return _Step(looser=bool(wider), stricter=bool(narrower), text=f"{what} {_list(was)} -> {_list(now)}")


def _networks(was: tuple[Network, ...], now: tuple[Network, ...]) -> _Step | None:
    if set(was) == set(now):
        return None
    text = f"networks {_list(map(str, was))} -> {_list(map(str, now))}"
    return _Step(looser=not _inside(now, was), stricter=not _inside(was, now), text=text)


def _inside(small: tuple[Network, ...], large: tuple[Network, ...]) -> bool:
    """Whether every address of the one is in the other; no networks means every address."""
    if not large:
        return True
    return bool(small) and all(any(_part_of(part, whole) for whole in large) for part in small)


def _part_of(part: Network, whole: Network) -> bool:
    return part.version == whole.version and part.prefixlen >= whole.prefixlen and part.network_address in whole


def _hours(was: Requirement, now: Requirement) -> _Step | None:
    before, after = set(map(spell_hours, was.hours)), set(map(spell_hours, now.hours))
    if before == after:
        return None
    text = f"hours {_list(before)} -> {_list(after)}"
    looser = not after or bool(before and after - before)
    stricter = not before or bool(after and before - after)
    return _Step(looser=looser, stricter=stricter, text=text)


def _quota(was: Requirement, now: Requirement) -> _Step | None:
    before, after = ({quota.seconds: quota.limit for quota in r.quota} for r in (was, now))
    if before == after:
        return None
    text = f"quota {_spell_quota(was)} -> {_spell_quota(now)}"
    looser = any(after.get(seconds, _FOREVER) > limit for seconds, limit in before.items())
    stricter = any(before.get(seconds, _FOREVER) > limit for seconds, limit in after.items())
    return _Step(looser=looser, stricter=stricter, text=text)


def _spell_quota(require: Requirement) -> str:
    return _list(f"{quota.limit}/{quota.seconds}s" for quota in require.quota)


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "any"


def _level(rule: Rule) -> str:
    """A rule's level in one word for a reviewer."""
    return f"require {rule.require.level.acr}"


def _direction(steps: list[_Step]) -> Direction:
    looser, stricter = any(step.looser for step in steps), any(step.stricter for step in steps)
    if looser:
        return Direction.MIXED if stricter else Direction.LOOSER
    return Direction.STRICTER if stricter else Direction.OTHER


def _whole(old: Policy, new: Policy) -> Iterator[Difference]:
    """Differences of the policy as a whole."""
    changes = [
        _set_change("cors", set(old.cors_origins), set(new.cors_origins), more_is=Direction.LOOSER),
        _set_change(
            "block",
            set(map(str, old.blocked_networks)),
            set(map(str, new.blocked_networks)),
            more_is=Direction.STRICTER,
        ),
        _set_change("shadow rules", _shadows(old), _shadows(new), more_is=Direction.OTHER),
        _set_change("upstreams", _upstreams(old), _upstreams(new), more_is=Direction.OTHER),
        _set_change("public_url", {old.public_url}, {new.public_url}, more_is=Direction.OTHER),
    ]
    yield from (change for change in changes if change)


def _shadows(policy: Policy) -> set[str]:
    return {rule.name for rule in policy.rules if rule.mode is Mode.SHADOW}


def _upstreams(policy: Policy) -> set[str]:
    return {f"{upstream.name} = {upstream.url}" for upstream in policy.upstreams}


def _set_change(what: str, was: set[str], now: set[str], *, more_is: Direction) -> Difference | None:
    if was == now:
        return None
    less_is = {Direction.LOOSER: Direction.STRICTER, Direction.STRICTER: Direction.LOOSER}.get(more_is, more_is)
    more, less = now - was, was - now
    direction = more_is if not less else less_is
    if more and less and more_is is not Direction.OTHER:
        direction = Direction.MIXED
    return Difference(direction, "", "", "", (f"{what} {_list(was)} -> {_list(now)}",))
