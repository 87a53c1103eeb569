"""Would HAProxy take this configuration? Asked of the real binary before anything is replaced.

Decides how its alerts become one clear line. Putting the files in place is left to ``files``.
"""

import asyncio
import re
from pathlib import Path

from twogate.dataplane.binary import Binary
from twogate.dataplane.faults import ConfigRefusedError

_ALERT = re.compile(r"^\[ALERT\]\s+\(\d+\) : (?:config : )?(.*)$", re.MULTILINE)
_SUMMARY = ("Error(s) found", "Fatal errors found")


async def check_configuration(binary: Binary, configuration: Path, *, timeout: float = 60.0) -> None:
    """Run ``haproxy -c`` on the file.

    Raises:
        ConfigRefusedError: it is not accepted, with HAProxy's first alerts.
    """
    process = await asyncio.create_subprocess_exec(
        binary.path,
        "-c",
        "-f",
        str(configuration),
        cwd=configuration.parent,
        env=binary.environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(timeout):
            output, _ = await process.communicate()
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise ConfigRefusedError("haproxy -c did not come to an end") from error
    if process.returncode != 0:
        said = first_alerts(output.decode("utf-8", "replace").replace(f"{configuration.parent}/", ""))
        raise ConfigRefusedError(f"HAProxy refuses the configuration: {said}")


def first_alerts(output: str, *, limit: int = 3) -> str:
    """Return HAProxy's own words for what is wrong, without process ids and closing summaries."""
    alerts = [text.strip() for text in _ALERT.findall(output)]
    telling = [text for text in alerts if not text.startswith(_SUMMARY)]
    chosen = telling or alerts or [line for line in output.splitlines() if line.strip()][:1] or ["no reason given"]
    return "; ".join(chosen[:limit])
