"""Client certificates at the gateway: what is refused and how it is said, what is told of a good one, and to whom."""

import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from suites.gateway.certificate import bundle
from suites.gateway.http2 import ask
from suites.gateway.rig import bearer, free_port, running
from suites.mtls.authority import PAST, Authority
from suites.mtls.conftest import FAULTS, POLICY, Door, over, raw_connection

from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.site import GatewayRefusedError, GatewaySite

DIALECTS = {
    "navigation": {"Sec_Fetch_Mode": "navigate", "Accept": "text/html"},
    "script": {"Sec_Fetch_Mode": "cors", "Origin": "https://app.example.test"},
    "program": {},
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["", *FAULTS])
def test_a_bad_certificate_is_refused_with_its_reason_in_every_dialect(door: Door, name: str, dialect: str) -> None:
    """A page for a person, a problem document (RFC 9457) for a script or a program; 403 in any case."""
    why = FAULTS[name].value if name else "certificate_missing"
    reply = door.ask(name, "/shown/x", **DIALECTS[dialect])
    assert reply.status == 403
    line = door.gateway.log.line(reply.rid)
    assert (line["why"], line["dialect"]) == (why, dialect)
    if dialect == "navigation":
        assert (reply.header("content-type") or "").startswith("text/html")
        assert b"certificate" in reply.body
    else:
        assert reply.json["reason"] == why
        assert reply.json["request_id"] == reply.rid


def test_the_upstream_hears_whose_certificate_was_asked_for(clean: Door) -> None:
    """Thumbprint (RFC 8705 section 3.1), names (RFC 2253) and serial number, once each, beside ``X-Auth-*``."""
    token = clean.gateway.token()
    assert clean.ask("good", "/both/x", **bearer(token)).status == 200
    heard, leaf = clean.gateway.upstream.last(), clean.leaves["good"]
    assert heard.header("X-Auth-Subject") == "usr_alice"
    assert heard.header("X-Auth-Certificate-Thumbprint") == leaf.thumbprint
    assert heard.header("X-Auth-Certificate-Subject") == "CN=good"
    assert heard.header("X-Auth-Certificate-Issuer") == "CN=Clients,O=Example"
    assert int(heard.header("X-Auth-Certificate-Serial") or "", 16) == leaf.certificate.serial_number


@pytest.mark.parametrize(("path", "told"), [("/public/x", False), ("/things/x", False), ("/shown/x", True)])
def test_case_77_no_caller_says_which_certificate_was_shown(clean: Door, path: str, told: bool) -> None:  # noqa: FBT001  # a parameter
    """Inbound headers of these names are removed, whether the rule asks for a certificate or not."""
    lie = {
        "X_Auth_Certificate_Thumbprint": "A-LIE",
        "X_Auth_Certificate_Subject": "CN=root",
        "X_Twogate_Certificate": "A-LIE",
    }
    assert clean.ask("good", path, **lie, **bearer(clean.gateway.token())).status == 200
    heard = clean.gateway.upstream.last()
    assert "A-LIE" not in str(heard.headers)
    assert heard.header("X-Auth-Certificate-Subject") == ("CN=good" if told else None)
    assert "x-twogate-certificate" not in heard.names


def test_a_name_with_line_ends_stays_one_value(clean: Door) -> None:
    """Whoever may choose the text in a certificate cannot write a header with it."""
    assert clean.ask("nasty", "/shown/x").status == 200
    heard = clean.gateway.upstream.last()
    assert heard.header("X-Auth-Subject") is None
    assert "\\0D\\0AX-Auth-Subject: usr_root" in (heard.header("X-Auth-Certificate-Subject") or "")


@pytest.mark.parametrize("name", ["", "good", "nasty", *FAULTS])
def test_the_control_plane_hears_of_good_certificates_only(clean: Door, name: str) -> None:
    """It may bind a token to what it hears, so a bad one is none; and nobody else can say so."""
    lie = {"X_Twogate_Certificate": "A-LIE", "X_Twogate_Certificate_Issuer": "CN=root"}
    clean.ask(name, "/.twogate/oauth2/token", method="POST", **lie)
    heard = clean.gateway.control.last()
    good = name in {"good", "nasty"}
    assert heard.header("X-Twogate-Certificate") == (clean.leaves[name].thumbprint if good else None)
    assert heard.header("X-Twogate-Certificate-Issuer") == ("CN=Clients,O=Example" if good else None)


