"""How long a refusal takes does not tell whether the name exists (OWASP ASVS 6.3.8).

Measured in processor time of all threads: what else runs on the machine would drown the difference on the wall clock,
and a hash that is left out shows in either.
"""

import statistics
from dataclasses import replace
from time import process_time

import pytest
from tests.services.desk import WRONG, Desk, refusal

from twogate.rules.factors.registry import Parameters
from twogate.store.unit import Unit
from twogate.terms.account import Credential, User
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.reasons import Reason

MOST = 0.005  # seconds between the medians
EACH = 9  # tries per name: the tenth would lock it


async def _crowd(unit: Unit, password: Credential, names: list[str]) -> None:
    """People with one and the same password."""
    for name in names:
        user = UserId(f"usr_{name}")
        await unit.users.add(User(user, name, name, "", password.created, enrolled_once=True))
        own = Credential(CredentialId(f"crd_{name}"), user, "password", "", password.state, 1, password.created)
        await unit.credentials.add(own)


async def _took(desk: Desk, name: str) -> float:
    begun = process_time()
    screen = await desk.give_password(name, WRONG)
    took = process_time() - begun
    assert refusal(screen).reason is Reason.PASSWORD_WRONG
    return took


@pytest.mark.parametrize("samples", [9, pytest.param(300, marks=pytest.mark.slow)])
async def test_case_33_medians_of_known_and_unknown_names(desk: Desk, samples: int) -> None:
    """With the real Argon2 parameters the medians of both kinds of name are within five milliseconds."""
    desk = replace(desk, parameters=Parameters())
    alice = await desk.add()
    async with desk.store.read() as unit:
        (password,) = await unit.credentials.of_user(alice.user.id)
    names = [str(at) for at in range(samples // EACH + 1)]
    async with desk.store.work() as unit:
        await _crowd(unit, password, [f"known{name}" for name in names])
    took: dict[str, list[float]] = {"known": [], "other": []}
    for at in range(samples):
        for kind in ("known", "other") if at % 2 else ("other", "known"):
            took[kind].append(await _took(desk, kind + names[at // EACH]))
    difference = statistics.median(took["known"]) - statistics.median(took["other"])
    assert statistics.median(took["other"]) > MOST  # it was hashed, at a cost that would be seen
    assert abs(difference) < MOST, difference
