"""What can go wrong on the way to a token, each with a sentence for people. No text here carries a secret."""


class TwogateError(Exception):
    """Everything that this package raises."""


class AddressRefusedError(TwogateError):
    """An address that credentials must not be sent to: neither https nor this machine itself, or somebody else's."""


class DiscoveryError(TwogateError):
    """The API does not say, or not credibly, where to sign in (RFC 9728, RFC 8414)."""


class SignInError(TwogateError):
    """Nobody was signed in: ``code`` is the server's own word for it (RFC 6749 section 5.2), if it said one."""

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class MixUpError(SignInError):
    """The answer came from another authorization server than the one that was asked (RFC 9207)."""


class BindingError(SignInError):
    """The server gave a token that whoever finds it can use, though one bound to a key was asked for (RFC 9449)."""


class UnavailableError(TwogateError):
    """The authorization server does not answer; what is kept stays as it is."""


class KeepingError(TwogateError):
    """The place where tokens are kept is not fit for it: open to others, or not readable."""
