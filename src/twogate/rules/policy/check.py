"""The whole door for a policy file: read, then linted.

Decides whether a document may become the policy in force: it parses and no lint is fatal.
"""

from dataclasses import dataclass

from twogate.rules.policy.lint import Finding, lint
from twogate.rules.policy.mistakes import Mistake
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse


@dataclass(frozen=True, slots=True)
class Checked:
    """``policy`` is there exactly when there are no mistakes; findings are advice either way."""

    policy: Policy | None
    mistakes: tuple[Mistake, ...] = ()
    findings: tuple[Finding, ...] = ()


def check(text: str) -> Checked:
    """Read and lint a policy file."""
    policy = parse(text)
    if not isinstance(policy, Policy):
        return Checked(None, policy)
    findings = lint(policy)
    fatal = tuple(finding.as_mistake() for finding in findings if finding.fatal)
    advice = tuple(finding for finding in findings if not finding.fatal)
    return Checked(None if fatal else policy, fatal, advice)
