"""Messages that only one browser reads: the RFC's own example, and an independent receiver."""

import hypothesis.strategies as st
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from tests.ports import SeededEntropy
from tests.rules.protocols.webpush.receiver import Receiver, b64, unb64

from twogate.rules.protocols.webpush.encryption import LONGEST, encrypt, encrypt_with
from twogate.rules.protocols.webpush.subscription import Subscription

# RFC 8291, appendix A
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = Receiver.of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "BTBZMqHH6r4Tts7J_aSIgg")
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
    "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def _to(browser: Receiver) -> Subscription:
    return Subscription("https://push.example.net/x", browser.point, browser.auth)


def test_rfc8291_appendix_a() -> None:
    """The example's keys and salt give the example's body, byte for byte."""
    sender = ec.derive_private_key(int.from_bytes(unb64(SENDER), "big"), ec.SECP256R1())
    assert b64(encrypt_with(PLAIN, _to(BROWSER), sender=sender, salt=unb64(SALT))) == BODY


def test_the_receiver_reads_the_rfc_example() -> None:
    """So that it can be trusted with ours."""
    assert BROWSER.read(unb64(BODY)) == PLAIN


@given(plain=st.binary(max_size=LONGEST), seed=st.text(max_size=5))
def test_a_browser_reads_what_was_written(plain: bytes, seed: str) -> None:
    """Whatever the message, and whatever the generator gave."""
    assert BROWSER.read(encrypt(plain, _to(BROWSER), SeededEntropy(seed))) == plain


def test_no_two_messages_are_alike() -> None:
    """Salt and sender's key are new for each; a body fits into one record of 4096 octets."""
    entropy = SeededEntropy()
    made = [encrypt(PLAIN, _to(BROWSER), entropy) for _ in range(3)]
    assert len({one[:16] for one in made}) == len({one[21:86] for one in made}) == 3
    assert len(encrypt(bytes(LONGEST), _to(BROWSER), entropy)) == 86 + LONGEST + 17 <= 4096


def test_nobody_else_reads_it() -> None:
    """Neither another browser's key nor another authentication secret; nor is an altered body read."""
    body = encrypt(PLAIN, _to(BROWSER), SeededEntropy())
    others = (Receiver(ec.generate_private_key(ec.SECP256R1()), BROWSER.auth), Receiver(BROWSER.private, bytes(16)))
    for other in others:
        with pytest.raises(InvalidTag):
            other.read(body)
    with pytest.raises(InvalidTag):
        BROWSER.read(body[:-1] + bytes([body[-1] ^ 1]))


def test_a_message_has_an_end() -> None:
    """What push services need not take is not sent."""
    with pytest.raises(ValueError, match="3993"):
        encrypt(bytes(LONGEST + 1), _to(BROWSER), SeededEntropy())
