"""An account as the rules want to see it."""

from dataclasses import replace

from tests.services.desk import CALLER, Desk

from twogate.rules.factors.contract import Role
from twogate.services.accounts import Accounts, Loaded
from twogate.terms.ids import DeviceId
from twogate.terms.secret import Secret


def _accounts(desk: Desk) -> Accounts:
    return Accounts(desk.authenticators.registry, desk.settings)


async def _load(desk: Desk, name: str, device: DeviceId | None = None) -> Loaded:
    async with desk.store.read() as unit:
        caller = replace(CALLER, device=device)
        return await _accounts(desk).by_name(unit, name, caller=caller, now=desk.clock.now())


async def test_a_known_account_comes_with_its_factors_in_order(desk: Desk) -> None:
    """First factor, second factors, recovery codes; each with its role and whether anything is left of it."""
    alice = await desk.alice()
    loaded = await _load(desk, "alice")
    assert loaded.user is not None
    assert loaded.facts.user == alice.user.id
    assert loaded.facts.enrolled_once
    assert [one.role for one in loaded.facts.enrolled] == [Role.FIRST, Role.SECOND, Role.RECOVERY]
    assert all(one.usable for one in loaded.facts.enrolled)
    assert loaded.credential(loaded.facts.enrolled[0].credential) is not None


async def test_an_unknown_name_has_nothing(desk: Desk) -> None:
    """No person, no factors; the facts are of the same shape."""
    loaded = await _load(desk, "nobody")
    assert (loaded.user, loaded.credentials, loaded.facts.enrolled, loaded.facts.user) == (None, (), (), None)
    assert loaded.facts.offered


async def test_disabled_credentials_are_left_out(desk: Desk) -> None:
    """They neither answer nor keep a proof alive."""
    await desk.alice()
    before = await _load(desk, "alice")
    second = next(one for one in before.facts.enrolled if one.role is Role.SECOND)
    async with desk.store.work() as unit:
        await unit.credentials.set_disabled(second.credential, desk.clock.now())
    after = await _load(desk, "alice")
    assert second.credential not in {one.credential for one in after.facts.enrolled}


async def test_a_device_counts_only_for_its_owner(desk: Desk) -> None:
    """Somebody else's device cookie is no device here."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    hers = (await desk.known(alice)).device
    assert hers is not None
    assert (await _load(desk, "alice", hers)).device == hers
    assert (await _load(desk, bob.user.name, hers)).device is None
    assert (await _load(desk, "nobody", hers)).device is None


async def test_a_factor_gone_from_the_registry_counts_as_removed(desk: Desk) -> None:
    """A credential that nobody can check opens nothing."""
    await desk.alice()
    async with desk.store.work() as unit:
        user = await unit.users.by_name("alice")
        assert user is not None
        mine = await unit.credentials.of_user(user.id)
        await unit.credentials.add(replace(mine[0], id=type(mine[0].id)("crd_old"), factor="carrier_pigeon"))
    loaded = await _load(desk, "alice")
    assert len(loaded.credentials) == 4
    assert len(loaded.facts.enrolled) == 3


async def test_labels_name_service_and_person(desk: Desk) -> None:
    """What an authenticator app shows, and what a password must not be."""
    alice = await desk.alice()
    label = _accounts(desk).label(alice.user)
    assert (label.issuer, label.name) == ("Twogate", "alice")
    assert "alice" in label.words
    assert _accounts(desk).nobody("x", desk.clock.now()).facts.enrolled == ()


async def test_a_proof_stands_as_long_as_its_credential(desk: Desk) -> None:
    """What was proved by a credential that was replaced is left out; the rest stays."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    await desk.people.reset_password(alice.user.id, password=Secret("another-plum-orbit"), actor="cli:test")
    loaded = await _load(desk, "alice")
    assert [proof.factor for proof in done.session.proofs] == ["password", "totp"]
    assert [proof.factor for proof in loaded.standing(done.session.proofs)] == ["totp"]