def test_a_renewal_hears_of_it_too(clean: Door) -> None:
    """An expired cookie goes to the control plane over the same connection."""
    now = clean.gateway.facts().issued
    token = clean.gateway.token(expires=now - 60, not_before=now - 400)
    clean.ask("good", "/things/x", Cookie=f"__Host-twogate={token}")
    assert clean.gateway.control.last().header("X-Twogate-Certificate") == clean.leaves["good"].thumbprint


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["good", "revoked", "expired", "stranger"])
def test_a_session_that_is_taken_up_again_is_judged_alike(door: Door, name: str, version: ssl.TLSVersion) -> None:
    """RFC 8446 section 2.2: no certificate is sent then; the verdict on the first one stands."""
    context = door.context(name)
    context.minimum_version = context.maximum_version = version
    session, answers = None, []
    for _ in range(2):
        with raw_connection(door.port, context, session) as connection:
            connection.sendall(
                f"GET /shown/x HTTP/1.1\r\nHost: {door.gateway.host}\r\nConnection: close\r\n\r\n".encode()
            )
            data = b""
            while chunk := connection.recv(65536):
                data += chunk
            answers.append(data.split(b"\r\n", 1)[0])
            reused, session = connection.session_reused, connection.session
    assert reused
    assert answers == [b"HTTP/1.1 200 X" if name == "good" else b"HTTP/1.1 403 Forbidden"] * 2


def test_http_2_shows_its_certificate_to_every_stream(door: Door) -> None:
    """It belongs to the connection."""
    start = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", door.gateway.host.encode())]
    for name, status in (("good", 200), ("revoked", 403), ("", 403)):
        told = ask(("127.0.0.1", door.port), door.context(name, "h2"), [*start, (b":path", b"/shown/x")])
        assert told.status == status, name


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_nothing_older_than_tls_1_2_is_spoken_with_a_certificate(door: Door, version: ssl.TLSVersion) -> None:
    """RFC 9325 section 3.1.1; before 1.2 the proof of the key is a weak one."""
    context = door.context("good")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = version
    with pytest.raises(OSError, match=r"(?i)ssl|tls|reset|closed"), raw_connection(door.port, context) as connection:
        connection.recv(1)


@pytest.mark.parametrize("path", ["/shown/x", "/things/x"])
def test_a_connection_that_outlives_its_certificate_is_refused(clean: Door, path: str) -> None:
    """Its end is asked on each request, for a rule that needs it and for a token that is bound to it."""
    end = datetime.now(UTC) + timedelta(seconds=4)  # noqa: TID251  # the real gateway reads the real clock
    leaf = clean.authority.issue("brief", until=end)
    clean.leaves["brief"] = leaf
    token = clean.gateway.token(binding=leaf.thumbprint)
    with clean.connected("brief") as connection:
        assert over(connection, path, **bearer(token)).status == 200
        time.sleep(5.2)
        late = over(connection, path, **bearer(token))
    assert late.json["reason"] == ("certificate_expired" if path == "/shown/x" else "binding_missing")


def test_a_bound_token_is_an_invalid_token_without_its_certificate(clean: Door) -> None:
    """RFC 8705 section 3: 401 ``invalid_token``; the certificate of somebody else is none."""
    token = clean.gateway.token(binding=clean.leaves["good"].thumbprint)
    assert clean.ask("good", "/things/x", **bearer(token)).status == 200
    for name in ("", "second", "revoked"):
        reply = clean.ask(name, "/things/x", **bearer(token))
        assert reply.status == 401
        assert 'error="invalid_token"' in (reply.header("WWW-Authenticate") or "")
        assert reply.json["reason"] == "binding_missing"
    again = clean.ask("good", "/things/x", **bearer(token))
    assert again.status == 200


