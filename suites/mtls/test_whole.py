"""The whole product with client certificates: bound tokens, a second factor, and revocation while it runs."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from suites.gateway.certificate import bundle
from suites.gateway.rig import Server
from suites.mtls.authority import Authority, Leaf
from suites.running import Gate, free_port, up
from suites.sign_in_pages.pages import Browser

pytestmark = [pytest.mark.xdist_group("mtls"), pytest.mark.slow]

IN_TIME = 15.0  # the files are looked at every two seconds; the rest is for busy machines
POLICY = """
public_url = "https://localhost:{port}"

[[upstream]]
name = "api"
url = "http://127.0.0.1:{upstream}"

[[rule]]
name = "shown"
match = "/shown/**"
require = "none"
client_certificate = true

[[rule]]
name = "things"
match = "/things/**"

[[rule]]
name = "strong"
match = "/strong/**"
require = "phr"
"""
SETTINGS = """
[gateway]
tls_cert = "{folder}/tls.pem"
client_ca = "{folder}/ca.pem"
client_revocations = "{folder}/crl.pem"

[factors]
client_certificate = true
"""


@dataclass
class Running:
    """`twogate up` behind TLS, its authority and the certificates of its callers."""

    gate: Gate
    folder: Path
    server: Path
    authority: Authority
    good: Leaf
    other: Leaf

    def http(self, leaf: Leaf | None = None) -> httpx2.Client:
        """A client with this certificate."""
        context = leaf.context(self.server) if leaf else Authority.trusting(self.server)
        return httpx2.Client(base_url=self.gate.url, verify=context, timeout=20, trust_env=False)

    def browser(self, leaf: Leaf | None) -> Browser:
        """A browser with this certificate."""
        browser = Browser(self.gate.url)
        agent = browser.http.headers["user-agent"]
        browser.http.close()
        browser.http = self.http(leaf)
        browser.http.headers["user-agent"] = agent
        return browser


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder, port = tmp_path_factory.mktemp("m"), free_port()
    server, authority = bundle(folder / "tls.pem"), Authority(folder, "Clients")
    (folder / "ca.pem").write_text(authority.pem)
    (folder / "crl.pem").write_text(authority.revocations())
    with Server() as upstream:
        policy = POLICY.replace("{upstream}", str(upstream.port)).replace("{port}", str(port))
        options = ("--listen", f"127.0.0.1:{port}")
        with up(folder, policy, settings=SETTINGS.replace("{folder}", str(folder)), options=options) as gate:
            gate.url = f"https://localhost:{port}"
            yield Running(gate, folder, server, authority, authority.issue("Ada"), authority.issue("Bob"))


def test_a_service_token_is_good_beside_its_certificate_only(running: Running) -> None:
    """RFC 8705 section 3, from the token endpoint to the gateway; asked for without one it is a bearer token."""
    made = running.gate.run("client", "add", "robot", "--kind", "service", "--json").json
    grant = {"grant_type": "client_credentials"}
    secret = (made["id"], made["secret"])
    with running.http(running.good) as good, running.http(running.other) as other, running.http() as plain:
        told = good.get("/.twogate/.well-known/oauth-authorization-server").json()
        assert told["tls_client_certificate_bound_access_tokens"] is True
        bound = good.post("/.twogate/oauth2/token", data=grant, auth=secret).json()["access_token"]
        free = plain.post("/.twogate/oauth2/token", data=grant, auth=secret).json()["access_token"]
        asked = {"token": bound}
        found = plain.post("/.twogate/oauth2/introspect", data=asked, auth=secret).json()
        assert found["cnf"] == {"x5t#S256": running.good.thumbprint}
        for client, status in ((good, 200), (other, 401), (plain, 401), (good, 200)):
            assert client.get("/things/x", headers={"authorization": f"Bearer {bound}"}).status_code == status
        for client in (good, other, plain):
            assert client.get("/things/x", headers={"authorization": f"Bearer {free}"}).status_code == 200


def test_a_certificate_is_set_up_as_a_second_factor_and_asked_for_again(running: Running) -> None:
    """Password and certificate reach ``phr``; with another certificate, with none, or typed in, it is refused."""
    made = running.gate.run("user", "add", "ada", "--json")
    assert made.code == 0, made.err
    password = made.json["password"]
    with contextlib.ExitStack() as stack:
        first, again, wrong, none = (
            stack.enter_context(running.browser(leaf)) for leaf in (running.good, running.good, running.other, None)
        )
        first.visit("/strong/x")
        first.fill(name="ada", password=password)
        choose(first, "client_certificate")
        confirm(first)
        first.visit("/strong/x")
        assert first.page is not None
        assert first.page.status_code == 200, first.page.text
        assert first.page.json()["line"].startswith("GET /strong/x ")
        for browser, passes in ((again, True), (wrong, False), (none, False)):
            browser.visit("/strong/x")
            browser.fill(name="ada", password=password)
            browser.fill(code=running.good.thumbprint)  # typed in by whoever likes: it is not looked at
            assert browser.page is not None
            assert browser.page.headers["content-type"].startswith("application/json") is passes, browser.page.text


def choose(browser: Browser, factor: str) -> None:
    """Choose what to set up."""
    for action, fields in browser.forms():
        if fields.get("step") == "choose" and fields.get("factor") == factor:
            browser.visit(action, "POST", **fields)
            return
    raise AssertionError(browser.page.text if browser.page else "no page")


def confirm(browser: Browser) -> None:
    """Finish setting it up: one button; then type one of the recovery codes back."""
    action, fields = next(form for form in browser.forms() if form[1].get("step") == "confirm")
    browser.visit(action, "POST", **fields)
    action, fields = next(form for form in browser.forms() if form[1].get("step") == "saved")
    browser.visit(action, "POST", **{**fields, "code": browser.codes[0]})


def test_a_revoked_certificate_is_refused_while_the_gateway_runs(running: Running) -> None:
    """A new list is taken over by itself, and a connection of before is not good for much longer."""
    leaf = running.authority.issue("Eve")
    with running.http(leaf) as open_before:
        assert open_before.get("/shown/x").status_code == 200
        fresh = running.folder / "crl.new"
        fresh.write_text(running.authority.revocations(leaf))
        fresh.replace(running.folder / "crl.pem")
        end = time.monotonic() + IN_TIME
        status = 200
        while status == 200 and time.monotonic() < end:
            time.sleep(0.5)
            with running.http(leaf) as new, contextlib.suppress(httpx2.TransportError):
                status = new.get("/shown/x").status_code
        assert status == 403
        time.sleep(1.5)  # workers that know only the old list are ended
        with contextlib.suppress(httpx2.TransportError):
            assert open_before.get("/shown/x").json()["reason"] == "certificate_revoked"
    with running.http(running.good) as good:
        assert good.get("/shown/x").status_code == 200
