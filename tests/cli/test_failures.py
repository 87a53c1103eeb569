"""Every exception becomes a line with an exit code, and only an unknown one is called a fault of ours."""

import sqlite3

import pytest

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import explain, from_refusal, misconfigured, refused
from twogate.dataplane.faults import AddressTakenError, BinaryMissingError
from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.terms.reasons import SENTENCE, Reason
from twogate.terms.verdict import Refused


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (AddressTakenError("127.0.0.1:80 is in use"), ExitCode.UNAVAILABLE, "127.0.0.1:80 is in use"),
        (BinaryMissingError("no haproxy on PATH"), ExitCode.CONFIGURATION, "no haproxy on PATH"),
        (OSError(28, "No space left on device", "/data/x"), ExitCode.UNAVAILABLE, "/data/x"),
        (PermissionError(13, "Permission denied", "/data/x"), ExitCode.UNAVAILABLE, "permission denied"),
        (sqlite3.OperationalError("database is locked"), ExitCode.UNAVAILABLE, "database is locked"),
        (misconfigured("no policy"), ExitCode.CONFIGURATION, "no policy"),
        (ZeroDivisionError("secret 42"), ExitCode.INTERNAL, "internal fault: ZeroDivisionError"),
    ],
)
def test_each_failure_has_its_exit_code(error: Exception, code: ExitCode, said: str) -> None:
    """What is known is told with its own code; of what is not known only the type is told."""
    (failure,) = explain(error)
    assert failure.code is code
    assert said in failure.text
    assert "42" not in failure.text


def test_every_mistake_of_the_settings_is_told() -> None:
    """Settings with two mistakes give two lines, each with its place and way out."""
    told = explain(SettingsInvalid(Mistake("a.toml:1", "wrong", "do this"), Mistake("a.toml:2", "wrong too")))
    assert [(one.text, one.hint) for one in told] == [("a.toml:1: wrong", "do this"), ("a.toml:2: wrong too", "")]
    assert {one.code for one in told} == {ExitCode.CONFIGURATION}


def test_a_refusal_speaks_in_its_own_sentence() -> None:
    """A "no" of a service is its sentence and detail; malformed input is the detail alone, which says what to mend."""
    assert from_refusal(Refused(Reason.NAME_TAKEN, "alice")).text == f"{SENTENCE[Reason.NAME_TAKEN]} alice"
    assert from_refusal(Refused(Reason.INPUT_MALFORMED, "the mail address")).text == "the mail address"
    assert refused("no").code is ExitCode.REFUSED
