"""The whole product with a database of addresses of its own: each loopback address is somewhere else."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest
from suites.running import Gate, up
from suites.sign_in_pages.pages import Browser, Newcomer
from tests.mmdb import write_mmdb

BERLIN, SYDNEY, LOCAL = "127.0.0.1", "127.0.0.2", "127.0.0.9"
POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:9"

[[rule]]
match = "GET /german"
require = "none"
countries = ["DE"]

[[rule]]
match = "GET /near"
require = "none"
countries = ["DE", "local"]

[[rule]]
match = "GET /telekom"
require = "none"
asn = ["AS64500"]

[[rule]]
match = "/**"
require = "aal1"
"""
SETTINGS = """
[places]
city_file = "{folder}/city.mmdb"
asn_file = "{folder}/asn.mmdb"
countries = ["DE", "AU"]

[risk]
typing = true
"""


def city(country: str, name: str, latitude: float, longitude: float) -> dict[str, object]:
    """A record as MaxMind's databases of cities have it."""
    point = {"latitude": latitude, "longitude": longitude, "accuracy_radius": 20}
    return {"country": {"iso_code": country}, "city": {"names": {"en": name}}, "location": point}


CITIES = {
    f"{BERLIN}/32": city("DE", "Berlin", 52.52, 13.405),
    f"{SYDNEY}/32": city("AU", "Sydney", -33.87, 151.21),
}


@dataclass
class World:
    """A running product, and the files it reads."""

    gate: Gate
    folder: Path

    def put_cities(self, cities: dict[str, dict[str, object]]) -> None:
        """Replace the database as an operator does: by renaming a new file over it."""
        write_mmdb(self.folder / "new.mmdb", cities).replace(self.folder / "city.mmdb")

    def browser(self, address: str) -> Browser:
        """A browser at an address."""
        found = Browser(self.gate.url)
        found.http.close()
        found.http = httpx2.Client(
            base_url=self.gate.url,
            timeout=20,
            trust_env=False,
            headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
            transport=httpx2.HTTPTransport(local_address=address),
        )
        return found

    def status(self, address: str, path: str) -> int:
        """What a program at an address hears."""
        return self.answer(address, path)[0]

    def answer(self, address: str, path: str) -> tuple[int, bytes]:
        """Status and body for one request from an address."""
        connection = HTTPConnection("127.0.0.1", self.gate.port, timeout=10, source_address=(address, 0))
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    """`twogate up`, for the tests of this folder."""
    with TemporaryDirectory(prefix="tg-") as name:
        folder = Path(name)
        write_mmdb(folder / "city.mmdb", CITIES)
        write_mmdb(folder / "asn.mmdb", {"127.0.0.0/30": {"autonomous_system_number": 64500}})
        with up(folder, POLICY, settings=SETTINGS.replace("{folder}", name)) as running:
            yield World(running, folder)


@pytest.fixture(scope="package")
def newcomer(world: World) -> Callable[[str], Newcomer]:
    """Makes an account."""

    def make(name: str) -> Newcomer:
        made = world.gate.run("user", "add", name, "--json")
        assert made.code == 0, made.err
        return Newcomer(name, made.json["password"])

    return make
