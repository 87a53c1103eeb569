"""Exit codes: the same meaning in every command, so that a script can tell a "no" from a fault.

Decides the closed list. docs/reference/exit-codes.md shows it, and a test holds the two equal.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell gets to know."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNAVAILABLE = 3
    CONFIGURATION = 4
    INTERNAL = 70
    INTERRUPTED = 130


MEANING: dict[ExitCode, str] = {
    ExitCode.OK: "Done, or the check passed.",
    ExitCode.REFUSED: "The answer is no: a check failed, the thing named does not exist, or the request was refused.",
    ExitCode.USAGE: "The command line is wrong.",
    ExitCode.UNAVAILABLE: "Something needed does not answer: database, control plane, port, disk.",
    ExitCode.CONFIGURATION: "Settings, policy, keys or the data directory are not usable.",
    ExitCode.INTERNAL: "A fault in Twogate itself; run again with --debug and report what it prints.",
    ExitCode.INTERRUPTED: "Stopped by Ctrl-C.",
}
