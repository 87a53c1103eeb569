"""A policy file as a command sees it: read, checked, its mistakes told as ``file:line: what``.

Decides how mistakes are printed. Finding them is ``rules.policy.check``.
"""

from pathlib import Path

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, misconfigured
from twogate.rules.policy.check import Checked, check
from twogate.rules.policy.lint import Finding
from twogate.rules.policy.mistakes import Mistake
from twogate.rules.policy.model import Policy
from twogate.settings.paths import reason


class PolicyInvalid(CommandFailed):
    """A policy file with mistakes; each becomes a line."""

    def __init__(self, path: str, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(ExitCode.CONFIGURATION, f"{path}: {counted(len(mistakes), 'mistake')}")
        self.path = path
        self.mistakes = mistakes

    @property
    def failures(self) -> tuple[CommandFailed, ...]:
        """One line for each mistake, ready to print."""
        return tuple(CommandFailed(self.code, place(self.path, found), found.hint) for found in self.mistakes)


def counted(count: int, word: str) -> str:
    """Write "1 mistake", "2 mistakes"."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def place(path: str, mistake: Mistake) -> str:
    """Write a mistake as ``file:line: where: what``, which editors can jump to."""
    where = f"{mistake.where}: " if mistake.where else ""
    return f"{path}:{mistake.line}: {where}{mistake.message}"


def advice(path: str, finding: Finding) -> str:
    """Write a lint finding the same way."""
    rule = f"{finding.rule}: " if finding.rule else ""
    return f"{path}:{finding.line}: {rule}{finding.sentence} ({finding.detail})"


def read_text(path: Path) -> str:
    """Read a policy file that the command line named.

    Raises:
        CommandFailed: it cannot be read, or is not text.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise misconfigured(f"{path}: cannot read it: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise misconfigured(f"{path}: is not UTF-8 text (byte {error.start})", "save it as UTF-8") from error


def read_checked(path: Path) -> tuple[Checked, str]:
    """Return what a file says and its text."""
    text = read_text(path)
    return check(text), text


def usable(checked: Checked, path: str) -> Policy:
    """Return the policy.

    Raises:
        PolicyInvalid: with every mistake.
    """
    if checked.policy is None:
        raise PolicyInvalid(path, checked.mistakes)
    return checked.policy


def read_policy(path: Path) -> Policy:
    """Return the policy in a file.

    Raises:
        PolicyInvalid: with every mistake.
        CommandFailed: the file cannot be read.
    """
    checked, _ = read_checked(path)
    return usable(checked, str(path))
