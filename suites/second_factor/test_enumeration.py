"""What the pages answer tells nobody who has an account, or a passkey: bodies, headers, options and time.

Time is that of the processor, of all threads, as in ``test_timing``; passwords are hashed at their real cost.
"""

import re
import shutil
import statistics
from collections.abc import AsyncIterator
from pathlib import Path
from time import process_time

import httpx2
import pytest
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy
from tests.web.house import Browser, House

from twogate.rules.factors.contract import Factor
from twogate.settings.model import Settings
from twogate.store.unit import Store, Unit
from twogate.terms.account import Credential, User
from twogate.terms.ids import CredentialId, UserId

MOST = 0.005  # seconds between the medians
EACH = 9  # tries for one name: the tenth would lock it
KINDS = ("codes", "touch", "empty")  # an app's owner, a passkey's owner, nobody; names of one length
SIGN_IN = "/.twogate/sign-in"
_NEW_EACH_TIME = re.compile(
    r"(name=\"form_token\" value=\"[^\"]*\"|challenge(?:&#34;|&quot;|\"): ?(?:&#34;|&quot;|\")[\w-]+)"
)


@pytest.fixture
async def site(tmp_path: Path, empty: Path) -> AsyncIterator[House]:
    """The application with passwords that cost what they cost in earnest."""
    shutil.copyfile(empty, tmp_path / "site.db")
    entropy = SeededEntropy()
    store = await Store.open(f"sqlite:///{tmp_path / 'site.db'}", master_key=MASTER_KEY, entropy=entropy)
    built = House.build(store, FakeClock(), entropy, settings=Settings())
    yield built
    await built.close()
    await store.close()


async def _crowd(site: House, names: int) -> None:
    """People with one and the same password, and an app or a passkey beside it."""
    first = await site.person("first", second=False)
    async with site.deps.store.work() as unit:
        (password,) = await unit.credentials.of_user(first.id)
        for kind, factor in (("codes", "totp"), ("touch", "webauthn")):
            found = site.deps.authenticators.registry.get(factor)
            assert found is not None
            for at in range(names):
                await _add(unit, f"{kind}{at}", password, factor=found)


async def _add(unit: Unit, name: str, password: Credential, *, factor: Factor) -> None:
    now, user = password.created, UserId(f"usr_{name}")
    await unit.users.add(User(user, name, name, "", now, enrolled_once=True))
    second = factor.decoy(SeededEntropy(name))
    for one, kept in (("password", password.state), (factor.name, second)):
        identifier = f"id-{name}" if one == "webauthn" else None
        credential = CredentialId(f"crd_{one}_{name}")
        await unit.credentials.add(Credential(credential, user, one, "", kept, 1, now, identifier=identifier))


def _told(answer: httpx2.Response, name: str) -> tuple[object, ...]:
    """Everything of an answer but what is new each time and the name that was typed."""
    own = {"x-request-id", "date", "set-cookie"}
    headers = sorted((key, value) for key, value in answer.headers.items() if key not in own)
    body = _NEW_EACH_TIME.sub("", answer.text).replace(answer.headers.get("x-request-id", "-"), "")
    return answer.status_code, headers, body.replace(name, "NAME")


async def _try(browser: Browser, name: str) -> tuple[float, tuple[object, ...]]:
    await browser.get(SIGN_IN)
    begun = process_time()
    answer = await browser.fill(name=name, password="not this one, whoever it is")
    return process_time() - begun, _told(answer, name)


@pytest.mark.parametrize("samples", [9, pytest.param(300, marks=pytest.mark.slow)])
async def test_case_33_passkey_options_and_sign_in_tell_nothing(site: House, samples: int) -> None:
    """An app's owner, a passkey's owner and nobody: one answer with one set of options, and medians within 5 ms."""
    await _crowd(site, samples // EACH + 1)
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for at in range(samples):
        told = []
        for kind in KINDS[at % 3 :] + KINDS[: at % 3]:
            seconds, answer = await _try(site.browser(), f"{kind}{at // EACH}")
            took[kind].append(seconds)
            told.append(answer)
        assert told[0] == told[1] == told[2]
        assert "webauthn" in str(told[0])
    medians = {kind: statistics.median(found) for kind, found in took.items()}
    assert min(medians.values()) > MOST  # it was hashed
    assert max(medians.values()) - min(medians.values()) < MOST, medians
