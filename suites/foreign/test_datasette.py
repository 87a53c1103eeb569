"""Datasette, unmodified, behind the gateway: pages, JSON, CSV streams, conditional requests and writes of cookies.

Datasette runs in an environment of its own, which the Makefile makes, on a small database that the suite writes.
"""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from suites.running import Gate, free_port, up, wait_for_port

pytestmark = pytest.mark.xdist_group("datasette")
PEERS = Path(__file__).resolve().parents[2] / ".venv-peers/bin"
LEFT_OUT = {"date", "server", "connection", "keep-alive", "transfer-encoding", "x-request-id", "vary", "set-cookie"}
ROWS = 5_000
POLICY = """
public_url = "{url}"
[[upstream]]
name = "data"
url = "http://127.0.0.1:%d"
[[rule]]
match = ["/**"]
require = "aal1"
"""


@dataclass(frozen=True)
class Pair:
    """The same server, asked directly and through the gateway."""

    direct: httpx2.Client
    through: httpx2.Client
    gate: Gate


def _write(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE fruit (id INTEGER PRIMARY KEY, name TEXT, note TEXT)")
        rows = [(number, f"fruit {number}", "ö/ü ☕ %2F" * (number % 7)) for number in range(ROWS)]
        database.executemany("INSERT INTO fruit VALUES (?, ?, ?)", rows)
        database.execute("CREATE TABLE [odd names/here] (a TEXT)")
        database.execute("INSERT INTO [odd names/here] VALUES ('x')")


@contextmanager
def datasette(folder: Path) -> Iterator[int]:
    """Serve a small database."""
    path = folder / "shop.db"
    _write(path)
    port = free_port()
    command = [
        str(PEERS / "datasette"),
        "serve",
        str(path),
        "--port",
        str(port),
        "--setting",
        "max_returned_rows",
        "10",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process=process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Datasette twice: directly, and behind `twogate up`."""
    folder = tmp_path_factory.mktemp("ds")
    with datasette(folder) as port, up(folder, POLICY % port) as gate:
        bearer = {"Authorization": f"Bearer {gate.token()}"}
        direct = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        through = httpx2.Client(base_url=gate.url, headers=bearer, timeout=30)
        with direct, through:
            yield Pair(direct, through, gate)


def _facts(answer: httpx2.Response) -> tuple[int, dict[str, str], bytes]:
    base = str(answer.request.url.copy_with(path="/", query=None)).rstrip("/")  # Datasette builds links from Host
    headers = {name: value.replace(base, "") for name, value in answer.headers.items() if name not in LEFT_OUT}
    body = re.sub(rb'("query_ms": |Queries took )[0-9.]+', b"", answer.content)  # how long a query took differs
    body = body.replace(base.encode(), b"")
    headers.pop("content-length", None)
    return answer.status_code, headers, body


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/shop",
        "/shop/fruit",
        "/shop/fruit?_size=3&_sort_desc=id",
        "/shop/fruit/7",
        "/shop/fruit.json?_shape=array&_size=5",
        "/shop/fruit.json?name__contains=fruit+1",
        "/shop.json?sql=select+count(*)+from+fruit",
        "/shop.json?sql=select+%27a%2Fb%27",
        "/-/versions.json",
        "/-/static/app.css",
        "/nowhere",
        "/shop/nothing.json",
        "/shop/fruit.json?_shape=nonsense",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_pages_and_json_are_the_same(pair: Pair, method: str, path: str) -> None:
    """Pages, tables, queries, static files and errors: status, headers and body are Datasette's own."""
    here, there = pair.direct.request(method, path), pair.through.request(method, path)
    assert _facts(there) == _facts(here)


def test_a_large_csv_streams_through(pair: Pair) -> None:
    """A streamed export of every row arrives whole, in the chunked coding, byte for byte."""
    path = "/shop/fruit.csv?_stream=on&_size=max"
    with pair.through.stream("GET", path) as answer:
        assert answer.headers.get("transfer-encoding") == "chunked"
        there = answer.read()
    assert there == pair.direct.get(path).content
    assert there.count(b"\n") == ROWS + 1


def test_redirects_lead_back_through_the_gateway(pair: Pair) -> None:
    """Datasette's own redirects are followed behind the same credential."""
    here, there = pair.direct.get("/shop/?a=b"), pair.through.get("/shop/?a=b")
    assert there.status_code == here.status_code
    assert there.headers.get("location") == here.headers.get("location")


def test_an_ambiguous_path_never_reaches_datasette(pair: Pair) -> None:
    """A table whose name holds a slash would need an encoded slash, which two servers may read in two ways."""
    refused = pair.through.get("/shop/odd%20names%2Fhere")
    assert refused.status_code == 400
    assert refused.json()["reason"] == "path_ambiguous"
    assert (
        pair.through.get("/shop/odd~20names~2Fhere").status_code
        == pair.direct.get("/shop/odd~20names~2Fhere").status_code
    )


def test_its_own_cookies_and_forms_work(pair: Pair) -> None:
    """Datasette's CSRF cookie passes both ways, so its own forms can be sent."""
    page = pair.through.get("/-/logout")
    direct = pair.direct.get("/-/logout")
    assert page.status_code == direct.status_code
    names = [value.partition("=")[0] for value in page.headers.get_list("set-cookie")]
    assert names == [value.partition("=")[0] for value in direct.headers.get_list("set-cookie")]
    assert pair.through.post("/-/permissions").status_code == pair.direct.post("/-/permissions").status_code


def test_many_at_once(pair: Pair) -> None:
    """Sixty requests over a few connections are all answered with their own rows."""
    for number in range(60):
        rows = pair.through.get(f"/shop/fruit/{number}.json?_shape=array").json()
        assert rows["rows"][0]["id"] == number if isinstance(rows, dict) else rows[0]["id"] == number


def test_without_a_credential_nothing_is_read(pair: Pair) -> None:
    """Datasette alone is open to everybody; behind the gateway it is not."""
    assert httpx2.get(f"{pair.gate.url}/shop/fruit.json").status_code == 401
    assert pair.direct.get("/shop/fruit.json").status_code == 200
