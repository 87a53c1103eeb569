"""The compiler's worksheet: the policy in the gateway's terms.

Decides what every emitter needs to know once: names, hosts, which requirements share a backend. One backend for each
distinct (upstream, requirement): its rules hold exactly the checks it needs, with the numbers written in, so a check
that one rule wants costs no other rule anything.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from twogate.rules.assurance.level import Level
from twogate.rules.haproxy.cookies import access_cookie
from twogate.rules.haproxy.site import GatewayRefusedError, GatewaySite
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Mode, Policy, Requirement, Rule, Upstream

MAX_CLASSES = 1000
"""More backends than this cost start-up time and memory; nobody needs as many different requirements."""

GUARDED = "guarded."
OPEN = "open."
SHADOW = "shadow."
CONTROL = "control"
RENEWAL = "renewal"
REFUSED = "refused"

_DEFAULT_PORT = {"http": ":80", "https": ":443"}
_KEY_LENGTH = 12


@dataclass(frozen=True, slots=True)
class RequirementClass:
    """Rules that want the same of a request and send it to the same place."""

    backend: str
    upstream: str
    require: Requirement
    forward_credential: bool

    @property
    def guarded(self) -> bool:
        """Whether a credential is looked at."""
        return self.require.level > Level.NONE


@dataclass(frozen=True, slots=True)
class Plan:
    """A policy and a site, worked out."""

    policy: Policy
    site: GatewaySite
    matcher: Matcher
    classes: Mapping[str, RequirementClass]  # rule name -> class
    upstreams: Mapping[str, Upstream]

    @property
    def secure(self) -> bool:
        return self.policy.public_url.startswith("https://")

    @property
    def scheme(self) -> str:
        return self.policy.public_url.partition("://")[0]

    @property
    def authority(self) -> str:
        return self.policy.public_url.partition("://")[2]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Values of the Host header that mean this gateway."""
        port = _DEFAULT_PORT[self.scheme]
        name, colon, number = self.authority.rpartition(":")
        explicit = bool(colon) and number.isdigit()
        spellings = (self.authority, *(() if explicit and name else (self.authority + port,)), *self.site.hosts)
        return tuple(dict.fromkeys(text.lower() for text in spellings))

    @property
    def cookie(self) -> str:
        return access_cookie(secure=self.secure)

    @property
    def distinct(self) -> tuple[RequirementClass, ...]:
        """The classes in force, by backend name."""
        return tuple(sorted(set(self._of(Mode.ENFORCE)), key=lambda found: found.backend))

    @property
    def shadows(self) -> tuple[RequirementClass, ...]:
        """The classes that are only observed."""
        return tuple(sorted(set(self._of(Mode.SHADOW)), key=lambda found: found.backend))

    def route(self, rule: Rule) -> str:
        """Return a line of a routes map: backend, stable key for counters, name for the log."""
        return f"{self.classes[rule.name].backend}|{rule_key(rule)}|{json.dumps(rule.name)[1:-1]}"

    def _of(self, mode: Mode) -> list[RequirementClass]:
        return [self.classes[rule.name] for rule in self.policy.rules if rule.mode is mode]


def rule_key(rule: Rule) -> str:
    """A short name of a rule that stays the same when other rules come and go: counters survive a new policy."""
    return hashlib.sha256(rule.name.encode()).hexdigest()[:_KEY_LENGTH]


def make_plan(policy: Policy, site: GatewaySite) -> Plan:
    """Work out a policy.

    Raises:
        GatewayRefusedError: it cannot become a gateway.
    """
    upstreams = {upstream.name: upstream for upstream in policy.upstreams}
    lost = sorted({rule.upstream for rule in policy.rules} - set(upstreams))
    if lost:
        raise GatewayRefusedError(f"no upstream is named {lost[0]}")
    if len({rule.name for rule in policy.rules}) < len(policy.rules):
        raise GatewayRefusedError("two rules have the same name")
    return Plan(policy, site, Matcher.of(policy), _classes(policy), upstreams)


def _classes(policy: Policy) -> dict[str, RequirementClass]:
    found: dict[tuple[object, ...], RequirementClass] = {}
    numbers: dict[str, int] = {}
    places = {upstream.name: number for number, upstream in enumerate(policy.upstreams)}
    classes: dict[str, RequirementClass] = {}
    for rule in policy.rules:
        wanted = (rule.upstream, rule.require, rule.forward_credential, rule.mode)
        if wanted not in found:
            stem = _stem(rule, places)
            numbers[stem] = numbers.get(stem, 0) + 1
            name = f"{stem}.{numbers[stem]}"
            found[wanted] = RequirementClass(name, rule.upstream, rule.require, rule.forward_credential)
        classes[rule.name] = found[wanted]
    if len(found) > MAX_CLASSES:
        raise GatewayRefusedError(
            f"the rules ask for {len(found)} different combinations of upstream and requirement; at most "
            f"{MAX_CLASSES} fit into one gateway: let rules share levels, ages, scopes, networks, hours and quotas",
        )
    return classes


def _stem(rule: Rule, places: Mapping[str, int]) -> str:
    """``guarded.payments.aal2``: what stands in the configuration, in statistics and in the log."""
    plain = rule.upstream.replace("-", "").replace("_", "").replace(".", "")
    upstream = rule.upstream if plain.isascii() and plain.isalnum() else f"upstream{places[rule.upstream]}"
    if rule.mode is Mode.SHADOW:
        return f"{SHADOW}{upstream}"
    if rule.require.level is Level.NONE:
        return f"{OPEN}{upstream}"
    return f"{GUARDED}{upstream}.{rule.require.level.acr}"
