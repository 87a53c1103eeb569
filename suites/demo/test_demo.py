"""The demo's story, as `make demo ONCE=1` tells it."""

import re
import subprocess
from pathlib import Path

from suites.running import TWOGATE, environment, free_port


def test_every_step_is_as_told(tmp_path: Path) -> None:
    """Exit status 0, twelve steps, no step that went otherwise, and no traceback."""
    done = subprocess.run(
        [*TWOGATE, "demo", "--once", "--listen", f"127.0.0.1:{free_port()}"],
        env=environment(tmp_path / "d"),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    told = re.search(r"As told\s+(\d+) steps, (\d+) checks", done.stdout)
    assert told is not None
    assert int(told[1]) == 12
    assert int(told[2]) >= 25
    assert "Traceback" not in done.stdout + done.stderr
