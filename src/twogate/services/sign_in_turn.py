"""One step of a sign-in under way, as the errands hand it on.

Decides nothing.
"""

from dataclasses import dataclass

from twogate.rules.signin.state import State
from twogate.services.accounts import Loaded
from twogate.terms.caller import Caller
from twogate.terms.instant import Instant
from twogate.terms.secret import Secret


class HandleUsed(Exception):  # noqa: N818  # an answer, not a fault
    """Somebody took this step first. The unit of work must be rolled back."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The handle the step came with (None: the flow begins), and everything known."""

    handle: Secret | None
    state: State
    loaded: Loaded
    caller: Caller
    expires: Instant
