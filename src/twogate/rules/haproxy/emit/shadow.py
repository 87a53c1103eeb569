"""Rules in shadow mode: judged beside the rule in force, heard by the log alone.

Decides ``txn.shadow_why``. Only the most specific shadow rule is judged. It charges no quota, so it never finds one
exhausted, and it changes nothing about the request.
"""

from twogate.rules.haproxy.document import Comment, Line, say
from twogate.rules.haproxy.emit import certificates, hours, requirement
from twogate.rules.haproxy.emit.verdict import PASSED
from twogate.rules.haproxy.plan import Plan, RequirementClass
from twogate.terms.reasons import Reason

_UNSAID = "!{ var(txn.shadow_why) -m found }"


def before_credentials(plan: Plan) -> tuple[Line, ...]:
    """Keep the verdict so far: a shadow rule has the credential looked at where the rule in force would not."""
    if not plan.shadows:
        return ()
    no_rule = f"{{ var(txn.why) -m str {Reason.NO_RULE.value} }}"
    return (
        say(f"http-request allow if !{PASSED} !{no_rule}"),
        say("http-request set-var(req.kept) var(txn.why)"),
        say("http-request set-var(txn.why) str(passed)"),
    )


def after_credentials(plan: Plan) -> tuple[Line, ...]:
    """Judge the shadow rule, then put back the verdict where the rule in force looks at no credential."""
    if not plan.shadows:
        return ()
    lines: list[Line] = [Comment("rules in shadow mode")]
    for found in plan.shadows:
        lines += _judge(found)
    lines.append(say(f"http-request set-var(txn.shadow_why) str(passed) if {{ var(txn.shadow) -m found }} {_UNSAID}"))
    lines.append(say("http-request set-var(txn.why) var(req.kept) unless guarded"))
    return tuple(lines)


def _judge(found: RequirementClass) -> list[Line]:
    mine = f"{{ var(txn.shadow) -m beg {found.backend}| }}"
    lines: list[Line] = []
    if found.guarded:
        lines.append(say(f"http-request set-var(txn.shadow_why) var(txn.why) if {mine} !{PASSED}"))
    lines += [*certificates.end(found.require), *hours.clock(found.require)]
    shown = certificates.conditions(found.require)
    conditions = (
        *shown,
        *requirement.assurance(found.require),
        *requirement.circumstances(found.backend, found.require),
    )
    for reason, condition in conditions:
        noted = f"http-request set-var(txn.shadow_why) str({reason.value})"
        lines.append(say(noted, "if", mine, *condition, _UNSAID))
    return lines
