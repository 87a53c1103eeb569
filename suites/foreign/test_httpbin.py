"""httpbin, unmodified, behind the gateway: each kind of request behaves as it does directly.

httpbin runs in an environment of its own, which the Makefile makes. What differs by design is left out of the
comparison: headers that the gateway sets (X-Request-Id, X-Auth-*, RateLimit, Vary, Host and X-Forwarded-* as httpbin
echoes them) and hop-by-hop headers.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from suites.running import Gate, free_port, up, wait_for_port

PEERS = Path(__file__).resolve().parents[2] / ".venv-peers/bin"
LEFT_OUT = {"date", "server", "connection", "keep-alive", "transfer-encoding", "x-request-id", "vary", "via"}
POLICY = """
public_url = "{url}"
[[upstream]]
name = "bin"
url = "http://127.0.0.1:%d"
[[rule]]
match = ["/**"]
require = "aal1"
[[rule]]
match = ["/basic-auth/**", "/bearer"]
require = "none"
"""
TEN_MEGABYTES = b"0123456789" * 1_000_000


@contextmanager
def httpbin() -> Iterator[int]:
    port = free_port()
    command = [str(PEERS / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--threads", "8", "httpbin:app"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process=process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx2.Client, httpx2.Client, Gate]]:
    with httpbin() as port, up(tmp_path_factory.mktemp("f"), POLICY % port) as gate:
        bearer = {"Authorization": f"Bearer {gate.token()}"}
        direct = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        through = httpx2.Client(base_url=gate.url, headers=bearer, timeout=30)
        with direct, through:
            yield direct, through, gate


def _facts(answer: httpx2.Response) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name not in LEFT_OUT}
    return answer.status_code, headers, answer.content


@pytest.mark.parametrize("path", ["/status/204", "/status/404", "/status/418", "/status/500", "/encoding/utf8", "/xml"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_answers_are_the_same(pair: tuple[httpx2.Client, httpx2.Client, Gate], method: str, path: str) -> None:
    """Status, headers and body of many kinds of answer."""
    direct, through, _ = pair
    assert _facts(through.request(method, path)) == _facts(direct.request(method, path))


@pytest.mark.parametrize("path", ["/gzip", "/deflate", "/brotli", "/stream/20", "/image/png", "/image/svg", "/html"])
def test_bodies_of_every_coding_arrive(pair: tuple[httpx2.Client, httpx2.Client, Gate], path: str) -> None:
    """Compressed, chunked and binary answers decode to something of the same kind and status."""
    direct, through, _ = pair
    there, here = through.get(path), direct.get(path)
    assert (there.status_code, there.headers["content-type"]) == (here.status_code, here.headers["content-type"])
    assert there.headers.get("content-encoding") == here.headers.get("content-encoding")
    assert there.content
    if "image" in path or path == "/html":
        assert there.content == here.content


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_bodies_go_up_unchanged(pair: tuple[httpx2.Client, httpx2.Client, Gate], method: str) -> None:
    """Forms, JSON and chunked uploads reach the upstream as they were sent."""
    _, through, _ = pair
    path = f"/{method.lower()}"
    assert through.request(method, path, json={"a": "ü"}).json()["json"] == {"a": "ü"}
    assert through.request(method, path, data={"a": "b c"}).json()["form"] == {"a": "b c"}
    assert through.request(method, path, content=iter([b"ab", b"cd"])).json()["data"] == "abcd"


def test_large_bodies_pass_both_ways(pair: tuple[httpx2.Client, httpx2.Client, Gate]) -> None:
    """Ten megabytes up come back in httpbin's echo; a hundred kilobytes of random bytes are the same both ways."""
    direct, through, _ = pair
    assert len(through.post("/post", content=TEN_MEGABYTES).json()["data"]) == len(TEN_MEGABYTES)
    assert through.get("/bytes/100000?seed=1").content == direct.get("/bytes/100000?seed=1").content


def test_redirects_stay_in_front_of_the_gateway(pair: tuple[httpx2.Client, httpx2.Client, Gate]) -> None:
    """Relative redirects, and absolute ones built from Host, lead back through the gateway."""
    _, through, gate = pair
    assert through.get("/relative-redirect/1").headers["location"] == "/get"
    absolute = through.get("/absolute-redirect/1").headers["location"]
    assert absolute.startswith(f"{gate.url}/")


def test_conditional_and_partial_requests(pair: tuple[httpx2.Client, httpx2.Client, Gate]) -> None:
    """ETag, If-None-Match and Range work as they do directly."""
    _, through, _ = pair
    assert through.get("/etag/abc", headers={"If-None-Match": "abc"}).status_code == 304
    assert through.get("/etag/abc", headers={"If-Match": "xyz"}).status_code == 412
    part = through.get("/range/1000", headers={"Range": "bytes=10-19"})
    assert (part.status_code, len(part.content)) == (206, 10)


def test_cookies_of_the_upstream_pass(pair: tuple[httpx2.Client, httpx2.Client, Gate]) -> None:
    """The upstream's cookies go both ways; ours never reach it."""
    _, through, _ = pair
    through.get("/cookies/set?flavour=oat")
    assert through.cookies["flavour"] == "oat"
    assert through.get("/cookies", headers={"Cookie": "flavour=oat; twogate-device=x"}).json()["cookies"] == {
        "flavour": "oat"
    }


def test_the_upstreams_own_basic_authentication_works(pair: tuple[httpx2.Client, httpx2.Client, Gate]) -> None:
    """Other Authorization schemes are the upstream's business and pass untouched."""
    _, _, gate = pair
    url = f"{gate.url}/basic-auth/ann/pw"
    assert httpx2.get(url).status_code == 401
    assert httpx2.get(url, auth=("ann", "pw")).json() == {"authenticated": True, "user": "ann"}


def test_the_upstream_is_told_who_calls_and_nothing_a_caller_says(
    pair: tuple[httpx2.Client, httpx2.Client, Gate],
) -> None:
    """X-Auth headers are the gateway's, the bearer token stays at the gateway, and strangers do not get through."""
    _, through, gate = pair
    seen = through.get("/headers", headers={"X-Auth-Subject": "root", "X_Auth_Level": "aal3"}).json()["headers"]
    assert seen["X-Auth-Level"] == "aal1"
    assert seen["X-Auth-Subject"] != "root"
    assert "Authorization" not in seen
    assert httpx2.get(f"{gate.url}/headers").status_code == 401
