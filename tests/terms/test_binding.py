"""What a token is bound to: a key and a certificate are never taken for each other."""

from twogate.terms.binding import key_of, of_key


def test_a_key_and_a_certificate_are_told_apart() -> None:
    """A thumbprint that is written as a key's is read as a key's, and a certificate's is not."""
    assert key_of(of_key("abc")) == "abc"
    assert key_of("abc") == ""
    assert key_of("") == of_key("") == ""
