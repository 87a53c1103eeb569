"""A policy changes again and again while requests keep coming: none is lost, nothing is forgotten."""

import asyncio
import time
from pathlib import Path

import pytest
from suites.edge.field import Field, laid_out
from suites.edge.load import under_load

from twogate.terms.changes import ChangeKind

_COUNTED = 7
_SETTLED = 5.3  # seconds after which a HAProxy that was started cold hands its tables to a successor
_ROUNDS = [pytest.param(5, id="5"), pytest.param(50, id="50", marks=pytest.mark.slow)]


async def _remaining(field: Field, token: str) -> int:
    """Spend one request and return what is left of the quota."""
    answer = await field.get("/counted", token)
    assert answer.status == 200, answer
    return int(answer.headers["ratelimit"].split(";r=")[1].split(";")[0])


@pytest.mark.parametrize("rounds", _ROUNDS)
async def test_reloads_under_load_lose_no_request(ground: Path, rounds: int) -> None:
    """However often the gateway reloads under load, every request is answered and what is revoked stays refused."""
    async with laid_out(ground) as field:
        await field.publish(field.policy())
        await field.agent.start()
        busy, _ = field.token()
        revoked, grant = field.token(subject="usr_revoked")
        assert (await field.get("/x", revoked)).status == 200
        await field.in_force(await field.say(ChangeKind.GRANT_REVOKED, grant))
        began = time.monotonic()
        async with under_load(field.port, busy) as tally:
            for number in range(rounds):
                await field.in_force(await field.publish(field.policy() + f"# {number}\n"))
                assert (await field.get("/x", revoked)).reason == "token_revoked"
        seconds = time.monotonic() - began
        assert tally.failures == []
        assert [name for name, _ in field.agent.said].count("reloaded") == rounds
        print(f"{rounds} reloads in {seconds:.1f} s, {tally.answered} requests ({tally.answered / seconds:.0f}/s)")
        assert tally.answered > 50 * rounds


async def test_quotas_count_on_over_reloads(ground: Path) -> None:
    """What an account has spent of its quota before a reload is spent after it, however quickly reloads follow."""
    async with laid_out(ground) as field:
        await field.publish(field.policy(quota="100/day"))
        await field.agent.start()
        counted, _ = field.token()
        left = [await _remaining(field, counted) for _ in range(_COUNTED)]
        assert left == list(range(99, 99 - _COUNTED, -1))
        await asyncio.sleep(_SETTLED)
        for number in range(4):
            await field.in_force(await field.publish(field.policy(quota="100/day") + f"# {number}\n"))
            left.append(await _remaining(field, counted))
        assert left == list(range(99, 95 - _COUNTED, -1))


async def test_a_rule_is_obeyed_from_the_acknowledgement_on(ground: Path) -> None:
    """When a stricter policy is acknowledged, no new connection finds the old one, and kept-alive ones see it soon."""
    strict = '[[rule]]\nmatch = ["/load"]\nrequire = "aal3"\n'
    async with laid_out(ground) as field:
        await field.publish(field.policy())
        await field.agent.start()
        token, _ = field.token()
        assert (await field.get("/load", token)).status == 200
        for more, status in ((strict, 401), ("", 200), (strict, 401)):
            await field.in_force(await field.publish(field.policy(more=more) + f"# {status}\n" + "#" * len(more)))
            for _ in range(20):
                assert (await field.get("/load", token)).status == status


async def test_a_bad_policy_under_load_changes_nothing(ground: Path) -> None:
    """A policy that does not parse, stored past the command line's check, costs no request and no rule."""
    async with laid_out(ground) as field:
        await field.publish(field.policy())
        await field.agent.start()
        token, _ = field.token()
        async with under_load(field.port, token) as tally:
            async with field.store.work() as unit:
                await unit.policies.publish("[[rule]]\nmatch = 5\n", at=field.edge.created, by="suite")
                number = await field.control.changes.append(unit, ChangeKind.POLICY_PUBLISHED, "2")
            await field.in_force(number)
            await asyncio.sleep(0.2)
        assert tally.failures == []
        async with field.store.read() as unit:
            (edge,) = await unit.edges.list()
        assert "does not parse" in edge.fault
        assert edge.policy_version == 1
        assert (await field.get("/x")).status == 401
