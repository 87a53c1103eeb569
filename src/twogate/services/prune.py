"""Forgets what nobody can use any more: flows, codes, tokens, grants, sessions, devices, notices, changes, budgets.

Decides how long each is kept after its end, and that the write lock is never held long: small batches, each in a
unit of its own. The audit log is not pruned here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from twogate.store.unit import Store, Unit
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock

EVERY = 60.0
BREATH = 1.0
BATCH = 1000
_MOST_BATCHES = 20  # of one kind in one round; the rest waits for the next round
_DAY = 86_400
_SKEW = 300  # seconds by which a gateway's clock may be behind: it would still take an older proof
_UNKNOWN_NAMES = ":unknown:"  # budgets of names without an account (services.budgets)
_FEW = 9  # tries: of a name that was tried once, nobody can tell that it was forgotten
_CLIENTS = "client:"  # wrong client secrets, by address: an address may be anything (services.client_authentication)
_DEVICES = ":device:"  # what a known device drew on (services.budgets)
_DEVICE = 366 * _DAY  # longer than its cookie lives

_KINDS: tuple[Callable[[Unit, Instant], Awaitable[int]], ...] = (
    lambda unit, now: unit.flows.prune(now, limit=BATCH),
    lambda unit, now: unit.codes.prune(now, limit=BATCH),
    lambda unit, now: unit.pushed_requests.prune(now, limit=BATCH),
    lambda unit, now: unit.device_requests.prune(now, limit=BATCH),
    lambda unit, now: unit.replays.prune(now.plus(-_SKEW), limit=BATCH),
    lambda unit, now: unit.dispatches.prune(now, keep_seconds=2 * _DAY, limit=BATCH),
    lambda unit, now: unit.undos.prune(now, limit=BATCH),
    lambda unit, now: unit.push_prompts.prune(now, keep_seconds=30 * _DAY, limit=BATCH),
    lambda unit, now: unit.push_pairings.prune(now, limit=BATCH),
    lambda unit, _now: unit.push_devices.prune(limit=BATCH),
    lambda unit, now: unit.refresh_tokens.prune(now, limit=BATCH),
    lambda unit, now: unit.grants.prune(now, keep_seconds=_DAY, limit=BATCH),
    lambda unit, now: unit.sessions.prune(now, keep_seconds=30 * _DAY, limit=BATCH),
    lambda unit, now: unit.recoveries.prune(now, keep_seconds=400 * _DAY, limit=BATCH),
    lambda unit, now: unit.devices.prune(now, keep_seconds=_DEVICE, limit=BATCH),
    lambda unit, now: unit.notices.prune(now, keep_seconds=400 * _DAY, limit=BATCH),
    lambda unit, now: unit.api_tokens.prune(now, keep_seconds=400 * _DAY, limit=BATCH),
    lambda unit, now: unit.feed.prune(now, keep_seconds=_DAY, limit=BATCH),
    lambda unit, now: unit.budgets.forget(
        now, marker=_UNKNOWN_NAMES, older_than_seconds=7 * _DAY, tries=_FEW, limit=BATCH
    ),
    lambda unit, now: unit.budgets.forget(now, marker=_UNKNOWN_NAMES, older_than_seconds=90 * _DAY, limit=BATCH),
    lambda unit, now: unit.budgets.forget(now, marker=_CLIENTS, older_than_seconds=2 * _DAY, limit=BATCH),
    lambda unit, now: unit.budgets.forget(now, marker=_DEVICES, older_than_seconds=_DEVICE, limit=BATCH),
)
# Budgets of accounts stay until a success: wrong tries add up to the cap however slowly somebody guesses. So those of
# names without an account stay long, too, once they were tried in earnest: what is open again after a week is nobody's.


@dataclass(frozen=True, slots=True)
class Keep:
    """For how long an operator wants to keep what is about people, in seconds."""

    places: int = 90 * _DAY
    typing: int = 90 * _DAY


def _wished(keep: Keep) -> tuple[Callable[[Unit, Instant], Awaitable[int]], ...]:
    return (
        lambda unit, now: unit.places.prune(now, keep_seconds=keep.places, limit=BATCH),
        lambda unit, now: unit.typing.prune(now, keep_seconds=keep.typing, limit=BATCH),
    )


class Pruning:
    """The errand that runs beside the others in a control process."""

    def __init__(self, store: Store, clock: Clock, *, keep: Keep | None = None) -> None:
        self._store = store
        self._clock = clock
        self._kinds = (*_KINDS, *_wished(keep or Keep()))

    async def run(self) -> None:
        """Prune every minute, for ever; at once again where a round left something: strangers make rows, too."""
        while True:
            gone = await self.prune()
            await self._clock.sleep(EVERY if gone < BATCH * _MOST_BATCHES else BREATH)

    async def prune(self) -> int:
        """Prune once; return how many rows went."""
        now, gone = self._clock.now(), 0
        for kind in self._kinds:
            for _ in range(_MOST_BATCHES):
                async with self._store.work() as unit:
                    forgotten = await kind(unit, now)
                gone += forgotten
                if forgotten < BATCH:
                    break
        return gone
