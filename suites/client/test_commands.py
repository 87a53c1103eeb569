"""``twogate login``, ``http`` and ``logout`` at the real gateway, as somebody with nothing but an address runs them."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from suites.client.conftest import House, Somebody

from twogate_client import Code

pytestmark = [pytest.mark.xdist_group("client"), pytest.mark.slow]
_SHOWN = re.compile(r"open (\S+) and type (\S+)")


def _end(process: subprocess.Popen[str], given: str | None = None) -> tuple[int, str, str]:
    out, err = process.communicate(given, timeout=60)
    return process.returncode, out, err


def _login(house: House, somebody: Somebody, place: Path, *more: str) -> tuple[int, str, str]:
    process = house.cli(place, "login", house.gate.url, "--device", *more)
    assert process.stderr is not None
    line = process.stderr.readline()
    found = _SHOWN.search(line)
    assert found, line
    somebody.type(Code(found[2], found[1], 120))
    return _end(process)


def test_the_story(house: House, somebody: Somebody, tmp_path: Path) -> None:
    """Not signed in: 1 and a hint. Signed in by device: the answer. Signed out: as before."""
    url = f"{house.gate.url}/orders"
    code, _, err = _end(house.cli(tmp_path, "http", "GET", url))
    assert (code, "twogate login" in err) == (1, True), err
    code, out, err = _login(house, somebody, tmp_path, "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["way"], told["bound"], told["renewable"], told["kept_in"]) == ("device", True, True, "file")
    code, out, err = _end(house.cli(tmp_path, "http", "GET", url))
    assert (code, err) == (0, "")
    assert json.loads(out)["x-auth-client"] == "twogate-cli"
    code, out, _ = _end(house.cli(tmp_path, "logout", house.gate.url, "--json"))
    assert (code, json.loads(out)["revoked"]) == (0, True)
    assert _end(house.cli(tmp_path, "http", "GET", url))[0] == 1


def test_a_service_signs_in_by_file(house: House, tmp_path: Path) -> None:
    """The secret comes from a file and shows up nowhere; a level out of its reach is a no with a number to ask for."""
    secret = tmp_path / "secret"
    secret.write_text(house.secret + "\n")
    process = house.cli(tmp_path, "login", house.gate.url, "--client-id", "job", "--client-secret-file", str(secret))
    code, out, err = _end(process)
    assert code == 0, err
    assert house.secret not in out + err
    process = house.cli(tmp_path, "http", "GET", f"{house.gate.url}/vault/1", "--client-id", "job", "--as-json")
    code, out, err = _end(process)
    assert (code, json.loads(out)["status"]) == (1, 403)
    assert f"twogate policy explain {json.loads(out)['body']['request_id']}" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("login", "http://api.example.com"), 2, "neither https"),
        (("login", "nonsense"), 2, "write https"),
        (("login", "{url}", "--device", "--browser"), 2, "one of"),
        (("login", "https://127.0.0.1:9", "--device"), 3, "does not answer"),
        (("login", "{url}", "--device", "--client-id", "nobody"), 1, "twogate client add"),
        (("http", "GET", "https://127.0.0.1:9/x"), 3, "does not answer"),
        (("http", "GET", "{url}/x", "--json", "{"), 2, "--json"),
        (("http", "G T", "{url}/x"), 2, "no method"),
        (("http", "GET", "{url}/x", "-H", "nonsense"), 2, "Name: value"),
        (("http", "GET", "{url}/x", "-H", "A: b\r\nC: d"), 2, "no header"),
        (("http", "GET", "{url}/x"), 1, "credential_missing"),
    ],
)
def test_mistakes(house: House, tmp_path: Path, arguments: tuple[str, ...], *, code: int, said: str) -> None:
    """One line says what is wrong; the exit code says of which kind it is."""
    line = [one.replace("{url}", house.gate.url) for one in arguments]
    ended, _, err = _end(house.cli(tmp_path, *line))
    assert ended == code, err
    assert said in err
    assert "Traceback" not in err
