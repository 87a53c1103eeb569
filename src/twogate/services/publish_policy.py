"""Put a policy in force: check it, store it as a new version, tell every gateway, note who did it.

Decides that a policy with a mistake is never stored, and that publishing the one in force already changes nothing.
Whether it is a policy at all is ``rules.policy.check``; that gateways have taken it is ``services.changes``.
"""

from dataclasses import dataclass

from twogate.rules.policy.check import Checked, check
from twogate.store.unit import PolicyVersion, Store
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ports import Clock


@dataclass(frozen=True, slots=True)
class Published:
    """The policy is stored. ``change`` is its number in the feed; 0 when it was in force already."""

    version: int
    change: int
    checked: Checked


class PublishPolicy:
    """The one way a policy comes into force."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def publish(self, toml: str, *, by: str) -> Published | Checked:
        """Publish a text; what was found instead when it has mistakes."""
        checked = check(toml)
        if checked.policy is None:
            return checked
        now = self._clock.now()
        async with self._store.work() as unit:
            current = await unit.policies.current()
            if current is not None and current.toml == toml:
                return Published(current.version, 0, checked)
            version = await unit.policies.publish(toml, at=now, by=by)
            facts = {"rules": len(checked.policy.rules), "replaces": current.version if current else 0}
            await unit.audit.append(
                Event.ADMIN_POLICY_PUBLISHED, at=now, actor=by, subject=f"policy:{version}", facts=facts
            )
            change = await unit.feed.append(ChangeKind.POLICY_PUBLISHED, str(version), at=now)
        return Published(version, change, checked)

    async def current(self) -> PolicyVersion | None:
        """Return the policy in force."""
        async with self._store.read() as unit:
            return await unit.policies.current()

    async def get(self, version: int) -> PolicyVersion | None:
        """Return an older one."""
        async with self._store.read() as unit:
            return await unit.policies.get(version)
