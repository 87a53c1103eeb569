"""What one requirement class checks once the credential is known to be good.

Decides the conditions, with the policy's numbers written in, in the order of ``rules.policy.checks``. Quotas are
``quota``, wall-clock spans ``hours``; how a refusal is spoken is ``refusals``.
"""

from twogate.rules.assurance.level import Level
from twogate.rules.haproxy.document import Line, Word, say
from twogate.rules.haproxy.emit import certificates, hours, places, quota
from twogate.rules.haproxy.emit.facts import fact
from twogate.rules.haproxy.emit.verdict import PASSED, refuse
from twogate.rules.haproxy.plan import RequirementClass
from twogate.rules.policy.checks import asks_for_person
from twogate.rules.policy.model import Network, Requirement
from twogate.terms.reasons import Reason


def checks(found: RequirementClass) -> tuple[Line, ...]:
    """All checks of a class in force, the quota last because it counts."""
    lines: list[Line] = list(certificates.end(found.require))
    lines += [_refuse(reason, *condition) for reason, condition in certificates.conditions(found.require)]
    if found.guarded:
        lines += [_refuse(reason, *condition) for reason, condition in assurance(found.require)]
    lines += hours.clock(found.require)
    lines += [_refuse(reason, *condition) for reason, condition in circumstances(found.backend, found.require)]
    return (*lines, *quota.count(found))


def reasons(require: Requirement) -> frozenset[Reason]:
    """The reasons that a class can give."""
    shown = certificates.conditions(require)
    found = {reason for reason, _ in (*shown, *_assured(require), *circumstances("", require))}
    return frozenset(found | ({Reason.QUOTA_EXCEEDED} if require.quota else set()))


def assurance(require: Requirement) -> tuple[tuple[Reason, tuple[str | Word, ...]], ...]:
    """Conditions on the credential, each true when the request fails it."""
    return _assured(require)


def circumstances(backend: str, require: Requirement) -> tuple[tuple[Reason, tuple[str | Word, ...]], ...]:
    """Conditions on where and when, each true when the request fails it."""
    found: list[tuple[Reason, tuple[str | Word, ...]]] = []
    if require.networks:
        found.append((Reason.NETWORK_REFUSED, (f"!{{ src -f {network_file(backend)} }}",)))
    found.extend(places.conditions(backend, require))
    if require.hours:
        found.append((Reason.OUTSIDE_HOURS, (hours.CLOSED,)))
    return tuple(found)


def network_file(backend: str) -> str:
    """Return the file that lists a class's networks."""
    return f"networks/{backend}.lst"


def network_lines(networks: tuple[Network, ...]) -> str:
    """Return the text of a network list."""
    return "".join(f"{network}\n" for network in networks)


def _assured(require: Requirement) -> tuple[tuple[Reason, tuple[str | Word, ...]], ...]:
    if require.level is Level.NONE:
        return ()
    found: list[tuple[Reason, tuple[str | Word, ...]]] = []
    if asks_for_person(require):
        found.append((Reason.PERSON_REQUIRED, ("{", Word(fact("auth_time")), "-m int 0 }")))
    if require.level > Level.AAL1:
        found.append((Reason.LEVEL_TOO_LOW, ("{", Word(fact("rank")), f"-m int lt {int(require.level)} }}")))
    if require.factors:
        found.append((Reason.FACTORS_TOO_FEW, ("{", Word(fact("factors")), f"-m int lt {require.factors} }}")))
    found.append((Reason.STEP_UP_DEMANDED, ("{ var(req.demanded) -m found }",)))
    if require.max_age is not None:
        age = f"{fact('auth_time')},add({require.max_age}),sub(req.now)"
        found.append((Reason.PROOF_TOO_OLD, ("{", Word(age), "-m int lt 0 }")))
    found.extend(
        (Reason.SCOPE_INSUFFICIENT, ("!{", Word(fact("scope")), "-m sub", Word(f" {scope} "), "}"))
        for scope in require.scopes
    )
    return tuple(found)


def _refuse(reason: Reason, *condition: str | Word) -> Line:
    return say(refuse(reason), "if", *condition, PASSED)
