"""Known bypasses by paths: whatever a lenient server behind the gateway makes of a path, the rule for it was obeyed."""

import itertools
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from suites.agreement.wire import Wire
from suites.bypass.requests import raw
from suites.gateway.rig import Gateway

ME = "127.0.0.1"


def plain(path: str) -> str:
    """A server that decodes once."""
    return unquote(path, "latin-1")


def twice(path: str) -> str:
    """A server behind another one that decodes as well."""
    return unquote(unquote(path, "latin-1"), "latin-1")


def with_parameters(path: str) -> str:
    """A server that drops ``;x`` from each segment, before or after decoding (servlet containers)."""
    return re.sub(r";[^/]*", "", unquote(re.sub(r";[^/]*", "", path), "latin-1"))


def with_backslashes(path: str) -> str:
    """A server on a system where a backslash is a slash."""
    return unquote(path, "latin-1").replace("\\", "/")


def overlong(path: str) -> str:
    """A server whose UTF-8 decoder takes overlong forms."""
    text = re.sub(r"%c0%([ab][0-9a-f])", lambda found: chr(int(found[1], 16) & 0x3F), path, flags=re.IGNORECASE)
    return unquote(text, "latin-1")


def cut_at_zero(path: str) -> str:
    """A server that ends its strings at a zero byte."""
    return unquote(path, "latin-1").partition("\0")[0]


DECODERS: tuple[Callable[[str], str], ...] = (
    plain,
    twice,
    with_parameters,
    with_backslashes,
    overlong,
    cut_at_zero,
)


def resolved(path: str) -> str:
    """Remove dot segments and double slashes as a file system does."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in {"", "."}:
            kept.append(part)
    return "/" + "/".join(kept)


STARTS = ("/public", "/public/x", "")
UPS = ("..", "%2e%2e", "%2E.", ".%2e", "..;", "..;a=b", "%252e%252e", "..%00", "%c0%ae%c0%ae", ".", "%2e", "", "...")
SLASHES = ("/", "//", "%2f", "%2F", "%5c", "\\", "/./", ";/", "%252f", "%c0%af")
ENDS = (
    "admin/x",
    "%61dmin/x",
    "admin",
    "admin;a/x",
    "admin%00",
    "admin/..;/admin/x",
    "admin%2fx",
    "admin%5cx",
    "./admin/x",
)


def test_case_71_no_spelling_of_a_path_dodges_its_rule(gateway: Gateway, wire: Wire) -> None:
    """Of 3,000 spellings without a credential none reaches the upstream in a form that any decoder reads as /admin."""
    passed = refused = 0
    for start, up, slash, end in itertools.product(STARTS, UPS, SLASHES, ENDS):
        target = f"{start}{slash}{up}{slash}{end}"
        if not target.startswith("/"):
            continue
        gateway.upstream.heard.clear()
        response = wire.ask(ME, raw("GET", target, gateway.host))
        assert response.status in {200, 400, 401, 403}, target
        for heard in gateway.upstream.heard:
            for decoder in DECODERS:
                seen = resolved(decoder(heard.target))
                assert not seen.startswith("/admin"), f"{target} reached the upstream as {heard.target}: {seen}"
        passed += response.status == 200
        refused += response.status != 200
    assert passed > 50
    assert refused > 2000


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("/public/a/../b", "/public/b"),
        ("/public//b", "/public/b"),
        ("//public/b", "/public/b"),
        ("/public/./b/.", "/public/b/"),
        ("/admin/../public/b", "/public/b"),
        ("/%70ublic/%7Euser", "/public/~user"),
        ("/public/%c3%a9", "/public/%C3%A9"),
        ("/public/*", "/public/*"),
        ("/public/a%20b?c=%2e%2e/%zz", "/public/a%20b?c=%2e%2e/%zz"),
    ],
)
def test_case_71_what_is_matched_is_what_the_upstream_gets(gateway: Gateway, wire: Wire, sent: str, heard: str) -> None:
    """Byte for byte the normal path, and the query as it was sent."""
    assert wire.ask(ME, raw("GET", sent, gateway.host)).status == 200
    assert gateway.upstream.last().target == heard


@pytest.mark.parametrize(
    "target",
    ["/public/*/..", "/public/{id}", "/public/{}/x", "/{**}", "/admin{**}", "/{*}/x", "/things/{}"],
)
def test_case_71_no_caller_can_spell_a_templates_mask(gateway: Gateway, wire: Wire, target: str) -> None:
    """Braces never reach the lookup; a star is a segment like any other."""
    response = wire.ask(ME, raw("GET", target, gateway.host))
    assert response.status == (400 if "{" in target else 200)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/admin/x?/public/x", 401),
        ("/admin?/../public/x", 401),
        ("/admin/x?next=/public/", 401),
        ("/admin/x?#/public/x", 400),
        ("/admin/x#/public/x", 400),
        ("/admin/x%23/public/x", 400),
        ("/admin%23/../public/x", 400),
        ("/public/x#/../../admin/x", 400),
        ("/public/..?/x", 403),
        ("/admin%3F/public", 403),
        ("?/public/x", 400),
    ],
)
def test_case_66_query_and_fragment_are_no_part_of_the_path(
    gateway: Gateway, wire: Wire, target: str, status: int
) -> None:
    """A rule is found by the path alone, and a fragment is never let through in any spelling."""
    assert wire.ask(ME, raw("GET", target, gateway.host)).status == status
    assert gateway.upstream.heard == []


@pytest.mark.parametrize(
    "line",
    [
        b"GET /things/% HTTP/1.1",
        b"GET /things/%zz HTTP/1.1",
        b"GET /things/\xe9 HTTP/1.1",
        b"GET /things/\x00 HTTP/1.1",
        b"GET things/x HTTP/1.1",
        b"GET  HTTP/1.1",
        b"GET /things/x",
        b"GET /things/x HTTP/1.1 extra",
        b"G\x00T /things/x HTTP/1.1",
        b"GET /things/" + b"x" * 20_000 + b" HTTP/1.1",
    ],
)
def test_case_70_a_malformed_request_line_is_refused(gateway: Gateway, wire: Wire, line: bytes) -> None:
    """An error in parsing is 4xx or a closed connection, never a pass without an identity."""
    token = gateway.token().encode()
    host = gateway.host.encode()
    request = line + b"\r\nHost: " + host + b"\r\nAuthorization: Bearer " + token + b"\r\nConnection: close\r\n\r\n"
    answer = gateway.raw(request, seconds=2)
    assert answer == b"" or answer.split(b" ")[1][:1] == b"4", answer[:80]
    assert wire.open == {}
    assert gateway.upstream.heard == []
