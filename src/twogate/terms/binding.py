"""What a token is bound to, as one word (RFC 7800): the thumbprint of a certificate, or of a key.

Decides how the two are told apart wherever a binding is kept or compared: a certificate's SHA-256 stands alone
(RFC 8705 section 3.1), a key's is written behind ``jkt:`` (RFC 9449 section 6.1). Empty: whoever bears it may use it.
"""

KEY = "jkt:"


def of_key(thumbprint: str) -> str:
    """The binding to a key with this JWK thumbprint (RFC 7638)."""
    return f"{KEY}{thumbprint}" if thumbprint else ""


def key_of(binding: str) -> str:
    """The thumbprint of the key that this binds to; empty when it binds to none."""
    return binding.removeprefix(KEY) if binding.startswith(KEY) else ""
