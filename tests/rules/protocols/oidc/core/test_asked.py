"""The mark of having been asked."""

from joserfc.jwk import ECKey
from tests.ports import NOON

from twogate.rules.protocols.jose import es256
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oidc.core import asked

KEY = ECKey.generate_key("P-256")
KEYS = {"k": KEY}
REQUEST = Parameters({"client_id": "shop", "scope": "openid", "prompt": "login"})
MARKED = asked.mark(REQUEST, kid="k", key=KEY, now=NOON)


def test_a_mark_tells_since_when() -> None:
    """The request comes back with the moment at which the person was sent away."""
    assert asked.since(MARKED, KEYS, now=NOON.plus(60)) == NOON


def test_an_unmarked_request_was_not_asked() -> None:
    """A new request carries no mark."""
    assert asked.since(REQUEST, KEYS, now=NOON) is None


def test_the_order_of_parameters_does_not_matter() -> None:
    """Browsers and servers may reorder a query."""
    shuffled = Parameters(dict(reversed(MARKED.values.items())))
    assert asked.since(shuffled, KEYS, now=NOON) == NOON


def test_a_mark_is_for_one_request() -> None:
    """Changing any parameter makes the mark worthless."""
    assert asked.since(MARKED.replacing(scope="openid orders:write"), KEYS, now=NOON) is None
    assert asked.since(MARKED.replacing(extra="1"), KEYS, now=NOON) is None


def test_a_mark_ends() -> None:
    """After a quarter of an hour, and before its own time, it is worth nothing."""
    assert asked.since(MARKED, KEYS, now=NOON.plus(asked.LIFE)) == NOON
    assert asked.since(MARKED, KEYS, now=NOON.plus(asked.LIFE + 1)) is None
    assert asked.since(MARKED, KEYS, now=NOON.plus(-1)) is None


def test_a_mark_cannot_be_made_up() -> None:
    """Another key, another type of token, or a moment that is no number is no mark."""
    claims = {"for": "x", "since": int(NOON)}
    for forged in (
        es256.sign(claims, typ=asked.TYPE, kid="k", key=ECKey.generate_key("P-256")).text(),
        es256.sign(claims, typ="at+jwt", kid="k", key=KEY).text(),
        es256.sign(claims | {"since": "now"}, typ=asked.TYPE, kid="k", key=KEY).text(),
        "x",
    ):
        assert asked.since(REQUEST.replacing(**{asked.PARAMETER: forged}), KEYS, now=NOON) is None


def test_marking_again_replaces_the_mark() -> None:
    """A second detour does not pile marks up."""
    again = asked.mark(MARKED, kid="k", key=KEY, now=NOON.plus(5))
    assert len(again.values) == len(MARKED.values)
    assert asked.since(again, KEYS, now=NOON.plus(5)) == NOON.plus(5)
