"""The whole product without our gateway: a real control plane, the process that decides, and nginx before an API."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from suites.agreement.wire import Response, Wire
from suites.forward_auth.rig import configurations
from suites.gateway.rig import Server, wait_for
from suites.running import TWOGATE, environment, free_port, run, wait_for_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HOST = "api.example.com"
POLICY = """
public_url = "http://api.example.com"
[[upstream]]
name = "api"
url = "http://127.0.0.1:9000"
[[rule]]
match = "/v1/orders/**"
require = "aal1"
[[rule]]
match = "/v1/transfers"
require = "aal2"
max_age = "5m"
"""


@dataclass
class Product:
    """What runs, and how it is asked."""

    data: Path
    port: int
    api: Server

    def ask(self, target: str, *lines: str) -> Response:
        wire = Wire(self.port)
        try:
            head = (f"GET {target} HTTP/1.1", f"Host: {HOST}", *lines, "Connection: close", "", "")
            return wire.ask("127.0.0.1", "\r\n".join(head).encode())
        finally:
            wire.close()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = Path(tmp_path_factory.mktemp("p"))
    data = folder / "d"
    data.mkdir(mode=0o700)
    (data / "twogate.toml").write_text(POLICY)
    assert run(data, "init", "--upstream", "http://127.0.0.1:9000").code == 0
    (data / "twogate.toml").write_text(POLICY)
    asked, public = free_port(), free_port()
    with contextlib.ExitStack() as ended, Server() as api:
        _start(ended, data, "control", "--follow", str(data / "twogate.toml"))
        wait_for((data / "run" / "control.sock").exists, seconds=90)
        made = run(data, "edge-key", "add", "nginx1", "--to", str(data / "forward-auth.key"))
        assert made.code == 0, made.err
        _start(ended, data, "forward-auth", "--listen", f"127.0.0.1:{asked}")
        wait_for_port(asked, seconds=60)
        text = configurations("nginx")["main"]
        for shown, real in (("8080", public), ("9000", api.port), ("9180", asked)):
            text = text.replace(f"127.0.0.1:{shown}", f"127.0.0.1:{real}")
        (folder / "nginx.conf").write_text(text)
        places = f"daemon off; pid {folder}/pid; error_log {folder}/log;"
        nginx = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", places])
        ended.callback(lambda: (nginx.terminate(), nginx.wait(10)))
        wait_for_port(public, process=nginx)
        found = Product(data, public, api)
        wait_for(lambda: found.ask("/v1/orders/7").status == 401, seconds=60)
        yield found


def _start(ended: contextlib.ExitStack, data: Path, *arguments: str) -> None:
    with (data / f"{arguments[0]}.log").open("wb") as log:
        process = subprocess.Popen([*TWOGATE, *arguments], env=environment(data), stdout=log, stderr=log)
    ended.callback(lambda: (process.terminate(), process.wait(20)))


def test_a_token_passes_until_it_is_revoked(product: Product) -> None:
    """The revocation says that every node has it, and then nginx lets nothing through any more."""
    assert run(product.data, "user", "add", "alice").code == 0
    made = run(product.data, "token", "add", "alice", "--json")
    assert made.code == 0, made.err
    assert made.json["in_force"]["done"], made.json
    bearer = f"Authorization: Bearer {made.json['token']}"
    passed = product.ask("/v1/orders/7", bearer, "X-Auth-Subject: usr_root")
    assert passed.status == 200
    heard = product.api.last()
    assert (heard.header("X-Auth-Subject") or "").startswith("usr_")
    assert heard.header("X-Auth-Subject") != "usr_root"
    assert heard.header("Authorization") is None
    more = product.ask("/v1/transfers", bearer)
    assert (more.status, json.loads(more.body)["reason"]) == (403, "person_required")
    ended = run(product.data, "token", "revoke", made.json["id"], "--yes", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["in_force"]["done"], ended.json
    assert product.ask("/v1/orders/7", bearer).status == 401


def test_a_browser_is_led_to_the_sign_in_page_through_nginx(product: Product) -> None:
    """302 to the page, and the page itself with its form and its cookies' names, from the control plane."""
    away = product.ask("/v1/orders/7?a=b", "Accept: text/html")
    assert away.status == 302
    where = away.headers["location"].removeprefix("http://api.example.com")
    assert where == "/.twogate/sign-in?return_to=%2Fv1%2Forders%2F7%3Fa%3Db"
    page = product.ask(where, "Accept: text/html")
    assert page.status == 200
    assert b"<form" in page.body
    assert "content-security-policy" in page.headers


def test_a_new_policy_is_obeyed_without_a_restart(product: Product) -> None:
    """The file that the control plane follows reaches nginx's callers by the feed."""
    assert product.ask("/v2/open").status == 403
    more = '[[rule]]\nmatch = "/v2/open"\nrequire = "none"\n'
    (product.data / "twogate.toml").write_text(POLICY + more)
    wait_for(lambda: product.ask("/v2/open").status == 200, seconds=60)
    listed = run(product.data, "edge-key", "list", "--json").json
    assert [(edge["name"], edge["fault"]) for edge in listed] == [("nginx1", "")]
