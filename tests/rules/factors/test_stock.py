"""What factors of things with serials usually answer."""

from twogate.rules.factors.stock import ELSEWHERE, Stocked
from twogate.terms.secret import Secret


class _Badge(Stocked):
    """A thing that says its own name."""

    def addressed(self, given: Secret) -> str:
        return given.text()


def test_a_thing_comes_out_of_the_store_unless_its_secret_is_elsewhere() -> None:
    """By default nobody takes one, nothing stands in for it, nobody outside is asked."""
    badge = _Badge()
    assert badge.stocked({})
    assert not badge.stocked({ELSEWHERE: True})
    assert not badge.may_take
    assert badge.stands_in(Secret("A1")) is None
    assert badge.consult([{}], Secret("A1")) == ""


def test_a_claim_is_a_serial_that_was_typed_before_or_the_name_in_the_proof() -> None:
    """The serial comes first: what is typed after it is a code."""
    badge = _Badge()
    assert badge.claims({"serial": "S1"}, Secret("755224")) == "S1"
    assert badge.claims({}, Secret("A1")) == "A1"
    assert Stocked().claims({}, Secret("755224")) == ""
