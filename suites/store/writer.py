"""A process that writes for ever and says what is done: the victim of ``test_kill``.

Each unit makes one user, one change, one audit event, and rotates one refresh token; its number is printed once the
unit has ended. Beside it the audit log is sealed and anchored.
"""

import asyncio
import pathlib
import sys

from tests.ports import MASTER_KEY, NOON

from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.services.audit_log import AuditLog
from twogate.store.unit import Store
from twogate.terms.account import User
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId, GrantId, UserId
from twogate.terms.session import Grant, RefreshToken

_WRITERS = 4


def token(number: int) -> RefreshToken:
    """The link of the chain that unit ``number`` adds."""
    return RefreshToken(
        digest=f"token-{number}",
        grant=GrantId(f"gnt_{number}"),
        client=ClientId("app"),
        proofs=(),
        scope=(),
        issued=NOON,
        expires=NOON.plus(3600),
    )


async def write(store: Store, number: int) -> None:
    """One unit."""
    user = UserId(f"usr_{number}")
    async with store.work() as unit:
        await unit.users.add(User(user, f"{number:09}", "", "", NOON))
        grant = Grant(GrantId(f"gnt_{number}"), ClientId("app"), user, None, (), "a", NOON, NOON)
        await unit.grants.add(grant)
        await unit.refresh_tokens.add(token(number))
        await unit.refresh_tokens.consume(f"token-{number}", NOON)
        await unit.audit.append(Event.ADMIN_USER_CREATED, at=NOON, actor="suite", subject=user)
        await unit.feed.append(ChangeKind.SUBJECT_BLOCKED, user, at=NOON)
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


async def _for_ever(store: Store, start: int, lane: int) -> None:
    number = start + lane
    while True:
        await write(store, number)
        number += _WRITERS


async def _seal(log: AuditLog) -> None:
    while True:
        await log.seal()
        await log.anchor(at_once=True)
        await asyncio.sleep(0.005)


async def main(folder: pathlib.Path, start: int) -> None:
    """Write until killed."""
    store = await Store.open(f"sqlite:///{folder / 'twogate.db'}", master_key=MASTER_KEY)
    log = AuditLog(store, SystemClock(), SystemEntropy(), anchor=folder / "audit.anchor")
    await asyncio.gather(_seal(log), *(_for_ever(store, start, lane) for lane in range(_WRITERS)))


if __name__ == "__main__":
    asyncio.run(main(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
