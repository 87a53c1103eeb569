"""Sessions: start, upgrade, look up, renew, end.

Decides when a session is over (NIST SP 800-63B-4 sections 2.1.3, 2.2.3, 2.3.3). Ending one revokes its grants and
tells every gateway; the returned change number is what ``Changes.in_force`` waits for (None: nothing to tell).
"""

from collections.abc import Sequence

from twogate.terms.caller import Caller
from twogate.terms.ids import DeviceId, SessionId, UserId
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


class Sessions:
    """What the control plane knows about who is signed in."""

    async def by_secret(self, secret: Secret) -> Session | Refused:
        """Return the live session of a cookie, or SESSION_ENDED. Does not count as use."""
        raise NotImplementedError

    async def renew(self, secret: Secret, caller: Caller) -> Session | Refused:
        """Return the live session and count this as use: idle time starts anew."""
        raise NotImplementedError

    async def of_user(self, user: UserId) -> Sequence[Session]:
        """Live sessions, newest first."""
        raise NotImplementedError

    async def end(self, session: SessionId, *, actor: str, caller: Caller) -> int | None:
        raise NotImplementedError

    async def end_others(self, session: Session, *, caller: Caller) -> int | None:
        raise NotImplementedError

    async def end_all(self, user: UserId, *, actor: str, caller: Caller) -> int | None:
        raise NotImplementedError

    async def device(self, secret: Secret) -> DeviceId | None:
        """The known device of a device cookie, for ``Caller.device``."""
        raise NotImplementedError
