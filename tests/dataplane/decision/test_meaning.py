"""A configuration comes into force as a whole, or the last good one stays."""

from pathlib import Path

import pytest
from suites.agreement.credentials import VERIFICATION
from tests.dataplane.decision.known import POLICY, PUBLIC_URL
from tests.rules.policy.drafts import toml

from twogate.dataplane.decision.meaning import Meaning
from twogate.dataplane.faults import ConfigRefusedError
from twogate.dataplane.spool import Configuration, Spool
from twogate.terms.changes import VerificationKey

GOOD = Configuration(3, POLICY, VERIFICATION)


@pytest.fixture
def meaning(tmp_path: Path) -> Meaning:
    return Meaning(Spool(tmp_path), hosts=("other.name",))


async def test_a_good_configuration_is_in_force_and_kept(meaning: Meaning) -> None:
    """Policy, names, cookie and keys; on disk for the next start."""
    assert (meaning.now, meaning.policy_version) == (None, 0)
    await meaning.put_in_force(GOOD)
    assert meaning.now is not None
    assert (meaning.policy_version, meaning.now.cookie) == (3, "twogate")
    assert "other.name" in meaning.now.matcher.hosts
    assert meaning._spool.in_force() == GOOD


@pytest.mark.parametrize(
    "bad",
    [
        Configuration(4, "nonsense", VERIFICATION),
        Configuration(4, POLICY, (VerificationKey("k", "no key"),)),
        Configuration(4, toml([{"match": "/a", "countries": ["DE"]}], public_url=PUBLIC_URL), VERIFICATION),
        Configuration(4, toml([{"match": "/a", "asn": ["AS3320"]}], public_url=PUBLIC_URL), VERIFICATION),
    ],
)
async def test_a_bad_one_changes_nothing(meaning: Meaning, bad: Configuration) -> None:
    """A policy that does not parse, a key that is none, places that nobody knows."""
    await meaning.put_in_force(GOOD)
    before = meaning.now
    with pytest.raises(ConfigRefusedError):
        await meaning.put_in_force(bad)
    assert meaning.now is before
    assert meaning.policy_version == 3


async def test_staleness_is_taken_up_without_a_new_configuration(meaning: Meaning) -> None:
    """And stays until it is said otherwise."""
    await meaning.put_in_force(GOOD, stale=True)
    assert meaning.stale
    await meaning.put_in_force(GOOD)
    assert meaning.stale
    await meaning.again(stale=False)
    assert not meaning.stale
    assert not meaning.places_changed()
