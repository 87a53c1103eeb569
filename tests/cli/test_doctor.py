"""The doctor sees what is wrong and says what to do."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.mmdb import write_mmdb
from tests.ports import NOON

from twogate.cli.main import run
from twogate.dataplane.binary import find_binary
from twogate.dataplane.supervise import Haproxy, Process
from twogate.outside.clock import SystemClock

_BARE = """
global
    log stderr format raw daemon
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend bare
    bind 127.0.0.1:{port}
    http-request return status 204
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "d"
    assert run(["init", "--upstream", "http://127.0.0.1:9", "--data", str(folder)]) == 0
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def _set(data: Path, **gateway: str) -> None:
    lines = [f'{key} = "{value}"' for key, value in gateway.items()]
    (data / "settings.toml").write_text("\n".join(["[gateway]", *lines, ""]))


def _findings(data: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, str]]]:
    capsys.readouterr()
    code = run(["doctor", "--data", str(data), "--json"])
    return code, {one["what"]: one for one in json.loads(capsys.readouterr().out)}


def test_a_fresh_installation_is_well(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing fails; that nothing runs yet is a warning with the command to run."""
    code, found = _findings(data, capsys)
    assert code == 0
    assert {one["health"] for one in found.values()} <= {"ok", "warn"}
    assert "twogate up" in found["control"]["advice"]


def test_a_key_that_others_can_read_fails(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An open master key is a failure, told with the command that closes it."""
    (data / "master.key").chmod(0o644)
    code, found = _findings(data, capsys)
    assert code == 1
    assert found["files"]["health"] == "fail"
    assert "chmod" in found["files"]["advice"]


def test_a_broken_policy_fails(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes in the policy are a failure, and the other looks are still taken."""
    (data / "twogate.toml").write_text("public_url = 3\n")
    code, found = _findings(data, capsys)
    assert code == 1
    assert found["policy"]["health"] == "fail"
    assert found["database"]["health"] == "ok"


def test_a_port_that_another_program_holds_fails(data: Path, taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The listen port in foreign hands is a failure that names the port and the setting."""
    _set(data, listen=f"127.0.0.1:{taken}")
    code, found = _findings(data, capsys)
    assert code == 1
    assert found["listen"]["health"] == "fail"
    assert str(taken) in found["listen"]["seen"]
    assert "gateway.listen" in found["listen"]["advice"]


def test_a_port_that_nobody_holds_is_well(data: Path, taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A free listen port is said to be free, whatever listens on its neighbours."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert free != taken
    _set(data, listen=f"127.0.0.1:{free}")
    _, found = _findings(data, capsys)
    assert found["listen"] == {"health": "ok", "what": "listen", "seen": f"127.0.0.1:{free} is free", "advice": ""}


def test_a_port_that_our_own_gateway_holds_is_well(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The HAProxy of this data directory may hold the port: the doctor is asked while everything runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _set(data, listen=f"127.0.0.1:{port}")
    config = data / "bare.cfg"
    config.write_text(_BARE.format(port=port))
    found = asyncio.run(_beside_haproxy(data, config, capsys))
    assert found["listen"]["health"] == "ok"
    assert "our gateway" in found["listen"]["seen"]


async def _beside_haproxy(data: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    """What the doctor finds while a HAProxy runs with this data directory's master socket."""
    process = Process(
        find_binary(),
        config,
        data / "run" / "haproxy-master.sock",
        listens=(),
        start_timeout=10,
        grace=1,
    )
    haproxy = Haproxy(process, SystemClock())
    await haproxy.start()
    try:
        return (await asyncio.to_thread(_findings, data, capsys))[1]
    finally:
        await haproxy.stop()


def test_the_haproxy_of_the_settings_is_the_one_looked_at(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A binary that is named in the settings and is not there fails, although the bundled one would do."""
    _set(data, haproxy="/no/such/haproxy")
    code, found = _findings(data, capsys)
    assert code == 1
    assert found["programs"]["health"] == "fail"
    assert "/no/such/haproxy" in found["programs"]["seen"]


def _doctor(data: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    run(["doctor", "--data", str(data), "--json"])
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


def _name_countries(data: Path) -> None:
    text = (data / "twogate.toml").read_text().replace("[[rule]]", '[[rule]]\ncountries = ["DE"]\nasn = "AS1"', 1)
    (data / "twogate.toml").write_text(text)


def test_a_policy_that_names_countries_needs_a_database(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Otherwise the gateway would keep the policy before, and nobody would know why."""
    _name_countries(data)
    found = [one for one in _doctor(data, capsys) if one["what"] == "places"]
    assert [one["health"] for one in found] == ["fail", "fail"]
    assert ["country_file" in found[0]["advice"], "asn_file" in found[1]["advice"]] == [True, True]


def test_the_age_of_a_database_is_told(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Addresses change hands: an old file is a warning, a broken one a failure."""
    _name_countries(data)
    city, asn = (write_mmdb(tmp_path / name, {"192.0.2.0/24": {}}) for name in ("city.mmdb", "asn.mmdb"))
    (data / "settings.toml").write_text(f'[places]\ncity_file = "{city}"\nasn_file = "{asn}"\n')
    days = int(SystemClock().now().since(NOON) // 86_400)
    found = [one for one in _doctor(data, capsys) if one["what"] == "places"]
    assert [one["health"] for one in found] == ["warn" if days > 45 else "ok"] * 2
    assert found[0]["seen"] == f"{city}, {days} days old"
    city.write_bytes(b"x")
    (broken,) = [one for one in _doctor(data, capsys) if one["what"] == "places"]
    assert broken["health"] == "fail"
    assert "places.city_file" in broken["seen"]
