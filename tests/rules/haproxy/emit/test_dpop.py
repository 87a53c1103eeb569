"""Tokens that are bound to a key: asked about only where one came with the scheme that says so, and never let past."""

from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.emit import dpop
from twogate.rules.haproxy.site import GatewayFiles, GatewaySite
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.rules.protocols.oauth2.rfc9449_dpop import proof

POLICY = """
public_url = "https://api.example.com"
[[upstream]]
name = "shop"
url = "http://127.0.0.1:9000"
[[rule]]
match = "/orders/**"
"""


def _compiled(proof_socket: str = "/run/dpop.sock") -> GatewayFiles:
    policy = parse(POLICY)
    assert isinstance(policy, Policy), policy
    return compile_gateway(policy, GatewaySite(control_socket="/run/c.sock", proof_socket=proof_socket))


def _frontend(files: GatewayFiles) -> list[str]:
    door = files.configuration.partition("frontend public\n")[2].partition("\n\n")[0]
    return [line.strip() for line in door.splitlines()]


def test_a_known_bearer_token_has_gone_before_any_of_it() -> None:
    """The usual request pays nothing: every line about proofs follows the last one that lets a known token go."""
    lines = _frontend(_compiled())
    gone = max(number for number, line in enumerate(lines) if line.startswith("http-request allow if alive"))
    about = [number for number, line in enumerate(lines) if "dpop_scheme" in line and not line.startswith("acl")]
    cookie = [number for number in about if "by_cookie" in lines[number]]
    assert len(cookie) == 1
    assert all(number > gone for number in about if number not in cookie)


def test_the_proof_is_checked_before_the_binding_and_after_everything_else() -> None:
    """Nobody is asked about a token that is expired, revoked or for others; no answer means a missing binding."""
    lines = _frontend(_compiled())
    asked = next(number for number, line in enumerate(lines) if "lua.check-proof" in line)
    assert lines[asked].endswith("if dpop_scheme of_key still_passed")
    before, after = "\n".join(lines[:asked]), "\n".join(lines[asked:])
    for reason in ("token_invalid", "token_expired", "audience_wrong", "token_revoked", "subject_blocked"):
        assert f"str({reason})" in before
    assert "str(binding_missing) if bound !{" in after


def test_the_program_knows_who_to_ask_and_how_the_gateway_is_reached() -> None:
    """It is loaded with the socket and the public scheme, and is among the files."""
    files = _compiled()
    assert "lua-load-per-thread dpop.lua /run/dpop.sock https" in files.configuration
    assert files.files[dpop.FILE] == dpop.PROGRAM


def test_without_anybody_to_ask_there_is_nothing_of_it() -> None:
    """Then a bound token is refused as one whose key was not shown, as it was before."""
    files = _compiled("")
    assert "dpop" not in files.configuration.replace("dpop_invalid", "")
    assert dpop.FILE not in files.files


def test_the_challenge_names_the_algorithms_that_are_taken() -> None:
    """RFC 9449 section 7.1."""
    assert " ".join(proof.ALGORITHMS) == dpop.ALGORITHMS
