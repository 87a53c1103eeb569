"""From a policy and keys to a gateway in force, or not at all."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.dataplane.small_gateway import KEY, POLICY, get, tiny_compiler

from twogate.dataplane.binary import Binary
from twogate.dataplane.configure import Configurator, Parts, read_policy
from twogate.dataplane.edge_config import EdgeConfig
from twogate.dataplane.faults import ConfigRefusedError
from twogate.dataplane.files import EdgeDirectory
from twogate.dataplane.gate import Gate
from twogate.dataplane.spool import Configuration, Spool
from twogate.dataplane.supervise import Haproxy, Process
from twogate.outside.clock import SystemClock
from twogate.rules.haproxy import maps
from twogate.rules.haproxy.site import GatewayFiles, GatewayRefusedError, GatewaySite
from twogate.rules.policy.model import Policy
from twogate.terms.changes import VerificationKey
from twogate.terms.secret import Secret

FIRST = Configuration(1, POLICY, (VerificationKey("k1", "PEM"),))
REFUSED = POLICY.replace("[[rule]]", '[[rule]]\nname = "refused"')


@pytest.fixture
async def parts(
    binary: Binary, clock: SystemClock, short_dir: Path, free_port: Callable[[], int]
) -> AsyncIterator[Parts]:
    """Everything real, the compiler small."""
    config = EdgeConfig(
        short_dir / "edge", short_dir / "run", Secret(KEY), http_bind=f"127.0.0.1:{free_port()}", threads=1
    )
    config.run_directory.mkdir()
    directory, spool = EdgeDirectory(config.directory), Spool(config.directory)
    process = Process(binary, directory.live / maps.CONFIGURATION, config.master_socket, listens=config.listens())
    haproxy = Haproxy(process, clock)
    gate = Gate(haproxy, directory, spool, clock=clock)
    yield Parts(config, binary, directory, spool, gate, haproxy, None, tiny_compiler)
    await haproxy.stop()


async def _policy(parts: Parts) -> str:
    host, port = parts.config.listens()[0]
    assert host == "127.0.0.1"
    return (await get(port)).headers["policy"]


async def test_a_refused_policy_changes_nothing(parts: Parts) -> None:
    """First in force, then one HAProxy refuses, then one that does not parse: the first goes on and is kept."""
    configurator = Configurator(parts)
    assert configurator.policy_version == 0
    await configurator.put_in_force(FIRST)
    before = parts.directory.live.resolve()
    for bad in (REFUSED, "nonsense", ""):
        with pytest.raises(ConfigRefusedError):
            await configurator.put_in_force(Configuration(2, bad, FIRST.keys))
    assert (configurator.policy_version, await _policy(parts)) == (1, "1")
    assert parts.directory.live.resolve() == before
    assert parts.spool.in_force() == FIRST


async def test_a_good_one_is_obeyed_and_kept_for_the_next_start(parts: Parts) -> None:
    """When it returns, new requests see the new version, and a restart without the control plane has it."""
    configurator = Configurator(parts)
    await configurator.put_in_force(FIRST)
    second = replace(FIRST, version=2)
    await configurator.put_in_force(second)
    assert await _policy(parts) == "2"
    assert parts.spool.in_force() == second


async def test_staleness_stays_until_it_is_taken_back(parts: Parts) -> None:
    """A gateway that refuses because it is stale goes on refusing over a new policy, until told otherwise."""
    configurator = Configurator(parts)
    port = parts.config.listens()[0][1]
    await configurator.put_in_force(FIRST, stale=True)
    await configurator.put_in_force(replace(FIRST, version=2))
    assert (configurator.stale, (await get(port)).status) == (True, 503)
    await configurator.again(stale=False)
    assert (configurator.stale, (await get(port)).status) == (False, 200)


async def test_nothing_in_force_is_nothing_to_repeat(parts: Parts) -> None:
    """Before a first policy there is no HAProxy to start over a changed certificate."""
    await Configurator(parts).again(stale=True)
    assert not parts.haproxy.supervised


async def test_a_policy_that_cannot_become_a_gateway_says_why(parts: Parts) -> None:
    """The compiler's own refusal is a refusal of the configuration, with its words."""

    def compiler(_policy: Policy, _site: GatewaySite) -> GatewayFiles:
        raise GatewayRefusedError("an upstream without a port")

    with pytest.raises(ConfigRefusedError, match="an upstream without a port"):
        await Configurator(replace(parts, compiler=compiler)).put_in_force(FIRST)
    assert not parts.haproxy.supervised


def test_reading_a_policy_names_its_first_mistakes() -> None:
    """No policy yet and a broken one are told apart; of many mistakes the first three are enough."""
    with pytest.raises(ConfigRefusedError, match="no policy has been published yet"):
        read_policy("")
    with pytest.raises(ConfigRefusedError, match="does not parse") as told:
        read_policy("a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n")
    assert str(told.value).count(";") == 2
    assert isinstance(read_policy(POLICY), Policy)
