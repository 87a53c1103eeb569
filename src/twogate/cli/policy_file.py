"""A policy file as a command sees it: read, checked, its mistakes told as ``file:line: what``.

Decides how mistakes are printed. Finding them is ``rules.policy``.
"""

from pathlib import Path

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, misconfigured
from twogate.rules.policy.mistakes import Mistake
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse_bytes
from twogate.settings.paths import reason


class PolicyInvalid(CommandFailed):
    """A policy file with mistakes; each becomes a line."""

    def __init__(self, path: str, mistakes: tuple[Mistake, ...]) -> None:
        count = len(mistakes)
        text = f"{path}: {count} mistake{'s' if count != 1 else ''}; the policy is not used"
        super().__init__(ExitCode.CONFIGURATION, text)
        self.path = path
        self.mistakes = mistakes

    @property
    def failures(self) -> tuple[CommandFailed, ...]:
        """One line for each mistake, ready to print."""
        return tuple(CommandFailed(self.code, place(self.path, found), found.hint) for found in self.mistakes)


def place(path: str, mistake: Mistake) -> str:
    """Write a mistake as ``file:line: where: what``, which editors can jump to."""
    where = f"{mistake.where}: " if mistake.where else ""
    return f"{path}:{mistake.line}: {where}{mistake.message}"


def read_text(path: Path) -> bytes:
    """Read a file that the command line named.

    Raises:
        CommandFailed: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise misconfigured(f"{path}: cannot read it: {reason(error)}") from error


def read_policy(path: Path) -> tuple[Policy, str]:
    """Return a policy and its text.

    Raises:
        PolicyInvalid: with every mistake.
        CommandFailed: the file cannot be read.
    """
    document = read_text(path)
    found = parse_bytes(document)
    if isinstance(found, tuple):
        raise PolicyInvalid(str(path), found)
    return found, document.decode("utf-8-sig")
