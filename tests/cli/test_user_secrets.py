"""Secrets through the terminal."""

import io

import pytest

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.cli.user_secrets import qr_code, read_password


@pytest.mark.parametrize(
    ("given", "read"),
    [(b"pass\n", "pass"), (b"pass\r\n", "pass"), (b"pass", "pass"), (b" p \n\n", " p \n"), (b"a\nb", "a\nb")],
)
def test_one_newline_at_the_end_is_not_part_of_a_password(given: bytes, read: str) -> None:
    """What ``echo`` adds is taken off; blanks and newlines of the password itself stay."""
    assert read_password(io.BytesIO(given)).text() == read


@pytest.mark.parametrize("given", [b"", b"\n", b"\r\n", b"x" * 4_097])
def test_nothing_and_far_too_much_are_usage_errors(given: bytes) -> None:
    """An empty pipe does not become an empty password, and a file is not swallowed whole."""
    with pytest.raises(CommandFailed) as told:
        read_password(io.BytesIO(given))
    assert told.value.code is ExitCode.USAGE


def test_a_qr_code_has_a_quiet_zone() -> None:
    """ISO/IEC 18004: four modules of margin, without which cameras do not find it."""
    lines = qr_code("otpauth://totp/x?secret=ABC").splitlines()
    assert len(lines) > 10
    assert len(set(lines[:2])) == 1
