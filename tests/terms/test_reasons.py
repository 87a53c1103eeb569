"""Every reason has its sentence."""

from twogate.terms.reasons import SENTENCE, Reason


def test_every_reason_has_a_sentence() -> None:
    """No reason is without a sentence for the person who meets it, and each sentence ends."""
    assert set(SENTENCE) == set(Reason)
    assert all(sentence.endswith(".") for sentence in SENTENCE.values())
