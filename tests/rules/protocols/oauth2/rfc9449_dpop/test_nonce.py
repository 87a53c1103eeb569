"""Nonces: ours, young, and told from everything else that is signed here."""

from joserfc.jwk import ECKey
from tests.ports import NOON

from twogate.rules.protocols.jose import es256
from twogate.rules.protocols.oauth2.rfc9449_dpop import nonce

KEY = ECKey.generate_key("P-256")
KEYS = {"k1": KEY}


def test_a_nonce_is_good_for_five_minutes() -> None:
    """Any process that has the key knows it; afterwards, and from the future, it is none."""
    made = nonce.make(kid="k1", key=KEY, now=NOON)
    for seconds in (-1, 0, nonce.LIFE):
        assert nonce.good(made, KEYS, now=NOON.plus(seconds))
    for seconds in (-2, nonce.LIFE + 1):
        assert not nonce.good(made, KEYS, now=NOON.plus(seconds))


def test_what_is_not_ours_is_none() -> None:
    """Another key, another type of token, other claims, nothing at all."""
    stranger = nonce.make(kid="k1", key=ECKey.generate_key("P-256"), now=NOON)
    typed = es256.sign({"made": NOON.seconds}, typ="at+jwt", kid="k1", key=KEY).text()
    said = [es256.sign(claims, typ=nonce.TYPE, kid="k1", key=KEY).text() for claims in ({}, {"made": "now"})]
    for text in (stranger, typed, *said, "", "x"):
        assert not nonce.good(text, KEYS, now=NOON)
