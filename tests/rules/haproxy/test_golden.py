"""Golden files: what two small policies compile to, byte for byte, so that a change of the compiler can be read.

After a change that is meant, write them anew and read the difference before it is committed:
``REWRITE_GOLDEN=1 python -m pytest tests/rules/haproxy/test_golden.py``.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.emit import dpop, set_cookie, trailers
from twogate.rules.haproxy.site import GatewaySite
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.terms.changes import VerificationKey

GOLDEN = Path(__file__).parent / "golden"
POLICIES = ("plain", "rich")
WRITTEN = "gateway"
UNREAD = (
    maps.REPLIES,
    maps.KEYS,
    trailers.FILE,
    dpop.FILE,
    set_cookie.FILE,
)
"""Texts that stand in the source as they are, and keys as they were given."""
REWRITE = "REWRITE_GOLDEN"

SITE = GatewaySite(
    control_socket="/run/twogate/control.sock",
    http_bind="127.0.0.1:8080",
    admin_socket="/run/twogate/haproxy-admin.sock",
    log_sink="/run/twogate/log.sock",
    keys=(VerificationKey("k1", "a public key\n"),),
    peer="127.0.0.1:8081",
    threads=2,
    policy_version=7,
    countries="192.0.2.0/24 DE\n2001:db8::/32 CH\n",
    asns="192.0.2.0/25 AS64500\n",
)
TLS_SITE = replace(
    SITE,
    https_bind="127.0.0.1:8443",
    certificate="/run/twogate/tls/bundle.pem",
    client_ca="/run/twogate/tls/client-ca.pem",
    client_revocations="/run/twogate/tls/revocations.pem",
    proof_socket="/run/twogate/dpop.sock",
)
SITES = {"plain": SITE, "rich": TLS_SITE}


def _compiled(name: str) -> dict[str, str]:
    policy = parse((GOLDEN / name / "twogate.toml").read_text())
    assert isinstance(policy, Policy), policy
    files = compile_gateway(policy, SITES[name]).all_files()
    return {file: text for file, text in files.items() if not file.startswith(UNREAD)}


def _kept(name: str) -> dict[str, str]:
    folder = GOLDEN / name / WRITTEN
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def _rewrite(name: str, files: dict[str, str]) -> None:
    folder = GOLDEN / name / WRITTEN
    for file in _kept(name):
        (folder / file).unlink()
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(text.encode())


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_compiles_to_its_golden_files(name: str) -> None:
    """Same files, same bytes: nothing more, nothing less."""
    compiled = _compiled(name)
    if os.environ.get(REWRITE):
        _rewrite(name, compiled)
    assert _kept(name) == compiled, (
        f"if this is meant: {REWRITE}=1 python -m pytest {Path(__file__).name}, then read the diff"
    )


def test_every_golden_policy_is_compiled() -> None:
    """A folder that nobody looks at would rot."""
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(POLICIES)
