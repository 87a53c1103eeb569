"""The client library at the real gateway: every way in, step-up, renewal, revocation, races."""

import logging
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from suites.client.conftest import Hasty, House, Somebody
from suites.sign_in_pages.pages import Browser as Pages
from suites.sign_in_pages.pages import Newcomer

from twogate_client import Browser, ClientCredentials, Device, FileKeeper, TwogateAuth

pytestmark = [pytest.mark.xdist_group("client"), pytest.mark.slow]


def _client(auth: TwogateAuth) -> httpx2.Client:
    return httpx2.Client(auth=auth, base_url=auth.api, timeout=30, trust_env=False)


def _desktop(house: House, somebody: Somebody, place: Path, **more: Any) -> TwogateAuth:
    return TwogateAuth(house.gate.url, "desktop", way=Browser(open=somebody.open), keeper=FileKeeper(place), **more)


def test_a_service_by_its_secret(house: House, tmp_path: Path) -> None:
    """From the API's address and a secret to an answer; the upstream hears who it is and no credential."""
    auth = TwogateAuth(house.gate.url, "job", way=ClientCredentials(house.secret), keeper=FileKeeper(tmp_path))
    with _client(auth) as http:
        told = http.get("/orders").json()
        assert told["x-auth-client"] == "job"
        assert not {"authorization", "dpop"} & set(told)
        assert "person_required" in http.get("/vault/1").text


def test_by_browser_with_step_up(house: House, somebody: Somebody, tmp_path: Path) -> None:
    """Signed in by browser; where a proof is too old, the person is asked, and the same request passes."""
    auth = _desktop(house, somebody, tmp_path)
    with _client(auth) as http:
        assert http.get("/orders").json()["x-auth-client"] == "desktop"
        assert len(somebody.walked) == 1
        time.sleep(4.2)  # ages are whole seconds: after 4.2 s any proof is more than 3 old
        told = http.get("/safe/1")
        assert told.status_code == 200, told.text
        assert told.json()["x-auth-level"] == "aal2"
    assert "max_age=3" in somebody.walked[1]
    assert "acr_values=" in somebody.walked[1]


def test_from_aal1_to_aal2_by_loopback(house: House, tmp_path: Path) -> None:
    """Somebody puts the second factor off and gets aal1; the vault asks for more, they set it up, and it opens."""
    made = house.gate.run("user", "add", "from_aal1_to_aal2", "--json")
    assert made.code == 0, made.err
    with Pages(house.gate.url) as browser:
        somebody = Hasty(house.gate, browser, Newcomer("from_aal1_to_aal2", made.json["password"]))
        auth = _desktop(house, somebody, tmp_path)
        with _client(auth) as http:
            assert http.get("/orders").json()["x-auth-level"] == "aal1"
            assert http.get("/vault/1").json()["x-auth-level"] == "aal2"
    assert len(somebody.walked) == 2
    assert "acr_values=aal2" in somebody.walked[1]


def test_by_device(house: House, somebody: Somebody, tmp_path: Path) -> None:
    """A code is shown, typed in a browser, and the request that started it all is answered."""
    way = Device(show=somebody.type_later)
    auth = TwogateAuth(house.gate.url, "sensor", way=way, keeper=FileKeeper(tmp_path))
    with _client(auth) as http:
        assert http.get("/orders").json()["x-auth-client"] == "sensor"
    kept = auth.kept()
    assert kept is not None
    assert (kept.way, bool(kept.key), bool(kept.refresh)) == ("device", True, True)


def test_revoked_in_the_middle(house: House, somebody: Somebody, tmp_path: Path) -> None:
    """All sessions are ended elsewhere: the next request signs in again and passes; without a way it is a 401."""
    auth = _desktop(house, somebody, tmp_path)
    with _client(auth) as http:
        assert http.get("/orders").status_code == 200
        blocked = house.gate.run("user", "block", somebody.who.name, "--yes")
        assert blocked.code == 0, blocked.err
        house.gate.run("user", "unblock", somebody.who.name)
        silent = TwogateAuth(house.gate.url, "desktop", keeper=FileKeeper(tmp_path))
        with _client(silent) as other:
            assert other.get("/orders").status_code == 401
        assert http.get("/orders").status_code == 200
    assert len(somebody.walked) == 2


def test_ten_threads_renew_once(house: House, somebody: Somebody, tmp_path: Path) -> None:
    """Ten clients share one folder when the token ends: all pass, the family lives, one renewal was made."""
    _desktop(house, somebody, tmp_path).sign_in()
    first = _kept(tmp_path, house)
    time.sleep(max(0.0, first.expires - time.time() - 9))  # noqa: TID251  # the clients' own clock
    gate = threading.Barrier(10)

    def ask(_: int) -> int:
        with _client(TwogateAuth(house.gate.url, "desktop", keeper=FileKeeper(tmp_path))) as http:
            gate.wait(20)
            return http.get("/orders").status_code

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(ask, range(10))) == [200] * 10
    second = _kept(tmp_path, house)
    assert second.refresh != first.refresh
    assert second.key == first.key
    events = house.gate.run("audit", "export").out
    assert '"client.refresh_reused"' not in events


def _kept(place: Path, house: House) -> Any:
    return TwogateAuth(house.gate.url, "desktop", keeper=FileKeeper(place)).kept()


def test_signed_out_is_signed_out(house: House, somebody: Somebody, tmp_path: Path) -> None:
    """The server revokes, the gateway refuses the old token, nothing is left on disk."""
    auth = _desktop(house, somebody, tmp_path)
    kept = auth.sign_in()
    other = TwogateAuth(house.gate.url, "desktop", keeper=FileKeeper(tmp_path / "copy"))
    other._standing._keep(kept)
    assert auth.sign_out()
    with _client(other) as http:
        assert http.get("/orders").status_code == 401
    assert list(tmp_path.glob("*.json")) == []


def test_what_is_kept_is_nobody_elses(
    house: House, somebody: Somebody, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Files of mode 0600, and neither token nor key nor code in any log line or ``repr``."""
    place = tmp_path / "kept"
    with caplog.at_level(logging.DEBUG):
        auth = _desktop(house, somebody, place)
        with _client(auth) as http:
            http.get("/orders")
            http.get("/safe/1")
    kept = auth.kept()
    assert kept is not None
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in place.iterdir()} == {0o600}
    shown = caplog.text + repr(auth) + repr(kept) + repr(auth.__dict__)
    assert [one for one in (kept.access, kept.refresh, kept.key) if one in shown] == []
