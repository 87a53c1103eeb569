"""The gateway's maps hold both families of addresses, and the longest prefix wins in each."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from suites.gateway.rig import running

pytestmark = [pytest.mark.xdist_group("place"), pytest.mark.slow]
POLICY = """
public_url = "http://localhost:{port}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:{upstream}"

[[rule]]
match = "GET /german"
require = "none"
countries = ["DE"]
asn = ["AS64500"]
"""


def status(port: int, host: str) -> int:
    """Ask from the address itself."""
    request = f"GET /german HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((host, port), 5, source_address=(host, 0)) as connection:
        connection.sendall(request.encode())
        return int(connection.recv(65536).split(b" ")[1])


@pytest.mark.parametrize(
    ("countries", "asns", "expected"),
    [
        ("::/0 DE\n", "::/0 AS64500\n", 200),
        ("::/0 FR\n::1/128 DE\n", "::1/128 AS64500\n", 200),
        ("::/0 DE\n::1/128 FR\n", "::1/128 AS64500\n", 403),
        ("::/0 DE\n", "::/0 AS645\n", 403),
        ("127.0.0.1/32 DE\n", "::/0 AS64500\n", 403),
        ("", "", 403),
    ],
)
def test_an_ipv6_caller_is_found_by_the_longest_prefix(
    tmp_path: Path, countries: str, asns: str, expected: int
) -> None:
    """The same line of the policy, the other family."""
    with running(tmp_path, POLICY, start=False, countries=countries, asns=asns) as gateway:
        gateway.site = replace(gateway.site, http_bind=f"127.0.0.1:{gateway.port},::1:{gateway.port}")
        gateway.start()
        assert status(gateway.port, "::1") == expected
