"""Budgets of wrong tries (NIST SP 800-63B-4 section 3.2.2, PCI DSS 4.0.1 requirement 8.3.4).

Decides which tries share a budget: one for each account and kind of factor, whatever the door, the session, the
spelling of the name; a known device of the account's owner has its own, so that strangers cannot lock the owner out.
"""

import hashlib
from dataclasses import dataclass

from twogate.rules.factors.contract import Factor
from twogate.services.accounts import Loaded
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Unit
from twogate.terms.account import User
from twogate.terms.ids import DeviceId, UserId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class Reserved:
    """A try that was counted and may now be made. ``last``: if it is wrong, the lock begins; ``closes``: for good."""

    key: str
    last: bool
    closes: bool


@dataclass(frozen=True, slots=True)
class Exhausted:
    """No try is left."""

    key: str
    refused: Refused
    retry_after: int | None  # seconds; None = until somebody unlocks it


def account_key(loaded: Loaded) -> str:
    """A known account by its id, any other by a digest of its canonical name (a mistyped password may stand there)."""
    if loaded.user is not None:
        return loaded.user.id
    return f"unknown:{hashlib.sha256(loaded.name.encode()).hexdigest()[:24]}"


def key_of(factor: Factor, account: str, device: DeviceId | None) -> str:
    """Lane, account and, for a known device, the device."""
    return f"{factor.lane}:{account}" + (f":device:{device}" if device else "")


async def reserve(
    unit: Unit, factor: Factor, loaded: Loaded, *, now: Instant, settings: SignInSettings
) -> Reserved | Exhausted:
    """Count one try. The unit must be committed before the proof is checked."""
    key = key_of(factor, account_key(loaded), loaded.device)
    state = await unit.budgets.reserve(
        key, now=now, limit=settings.tries, lock_seconds=settings.lock, cap=settings.tries_in_all
    )
    if state.allowed:
        return Reserved(key, last=state.locked_until is not None, closes=state.total >= settings.tries_in_all)
    if state.disabled or state.locked_until is None:
        return Exhausted(key, Refused(Reason.FACTOR_DISABLED), None)
    return Exhausted(key, Refused(Reason.LOCKED), max(1, -int(-state.locked_until.since(now) // 1)))


async def clear_all(unit: Unit, user: User, factors: tuple[Factor, ...]) -> int:
    """Unlock every budget of an account; return how many had something to clear."""
    return sum([await unit.budgets.clear(key) for key in await _keys(unit, user, factors)])


async def locked(unit: Unit, user: User, factors: tuple[Factor, ...], *, now: Instant) -> tuple[str, ...]:
    """The budgets of an account that grant no try now."""
    found = []
    for key in await _keys(unit, user, factors):
        state = await unit.budgets.peek(key)
        if state is not None and (state.disabled or (state.locked_until or now) > now):
            found.append(key)
    return tuple(found)


async def _keys(unit: Unit, user: User, factors: tuple[Factor, ...]) -> list[str]:
    """Each once: several factors share a lane."""
    devices = [None, *(device.id for device in await unit.devices.of_user(user.id))]
    keys = [key_of(factor, user.id, device) for factor in factors for device in devices]
    return list(dict.fromkeys((*keys, claims_of(user.id))))


def claims_of(user: UserId) -> str:
    """Guesses at things with serials that wait for an owner, by one person."""
    return f"claim:user:{user}"