def test_a_token_may_be_bound_to_a_certificate_that_nobody_vouches_for(clean: Door) -> None:
    """RFC 8705 section 2.2: the very certificate, with its key; for a rule that asks for one it is still untrusted."""
    leaf = clean.leaves["alone"]
    token = clean.gateway.token(binding=leaf.thumbprint)
    for _ in range(2):
        assert clean.ask("alone", "/things/x", **bearer(token)).status == 200
    assert clean.ask("alone", "/both/x", **bearer(token)).json["reason"] == "certificate_untrusted"
    clean.leaves["late"] = clean.authority.alone("late", until=PAST)
    clean.leaves["twin"] = clean.authority.alone("alone")
    for name in ("good", "twin", "stranger", ""):
        assert clean.ask(name, "/things/x", **bearer(token)).json["reason"] == "binding_missing"
    expired = clean.gateway.token(binding=clean.leaves["late"].thumbprint)
    assert clean.ask("late", "/things/x", **bearer(expired)).json["reason"] == "binding_missing"


def test_the_control_plane_hears_of_a_certificate_that_nobody_vouches_for_by_another_name(clean: Door) -> None:
    """Its thumbprint and nothing else: it is no factor and no subject, only a client may have registered it."""
    clean.ask("alone", "/.twogate/sign-in", X_Twogate_Certificate_Self_Signed="A" * 43)
    heard = clean.gateway.control.last()
    assert heard.header("X-Twogate-Certificate-Self-Signed") == clean.leaves["alone"].thumbprint
    assert not {"x-twogate-certificate", "x-twogate-certificate-subject"} & heard.names
    for name in ("good", "stranger", "revoked", ""):
        clean.ask(name, "/.twogate/sign-in", X_Twogate_Certificate_Self_Signed="A" * 43)
        assert clean.gateway.control.last().header("X-Twogate-Certificate-Self-Signed") is None


@pytest.mark.parametrize("flaw", ["out of date", "of another issuer", "none for the one in between"])
def test_a_revocation_list_that_cannot_be_trusted_lets_nobody_in(tmp_path: Path, flaw: str) -> None:
    """RFC 5280 section 6.3: where it cannot be known whether a certificate was revoked, it does not count."""
    authority = Authority(tmp_path, "Clients")
    between = Authority(tmp_path, "Between", parent=authority)
    issuer = between if flaw == "none for the one in between" else authority
    lists = {
        "out of date": authority.revocations(until=PAST),
        "of another issuer": Authority(tmp_path, "Other").revocations(),
        "none for the one in between": authority.revocations(),
    }
    (tmp_path / "ca.pem").write_text(authority.pem)
    (tmp_path / "crl.pem").write_text(lists[flaw])
    server, port = bundle(tmp_path / "tls.pem"), free_port()
    tls = {"https_bind": f"127.0.0.1:{port}", "certificate": str(server), "client_ca": str(tmp_path / "ca.pem")}
    lists_of = {"client_revocations": str(tmp_path / "crl.pem")}
    with running(tmp_path, POLICY.replace("{tls}", str(port)), **tls, **lists_of) as gateway:
        door = Door(gateway, port, server, authority, {"good": issuer.issue("good")})
        assert door.ask("good", "/shown/x").json["reason"] == "certificate_untrusted"
        assert door.ask("good", "/public/x").status == 200


def test_without_a_list_nothing_is_revoked_and_a_chain_is_followed(tmp_path: Path) -> None:
    """An issuer in between is shown by the caller; the bundle names the root."""
    authority = Authority(tmp_path, "Clients")
    between = Authority(tmp_path, "Between", parent=authority)
    (tmp_path / "ca.pem").write_text(authority.pem)
    server, port = bundle(tmp_path / "tls.pem"), free_port()
    tls = {"https_bind": f"127.0.0.1:{port}", "certificate": str(server), "client_ca": str(tmp_path / "ca.pem")}
    with running(tmp_path, POLICY.replace("{tls}", str(port)), **tls) as gateway:
        door = Door(gateway, port, server, authority, {"good": between.issue("good")})
        assert door.ask("good", "/shown/x").status == 200
        assert gateway.upstream.last().header("X-Auth-Certificate-Issuer") == "CN=Between,O=Example"


def test_a_policy_that_asks_where_nobody_is_trusted_is_refused(door: Door) -> None:
    """It would refuse everybody; that is said before it is in force."""
    with pytest.raises(GatewayRefusedError, match=r"rule shown asks .* set gateway.client_ca"):
        compile_gateway(door.gateway.policy, GatewaySite(control_socket="/run/c.sock"))
