"""What gateways ask about proofs: with an edge's key only, each counts once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.services.oauth_house import House, open_house

from twogate.services.edge_keys import EdgeKeys
from twogate.terms.secret import Secret

PATH = "/.twogate/edge/proofs"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def key(house: House) -> Secret:
    added = await EdgeKeys(house.store, house.clock, house.deps.entropy).add("edge", by="test")
    assert isinstance(added, tuple)
    return added[1]


def _mark(house: House, number: int = 1, **change: Any) -> dict[str, Any]:
    return {"mark": f"{number:064x}", "until": house.clock.now().seconds + 60, "nonce": ""} | change


async def _ask(house: House, key: Secret | None, *marks: Any, body: bytes | None = None) -> httpx2.Response:
    headers = {"authorization": f"Bearer {key.text()}"} if key else {}
    if body is not None:
        return await house.http.post(PATH, content=body, headers=headers)
    return await house.http.post(PATH, json={"proofs": list(marks)}, headers=headers)


async def test_case_51_a_proof_counts_once_also_in_one_breath(house: House, key: Secret) -> None:
    """The first to bring it is told null, everybody after it that it was used; also within one question."""
    first = await _ask(house, key, _mark(house), _mark(house, 2), _mark(house))
    assert first.json() == {"verdicts": [None, None, "dpop_replayed"], "nonce": ""}
    assert (await _ask(house, key, _mark(house, 2))).json()["verdicts"] == ["dpop_replayed"]


async def test_two_gateways_at_once(house: House, key: Secret) -> None:
    """Of twenty questions about one proof at the same time, one is told that it is the first."""
    answers = await asyncio.gather(*(_ask(house, key, _mark(house)) for _ in range(20)))
    assert sum(answer.json()["verdicts"] == [None] for answer in answers) == 1


async def test_only_an_edge_asks(house: House, key: Secret) -> None:
    """No key, another key, an access token: 401, and nothing is used up."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    for wrong in (None, Secret("tg_edge_wrong"), Secret(token)):
        assert (await _ask(house, wrong, _mark(house))).status_code == 401
    assert (await _ask(house, key, _mark(house))).json()["verdicts"] == [None]


@pytest.mark.parametrize(
    "change", [{"mark": "x"}, {"mark": "A" * 64}, {"until": -1}, {"until": "x"}, {"nonce": "n" * 321}, {"more": 1}]
)
async def test_a_question_is_read_strictly(house: House, key: Secret, change: dict[str, Any]) -> None:
    """Wrong types, unknown members."""
    assert (await _ask(house, key, _mark(house, **change))).status_code == 400


async def test_no_and_too_many_marks_and_no_json(house: House, key: Secret) -> None:
    """From one to 128."""
    assert (await _ask(house, key)).status_code == 400
    assert (await _ask(house, key, *(_mark(house, n) for n in range(129)))).status_code == 400
    assert (await _ask(house, key, *(_mark(house, n, nonce="n" * 320) for n in range(128)))).status_code == 200
    for body in (b"", b"[]", b"{", b"\xff"):
        assert (await _ask(house, key, body=body)).status_code == 400


async def test_what_an_edge_says_of_the_future_is_bounded(house: House, key: Secret) -> None:
    """A gateway with a wrong clock does not fill the database for years."""
    await _ask(house, key, _mark(house, until=2**40))
    async with house.store.work() as unit:
        assert await unit.replays.prune(house.clock.now().plus(60)) == 0
        assert await unit.replays.prune(house.clock.now().plus(200)) == 1
