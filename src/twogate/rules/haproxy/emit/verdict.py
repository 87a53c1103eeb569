"""How a verdict is kept while a request is judged: ``txn.why`` is ``passed`` until something else is written there.

Decides the one way to say no. The first reason stands: every later check asks ``still_passed``. How a refusal is
spoken is for ``refusals``.
"""

from twogate.rules.haproxy.document import Line, say
from twogate.terms.reasons import Reason

PASSED = "still_passed"
"""The name of the ACL; ``acl`` defines it in each section that asks."""


def acl() -> Line:
    """Define ``still_passed``."""
    return say(f"acl {PASSED} var(txn.why) -m str passed")


def refuse(reason: Reason) -> str:
    """Return the action that notes a reason."""
    return f"http-request set-var(txn.why) str({reason.value})"
