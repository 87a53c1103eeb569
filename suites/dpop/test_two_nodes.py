"""The whole product with two gateways: a key instead of a secret, bound tokens, and proofs that count once on both."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx2
import pytest
from suites.edge import edge_process
from suites.gateway.rig import Server
from suites.running import Gate, free_port, up, wait_for_port
from tests.rules.protocols.keys import JWT_BEARER, Caller

from twogate.outside.clock import SystemClock

pytestmark = [pytest.mark.xdist_group("dpop"), pytest.mark.slow]

POLICY = """
public_url = "{url}"

[[upstream]]
name = "api"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
name = "things"
match = "/things/**"
"""
EXAMPLE = Path(__file__).parents[2] / "examples" / "bound_client" / "bound_client.py"
JOB = Caller(number=11)


@dataclass
class Two:
    """Two doors to one API, and a machine with a key."""

    gate: Gate
    ports: tuple[int, int]

    @property
    def host(self) -> str:
        return f"localhost:{self.ports[0]}"

    def send(self, node: int, path: str, headers: dict[str, str]) -> httpx2.Response:
        """One request to one node; to the caller both have one name."""
        named = {"Host": self.host} | headers
        return httpx2.get(f"http://127.0.0.1:{self.ports[node]}{path}", headers=named, timeout=20, trust_env=False)

    def token(self, node: int = 0, **change: str) -> httpx2.Response:
        """Ask for a token with a statement and a proof."""
        now, endpoint = SystemClock().now(), f"http://{self.host}/.twogate/oauth2/token"
        issuer = f"http://{self.host}/.twogate"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": JOB.assertion("job", at=now, aud=issuer, jti=f"{now}-{JOB.made}"),
        }
        headers = {"Host": self.host, "DPoP": JOB.proof("POST", endpoint, at=now, jti=f"{now}-{JOB.made}")}
        where = f"http://127.0.0.1:{self.ports[node]}/.twogate/oauth2/token"
        return httpx2.post(where, data=form | change, headers=headers, timeout=20, trust_env=False)

    def proof(self, path: str, token: str) -> dict[str, str]:
        """Headers of a request with a fresh proof."""
        now = SystemClock().now()
        shown = JOB.proof("GET", f"http://{self.host}{path}", at=now, token=token, jti=f"{now}-{JOB.made}")
        return {"Authorization": f"DPoP {token}", "DPoP": shown}


@pytest.fixture(scope="module")
def two(ground: Path) -> Iterator[Two]:
    with Server() as upstream, up(ground, POLICY.replace("UPSTREAM", str(upstream.port))) as gate:
        (ground / "keys.json").write_text(JOB.jwks)
        options = ("--auth-method", "private_key_jwt", "--jwks", str(ground / "keys.json"), "--require-dpop")
        made = gate.run("client", "add", "Job", "--kind", "service", "--id", "job", *options, "--json")
        assert made.code == 0, made.err
        assert "secret" not in made.json
        key = gate.run("edge-key", "add", "second", "--json")
        assert key.code == 0, key.err
        port, folder = free_port(), ground / "second"
        folder.mkdir()
        config = {
            "directory": str(folder / "edge"),
            "run_directory": str(folder / "run"),
            "key": key.json["key"],
            "control_socket": str(gate.data / "run" / "control.sock"),
            "http_bind": f"127.0.0.1:{port}",
        }
        (folder / "edge.json").write_text(json.dumps(config))
        program = [sys.executable, edge_process.__file__, str(folder / "edge.json")]
        second = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_port(port, process=second)
            yield Two(gate, (gate.port, port))
        finally:
            second.terminate()
            second.wait(20)


def test_a_machine_with_a_key_gets_in_at_both_doors(two: Two) -> None:
    """Statement and proof for a token, token and proof for the API; without a proof there is no token at all."""
    answer = two.token()
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "DPoP"
    token = answer.json()["access_token"]
    for node in (0, 1):
        assert two.send(node, "/things/1", two.proof("/things/1", token)).status_code == 200
        bare = two.send(node, "/things/1", {"Authorization": f"Bearer {token}"})
        assert (bare.status_code, bare.json()["reason"]) == (401, "binding_missing")


def test_case_51_one_proof_at_two_nodes(two: Two) -> None:
    """Forty uses of one proof at the same time, half of them at each node: one passes, whatever the race."""
    token = two.token().json()["access_token"]
    for _ in range(5):
        headers = two.proof("/things/1", token)
        with ThreadPoolExecutor(20) as pool:
            asked = [pool.submit(two.send, number % 2, "/things/1", headers) for number in range(40)]
        answers = [one.result() for one in asked]
        assert sum(one.status_code == 200 for one in answers) == 1
        assert {one.json()["reason"] for one in answers if one.status_code != 200} == {"dpop_replayed"}


def test_case_51_one_statement_at_two_nodes(two: Two) -> None:
    """A statement that proved a client once proves it no more, at whichever door."""
    now = SystemClock().now()
    statement = JOB.assertion("job", at=now, aud=f"http://{two.host}/.twogate", jti=f"once-{now}")
    answers = [two.token(number % 2, client_assertion=statement) for number in range(6)]
    assert [one.status_code for one in answers] == [200] + [401] * 5


def test_what_it_costs(two: Two, record_property: Callable[[str, object], None]) -> None:
    """A bound token costs its callers some milliseconds on an idle machine; the figures are kept, the bound is wide."""
    token = two.token().json()["access_token"]
    took = []
    for _ in range(100):
        headers = two.proof("/things/1", token)
        begun = time.perf_counter()
        assert two.send(0, "/things/1", headers).status_code == 200
        took.append(time.perf_counter() - begun)
    record_property("median_ms", round(median(took) * 1000, 2))
    assert median(took) < 0.5


def test_the_example_works(two: Two, tmp_path: Path) -> None:
    """``examples/bound_client`` makes a key, is registered with it, and gets a page with a bound token."""
    program = [sys.executable, str(EXAMPLE)]
    subprocess.run([*program, "new", "keys.json"], cwd=tmp_path, check=True)
    options = ("--auth-method", "private_key_jwt", "--jwks", str(tmp_path / "keys.json"), "--require-dpop")
    made = two.gate.run("client", "add", "report", "--kind", "service", "--id", "report-job", *options)
    assert made.code == 0, made.err
    asked = [*program, "get", "report-job", f"{two.gate.url}/things/today"]
    done = subprocess.run(asked, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "token_type: DPoP" in done.stdout
    assert "report-job" in done.stdout
