"""A child that dies with its parent (Linux ``prctl(2)``, PR_SET_PDEATHSIG).

Decides what happens to HAProxy when the agent is killed outright: it ends too, because a gateway that nobody tells
about revocations must not go on. Orderly ends are left to ``supervise``.
"""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child runs between fork and exec; bound to the thread that starts the child."""
    parent = os.getpid()

    def arrange() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # the parent ended before the arrangement stood
            os._exit(1)

    return arrange
