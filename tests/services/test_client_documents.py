"""Documents of clients: read once for many, kept for their time, never standing in for what is gone."""

import asyncio
import json
from dataclasses import dataclass, field

from tests.services.oauth_standins import ToldClock

from twogate.outside.fetch import Fetched
from twogate.services.client_documents import LONGEST, SHORTEST, ClientDocuments
from twogate.settings.registration import RegistrationSettings
from twogate.store.unit import Store
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

HERE = "https://agent.example/client.json"


@dataclass
class Web:
    """Serves one document, slowly."""

    name: str = "Agent"
    there: bool = True
    max_age: int | None = None
    asked: list[str] = field(default_factory=list)

    async def get(self, url: str, *, redirects: int = 0) -> Passed[Fetched] | Refused:
        assert redirects == 0
        self.asked.append(url)
        await asyncio.sleep(0.01)
        if not self.there:
            return Refused(Reason.FETCH_REFUSED)
        said = {"client_id": HERE, "client_name": self.name, "redirect_uris": ["http://127.0.0.1/cb"]}
        return Passed(Fetched(200, "application/json", json.dumps(said).encode(), self.max_age))


def _documents(store: Store, web: Web, clock: ToldClock, *, on: bool = True) -> ClientDocuments:
    return ClientDocuments(store, clock, web, RegistrationSettings(documents=on))  # type: ignore[arg-type]


async def test_many_at_once_read_it_once(store: Store) -> None:
    """However many arrive together, the other server sees one request."""
    web = Web()
    documents = _documents(store, web, ToldClock())
    found = await asyncio.gather(*(documents.find(HERE) for _ in range(50)))
    assert {one.name for one in found if one} == {"Agent"}
    assert len(web.asked) == 1


async def test_it_counts_as_long_as_it_says_within_bounds(store: Store) -> None:
    """At least a minute, at most an hour; then what stands there now counts, and nothing where nothing stands."""
    for said, kept in ((0, SHORTEST), (10**8, LONGEST)):
        web, clock = Web(max_age=said), ToldClock()
        documents = _documents(store, web, clock)
        await documents.find(HERE)
        web.name = "Other"
        clock.at = clock.at.plus(kept - 1)
        first = await documents.find(HERE)
        clock.at = clock.at.plus(1)
        second = await documents.find(HERE)
        assert [one.name for one in (first, second) if one] == ["Agent", "Other"]
        web.there = False
        clock.at = clock.at.plus(LONGEST)
        assert await documents.find(HERE) is None


async def test_a_missing_document_is_remembered_too(store: Store) -> None:
    """Nobody makes this server ask another one again and again."""
    web = Web(there=False)
    documents = _documents(store, web, ToldClock())
    assert [await documents.find(HERE) for _ in range(20)] == [None] * 20
    assert len(web.asked) == 1


async def test_case_80_ssrf_not_many_addresses_at_once(store: Store) -> None:
    """A stranger with a thousand addresses gets eight of them asked at a time, and no memory without end."""
    web = Web()
    documents = _documents(store, web, ToldClock())
    await asyncio.gather(*(documents.find(f"https://a{number}.example/c") for number in range(1_000)))
    assert len(web.asked) == 8


async def test_a_row_is_written_when_it_is_kept(store: Store) -> None:
    """Once, then anew with what it says now; and never where documents are switched off."""
    web, clock = Web(), ToldClock()
    documents = _documents(store, web, clock)
    for name in ("Agent", "Other"):
        web.name = name
        found = await documents.find(HERE)
        assert found is not None
        await documents.keep(found)
        clock.at = clock.at.plus(LONGEST)
    async with store.read() as unit:
        kept = await unit.clients.get(ClientId(HERE))
    assert kept is not None
    assert (kept.name, kept.third_party) == ("Other", True)
    assert not _documents(store, web, clock, on=False).is_one(HERE)
