"""What callers see of this installation from outside: its address, and which other sites may read its answers.

Decides how that follows from the policy in force, and that a policy published later is taken up without a restart,
except for a new public address: tokens, cookies and keys are made for one address, so that needs a restart.
"""

from dataclasses import dataclass

import structlog

from twogate.rules.policy.check import check
from twogate.store.unit import Store
from twogate.terms.ports import Clock

_LOOK_EVERY = 1.0
_log = structlog.get_logger("twogate.web")


class PolicyMissing(Exception):  # noqa: N818  # it says what is so
    """No policy is in force, so there is no public address to serve."""


@dataclass(frozen=True, slots=True)
class Front:
    """The face of one installation."""

    public_url: str  # scheme://host[:port], lower case, no trailing slash
    cors_origins: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Whether cookies get ``Secure`` and the ``__Host-`` prefix."""
        return self.public_url.startswith("https://")

    @property
    def issuer(self) -> str:
        """The ``iss`` of everything signed here (RFC 8414 section 2)."""
        return f"{self.public_url}/.twogate"

    @property
    def audience(self) -> str:
        """The ``aud`` of access tokens (RFC 9728 resource identifier)."""
        return self.public_url


class FrontInForce:
    """Keeps the front in step with the policy."""

    def __init__(self, store: Store, clock: Clock, *, version: int, front: Front) -> None:
        self._store = store
        self._clock = clock
        self._version = version
        self.now = front

    @classmethod
    async def read(cls, store: Store, clock: Clock) -> "FrontInForce":
        """Read the policy in force.

        Raises:
            PolicyMissing: there is none, or it cannot be read.
        """
        async with store.read() as unit:
            current = await unit.policies.current()
        front = None if current is None else _front(current.toml)
        if current is None or front is None:
            raise PolicyMissing
        return cls(store, clock, version=current.version, front=front)

    async def run(self) -> None:
        """Look for a newer policy every second."""
        while True:
            await self.look()
            await self._clock.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Take up a newer policy, if there is one."""
        async with self._store.read() as unit:
            current = await unit.policies.current()
        if current is None or current.version == self._version:
            return
        self._version = current.version
        front = _front(current.toml)
        if front is None:
            return
        if front.public_url != self.now.public_url:
            _log.warning("public_url has changed; restart the control plane", policy=current.version)
        self.now = Front(self.now.public_url, front.cors_origins)


def _front(toml: str) -> Front | None:
    policy = check(toml).policy
    return None if policy is None else Front(policy.public_url, policy.cors_origins)
