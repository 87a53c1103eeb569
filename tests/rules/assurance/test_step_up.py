"""Is it enough, still, and what is the least to ask for?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import NOON
from tests.rules.assurance.proofs import NATURES, proof, proofs

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.assurance.step_up import Available, Need, met, way_to, youngest
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Proof

OWN = ("password", "totp")


def _available(*factors: str) -> tuple[Available, ...]:
    return tuple(Available(factor, CredentialId(f"crd_{factor}1"), NATURES[factor]) for factor in factors)


def _way(need: Need, shown: tuple[Proof, ...], *factors: str) -> list[str] | None:
    way = way_to(need, shown, _available(*factors), now=NOON, started=NOON)
    return None if way is None else [one.factor for one in way]


@pytest.mark.parametrize(
    ("need", "shown", "missing"),
    [
        (Need(Level.NONE), (), []),
        (Need(Level.AAL1), (), ["password"]),
        (Need(Level.AAL2), (), ["password", "totp"]),
        (Need(Level.AAL2), proofs("password"), ["totp"]),
        (Need(Level.AAL2), proofs("totp"), ["password"]),
        (Need(Level.AAL2), proofs("password", "totp"), []),
        (Need(Level.AAL1, factors=2), proofs("password"), ["totp"]),
        (Need(Level.PHR), proofs("password", "totp"), None),
        (Need(Level.AAL2, factors=3), proofs("password", "totp"), None),
        (Need(Level.AAL2, 300), proofs("password", "totp", at=NOON.plus(-300)), []),
        (Need(Level.AAL2, 300), proofs("password", "totp", at=NOON.plus(-301)), ["password", "totp"]),
        (Need(Level.AAL2, 300), (proof("password", at=NOON.plus(-301)), proof("totp")), ["password"]),
        (Need(Level.AAL2, 300), (proof("password"), proof("totp", at=NOON.plus(-301))), ["totp"]),
        (Need(Level.AAL2, 0), proofs("password", "totp"), []),
    ],
)
def test_only_what_is_missing_or_too_old_is_asked_for(
    need: Need, shown: tuple[Proof, ...], missing: list[str] | None
) -> None:
    """The smallest set that meets the need; none where no set does."""
    assert _way(need, shown, *OWN) == missing


def test_among_equals_the_first_one_is_asked_for() -> None:
    """The order of enrolment decides between two ways of the same length."""
    assert _way(Need(Level.AAL2), proofs("password"), "sms", "totp") == ["sms"]
    assert _way(Need(Level.PHR), proofs("password"), "totp", "certificate", "passkey") == ["certificate"]


def test_one_strong_authenticator_beats_two_weak_ones() -> None:
    """A passkey alone is less to ask for than password and code."""
    assert _way(Need(Level.AAL2), (), "password", "totp", "passkey") == ["passkey"]


def test_what_was_proved_in_the_flow_itself_is_fresh() -> None:
    """A person who is slow between two factors is not asked for the first one again."""
    need, shown = Need(Level.AAL2, 30), proofs("password", "totp")
    assert met(need, shown, now=NOON.plus(200), started=NOON)
    assert not met(need, shown, now=NOON.plus(200), started=NOON.plus(1))


def test_nobody_is_never_fresh() -> None:
    """A need for freshness alone still needs a person."""
    assert not met(Need(Level.NONE, 300), (), now=NOON, started=NOON)
    assert met(Need(Level.NONE), (), now=NOON, started=NOON)


def test_the_youngest_proof_of_a_credential_counts() -> None:
    """Proving the same thing again replaces the older proof; two credentials stay two."""
    old, new, other = proof("totp", at=NOON.plus(-60)), proof("totp"), proof("totp", number=2, at=NOON.plus(-30))
    assert youngest([new, old, other]) == (other, new)


@given(
    st.lists(st.sampled_from(sorted(NATURES)), max_size=4, unique=True),
    st.lists(st.tuples(st.sampled_from(sorted(NATURES)), st.integers(0, 900)), max_size=3),
    st.builds(Need, st.sampled_from(list(Level)), st.one_of(st.none(), st.integers(0, 900)), st.integers(0, 3)),
)
def test_following_the_way_meets_the_need(own: list[str], shown: list[tuple[str, int]], need: Need) -> None:
    """Whoever proves everything that is asked for has what was needed, and nobody is asked for less."""
    given_so_far = tuple(proof(factor, at=NOON.plus(-age)) for factor, age in shown)
    way = way_to(need, given_so_far, _available(*own), now=NOON, started=NOON)
    if way is None:
        everything = youngest((*given_so_far, *proofs(*own)))
        assert add_up(everything).level < need.level or not met(need, everything, now=NOON, started=NOON)
        return
    after = youngest((*given_so_far, *proofs(*(one.factor for one in way))))
    assert met(need, after, now=NOON, started=NOON)
    if met(need, youngest(given_so_far), now=NOON, started=NOON):
        assert way == ()
