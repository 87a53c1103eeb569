"""Bodies of unknown length go to a backend that refuses fields behind them; other requests never meet the filter."""

from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.emit import trailers
from twogate.rules.haproxy.site import GatewayFiles, GatewaySite
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse

POLICY = """
public_url = "http://localhost:8080"
[[upstream]]
name = "shop"
url = "http://127.0.0.1:9000"
[[rule]]
match = "/open/**"
require = "none"
[[rule]]
match = "/orders/**"
require = "aal2"
"""


def _compiled() -> GatewayFiles:
    policy = parse(POLICY)
    assert isinstance(policy, Policy), policy
    return compile_gateway(policy, GatewaySite(control_socket="/run/c.sock"))


def _sections() -> dict[str, list[str]]:
    parts = _compiled().configuration.split("\n\n")
    return {lines[0]: [line.strip() for line in lines[1:]] for lines in (part.strip().splitlines() for part in parts)}


def test_every_backend_to_an_upstream_has_a_twin_that_differs_by_the_filter_alone() -> None:
    """Whoever comes by either way is judged by the same lines."""
    sections = _sections()
    to_upstreams = [
        head for head, lines in sections.items() if any(line.startswith("server upstream ") for line in lines)
    ]
    plain = [head for head in to_upstreams if not head.endswith(trailers.TWIN)]
    assert len(plain) == 2
    assert len(to_upstreams) == 4
    for head in plain:
        assert sections[head + trailers.TWIN] == ["filter lua.no-trailers", *sections[head]]
        assert not any(line.startswith("filter ") for line in sections[head])


def test_the_twin_is_asked_about_first() -> None:
    """Chunked (RFC 9112 section 7.1), or HTTP/2 without a length, is a body whose end alone says how long it was."""
    used = [line for line in _sections()["frontend public"] if line.startswith("use_backend")]
    assert [trailers.TWIN in line for line in used] == [True, True, False]
    assert "transfer-encoding" in used[0]
    assert "content-length" in used[1]


def test_the_program_is_among_the_files_that_are_loaded() -> None:
    """Without it HAProxy does not start: a gateway that cannot look does not serve."""
    files = _compiled()
    assert f"lua-load-per-thread {trailers.FILE}" in files.configuration
    assert files.files[trailers.FILE] == trailers.PROGRAM
