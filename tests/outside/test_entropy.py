"""The one place where randomness is read."""

import pytest

from twogate.outside.entropy import SystemEntropy


@pytest.mark.parametrize("count", [0, 1, 32, 4096])
def test_as_many_bytes_as_asked(count: int) -> None:
    """A key gets its full length."""
    assert len(SystemEntropy().bytes(count)) == count


def test_no_two_draws_are_alike() -> None:
    """Neither two generators nor two draws of one give the same 32 bytes."""
    one, other = SystemEntropy(), SystemEntropy()
    assert len({draw for _ in range(50) for draw in (one.bytes(32), other.bytes(32))}) == 100
