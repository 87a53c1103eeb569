"""The machine's generator: the one place where randomness is read."""

import secrets


class SystemEntropy:
    """``terms.ports.Entropy`` on the operating system's generator."""

    def bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)  # noqa: TID251  # this file is the entropy port
