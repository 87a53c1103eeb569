"""What ``haproxy -c`` says becomes one line."""

from pathlib import Path

import pytest

from twogate.dataplane.binary import Binary
from twogate.dataplane.check import check_configuration, first_alerts
from twogate.dataplane.faults import ConfigRefusedError

GOOD = """defaults
  mode http
  timeout client 1s
  timeout server 1s
  timeout connect 1s
frontend f
  bind unix@{path}/s
  http-request return status 200
"""


async def test_a_good_configuration_passes(binary: Binary, tmp_path: Path) -> None:
    """A configuration that HAProxy accepts is not complained about."""
    (tmp_path / "haproxy.cfg").write_text(GOOD.format(path=tmp_path))
    await check_configuration(binary, tmp_path / "haproxy.cfg")


async def test_a_bad_configuration_is_refused_with_haproxys_words(binary: Binary, tmp_path: Path) -> None:
    """The refusal holds what HAProxy objects to and on which line, and no path of the machine."""
    (tmp_path / "haproxy.cfg").write_text(GOOD.format(path=tmp_path) + "  bogus here\n")
    with pytest.raises(ConfigRefusedError, match=r"\[haproxy.cfg:9\] : unknown keyword 'bogus'") as caught:
        await check_configuration(binary, tmp_path / "haproxy.cfg")
    assert str(tmp_path) not in str(caught.value)
    assert "Error(s) found" not in str(caught.value)


async def test_a_missing_map_file_is_refused(binary: Binary, tmp_path: Path) -> None:
    """A map that the configuration names and nobody wrote is found by the check, not by the reload."""
    text = GOOD.format(path=tmp_path) + "  http-request deny if { path,map_str(no.map) -m found }\n"
    (tmp_path / "haproxy.cfg").write_text(text)
    with pytest.raises(ConfigRefusedError, match="failed to open pattern file"):
        await check_configuration(binary, tmp_path / "haproxy.cfg")


def test_output_without_alerts_still_says_something() -> None:
    """A HAProxy that dies without an alert is quoted with its first line."""
    assert first_alerts("segfault\nmore\n") == "segfault"
    assert first_alerts("") == "no reason given"
