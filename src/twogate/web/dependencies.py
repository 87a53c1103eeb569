"""What the routes are given: one frozen record of services, and how it is put together.

Decides which objects exist once in a process, and in which order they are opened and closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

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
class Front:
    """What callers see of this installation from outside."""

    public_url: str  # scheme://host[:port], lower case, no trailing slash
    cors_origins: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Whether cookies get ``Secure`` and the ``__Host-`` prefix."""
        return self.public_url.startswith("https://")

    @property
    def issuer(self) -> str:
        return f"{self.public_url}/.twogate"

    @property
    def audience(self) -> str:
        return self.public_url


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a route may call."""

    settings: Settings
    front: Front
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


def deps_of(request: Request) -> Dependencies:
    """For ``Depends``: what ``build_app`` was given."""
    deps: Dependencies = request.app.state.deps
    return deps
