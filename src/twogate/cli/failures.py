"""From any exception to one line that says what is wrong, what to do, and which exit code it is.

Decides the words a person sees when a command cannot do its work; a traceback is shown with --debug only.
"""

import sqlite3

from twogate.cli.exit_codes import ExitCode
from twogate.dataplane.faults import BinaryMissingError, DataPlaneError
from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.paths import reason
from twogate.terms.reasons import SENTENCE, Reason
from twogate.terms.verdict import Refused


class CommandFailed(Exception):  # noqa: N818  # it says what happened
    """A command ends here: ``text`` is one line, ``hint`` the way out."""

    def __init__(self, code: ExitCode, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.hint = hint

    @property
    def failures(self) -> "tuple[CommandFailed, ...]":
        """The lines to print; a failure with many causes has one for each."""
        return (self,)


def refused(text: str, hint: str = "") -> CommandFailed:
    """The answer is no."""
    return CommandFailed(ExitCode.REFUSED, text, hint)


def unavailable(text: str, hint: str = "") -> CommandFailed:
    """Something needed does not answer."""
    return CommandFailed(ExitCode.UNAVAILABLE, text, hint)


def misconfigured(text: str, hint: str = "") -> CommandFailed:
    """Settings, policy, keys or the data directory are not usable."""
    return CommandFailed(ExitCode.CONFIGURATION, text, hint)


def from_refusal(answer: Refused) -> CommandFailed:
    """Turn a service's "no" into the command's."""
    if answer.reason is Reason.INPUT_MALFORMED and answer.detail:
        return refused(answer.detail)
    return refused(f"{SENTENCE[answer.reason]} {answer.detail}".strip())


def explain(error: BaseException) -> tuple[CommandFailed, ...]:
    """Return the lines to print; an unknown exception becomes an internal fault."""
    match error:
        case CommandFailed():
            return error.failures
        case SettingsInvalid():
            return tuple(_of_mistake(mistake) for mistake in error.mistakes)
        case BinaryMissingError():
            return (misconfigured(str(error), "`gateway.haproxy` in settings.toml says which HAProxy runs"),)
        case DataPlaneError():
            return (unavailable(str(error)),)
        case PermissionError():
            return (unavailable(f"{error.filename or 'the system'}: permission denied", "run it as its owner"),)
        case OSError() if error.filename:
            return (unavailable(f"{error.filename}: {reason(error)}"),)
        case OSError():
            return (unavailable(reason(error)),)
        case sqlite3.Error():
            return (unavailable(f"the database does not answer: {error}"),)
        case _ if type(error).__name__ == "StoreUnavailable":
            return (
                unavailable(f"the database does not answer: {error}".rstrip(": "), "`twogate doctor` looks closer"),
            )
        case _:
            name = type(error).__name__
            return (
                CommandFailed(ExitCode.INTERNAL, f"internal fault: {name}", "run again with --debug and report it"),
            )


def _of_mistake(mistake: Mistake) -> CommandFailed:
    return misconfigured(f"{mistake.where}: {mistake.text}", mistake.hint)
