"""A child that dies with its parent."""

import contextlib
import os
import signal
import subprocess
import sys
import time

_PARENT = """
import os, subprocess, sys, signal
from twogate.dataplane.orphans import die_with_parent
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], preexec_fn=die_with_parent())
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
_LATE = """
import os
from twogate.dataplane.orphans import die_with_parent
arrange = die_with_parent()
if os.fork() == 0:
    os.setpgid(0, 0)
    if os.fork() == 0:
        arrange()
        os._exit(0)
    os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def _alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError, FileNotFoundError), open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
        return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_killed_parent_takes_its_child_along() -> None:
    """The parent is killed outright, without a chance to say anything; the child ends all the same."""
    parent = subprocess.run([sys.executable, "-c", _PARENT], capture_output=True, text=True, check=False)
    child = int(parent.stdout)
    assert parent.returncode == -signal.SIGKILL
    for _ in range(200):
        if not _alive(child):
            break
        time.sleep(0.01)
    alive = _alive(child)
    if alive:
        os.kill(child, signal.SIGKILL)
    assert not alive


def test_a_child_of_somebody_else_does_not_begin() -> None:
    """The parent ended before the arrangement stood: the child exits before it execs anything."""
    assert subprocess.run([sys.executable, "-c", _LATE], check=False).returncode == 1
