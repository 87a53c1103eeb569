"""What the routes are given: one frozen record of services, and how it is put together.

Decides which objects exist once in a process, and in which order they are opened and closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from twogate.web.front import Front, FrontInForce

if TYPE_CHECKING:
    from twogate.services.access_tokens import AccessTokens
    from twogate.services.browser_sessions import BrowserSessions
    from twogate.services.changes import Changes
    from twogate.services.enrol import Enrol
    from twogate.services.sessions import Sessions
    from twogate.services.sign_in import SignIn
    from twogate.services.signing_keys import KeyRing
    from twogate.settings.model import Settings
    from twogate.store.unit import Store
    from twogate.terms.ports import Clock, Entropy


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a route may call."""

    settings: Settings
    front_in_force: FrontInForce
    store: Store
    clock: Clock
    entropy: Entropy
    keyring: KeyRing
    sign_in: SignIn
    sessions: Sessions
    enrol: Enrol
    access_tokens: AccessTokens
    changes: Changes
    browsers: BrowserSessions

    @property
    def front(self) -> Front:
        """The public face as the policy in force has it."""
        return self.front_in_force.now


def deps_of(request: Request) -> Dependencies:
    """For ``Depends``: what ``build_app`` was given."""
    deps: Dependencies = request.app.state.deps
    return deps
