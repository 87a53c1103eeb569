"""Tokens from the vendor's file to the gateway: imported, given out, used once, lost and found again."""

import base64
from pathlib import Path

import pytest
from suites.hardware_tokens.conftest import Somebody, Yubico
from suites.running import Gate
from suites.sign_in_pages.pages import Browser
from tests.rules.factors.oathtool import hotp_codes, totp_code
from tests.rules.factors.seeds.containers import PASSPHRASE, SECRET, figure_7
from tests.rules.factors.yubikeys import YubiKey

from twogate.outside.clock import SystemClock

pytestmark = [pytest.mark.xdist_group("hardware_tokens"), pytest.mark.slow]  # one running product for this file
CLOCK_KEY = bytes(range(32))
BUTTON_KEY = bytes(range(40, 60))
SEEDS = (SECRET, CLOCK_KEY, BUTTON_KEY, YubiKey().key)


def _imported(gate: Gate, folder: Path, content: bytes, *options: str) -> dict[str, object]:
    file = folder / "seeds"
    file.write_bytes(content)
    done = gate.run("hardware-token", "import", str(file), "--json", *options)
    assert done.code == 0, done.err
    found: dict[str, object] = done.json
    return found


def _eight(code: int) -> list[str]:
    return hotp_codes(SECRET, code, digits=8, count=2)


def test_a_token_with_a_button_from_file_to_gateway(gate: Gate, somebody: Somebody, tmp_path: Path) -> None:
    """An encrypted PSKC file, an owner, a code of oathtool's; a replay is refused; far ahead it is found again."""
    phrase = tmp_path / "phrase"
    phrase.write_bytes(PASSPHRASE)
    done = _imported(gate, tmp_path, figure_7(), "--passphrase-file", str(phrase))
    assert done["added"] == ["987654321"]
    assert gate.run("hardware-token", "assign", "987654321", somebody.name).code == 0
    codes = hotp_codes(SECRET, 0, digits=8, count=20)
    assert somebody.arrives(codes[3])
    for used in (codes[3], codes[0]):
        assert not somebody.arrives(used)
    assert somebody.arrives(codes[4])
    far = _eight(3000)
    assert not somebody.arrives(far[0])
    resync = ("hardware-token", "resync", "987654321")
    assert gate.run(*resync, far[1], far[0]).code == 1
    assert gate.run(*resync, *far).code == 0
    assert not somebody.arrives(far[1])
    assert somebody.arrives(_eight(3002)[0])
    again = _eight(3400)
    assert somebody.arrives(" ".join(again)), "its owner types two codes in a row"
    assert not somebody.arrives(" ".join(again))


def test_a_token_is_taken_by_its_serial_and_a_code(gate: Gate, somebody: Somebody, tmp_path: Path) -> None:
    """On the page where a second factor is set up; then it is the list that says whose it is."""
    key = BUTTON_KEY.hex()
    _imported(gate, tmp_path, f"serial,secret,type,digits\nGA 77,{key},hotp,6\n".encode())
    with Browser(gate.url) as browser:
        somebody.begin_set_up(browser, "hardware_token")
        browser.fill(code="ga77")
        refused = browser.fill(code="000000")
        assert refused.status_code == 422
        browser.fill(code=hotp_codes(BUTTON_KEY, 2, digits=6)[0])
        browser.fill(code=browser.codes[0])
        assert browser.page is not None
        assert browser.page.status_code == 200
    rows = {row["serial"]: row for row in gate.run("hardware-token", "list", "--json").json}
    assert (rows["GA77"]["state"], rows["GA77"]["user"]) == ("assigned", somebody.name)
    assert not somebody.arrives(hotp_codes(BUTTON_KEY, 2, digits=6)[0])
    assert somebody.arrives(hotp_codes(BUTTON_KEY, 3, digits=6)[0])


def test_a_token_with_a_clock(gate: Gate, somebody: Somebody, tmp_path: Path) -> None:
    """SHA-256, eight digits, sixty seconds; each code once."""
    row = f"C1,{base64.b32encode(CLOCK_KEY).decode()},totp,8,60,SHA256"
    _imported(gate, tmp_path, f"serial,secret key,type,digits,time interval,algorithm\n{row}\n".encode())
    assert gate.run("hardware-token", "assign", "C1", somebody.name).code == 0
    now = SystemClock().now().seconds
    code = totp_code(CLOCK_KEY, now, digits=8, algorithm="SHA256", period=60)
    assert somebody.arrives(code)
    assert not somebody.arrives(code)


def test_a_yubikey_whose_secret_is_here(gate: Gate, somebody: Somebody, tmp_path: Path) -> None:
    """Imported from Yubico's list, taken by a touch, used by touches, each once."""
    key = YubiKey()
    row = f"508326,{key.public},{key.private.hex()},{key.key.hex()},000000000000,2026-11-24T12:00:00,\n"
    assert _imported(gate, tmp_path, row.encode())["added"] == [key.public]
    with Browser(gate.url) as browser:
        somebody.begin_set_up(browser, "yubico_otp")
        first = key.touch().text()
        browser.fill(code=first)
        browser.fill(code=browser.codes[0])
    assert not somebody.arrives(first)
    assert somebody.arrives(key.touch().text().upper())


def test_a_yubikey_that_yubico_vouches_for(gate: Gate, somebody: Somebody, yubico: Yubico) -> None:
    """The validation server is asked; while it is away, or does not know the touch, nobody gets in."""
    key = YubiKey(public="ccccccdefghi", key=bytes(16))
    with Browser(gate.url) as browser:
        somebody.begin_set_up(browser, "yubico_otp")
        assert browser.fill(code=key.touch().text()).status_code == 422
        browser.fill(code=yubico.touch(key))
        browser.fill(code=browser.codes[0])
    used = yubico.touch(key)
    assert somebody.arrives(used)
    assert not somebody.arrives(used)
    yubico.away = True
    try:
        assert not somebody.arrives(yubico.touch(key))
    finally:
        yubico.away = False
    assert somebody.arrives(yubico.touch(key))


def test_no_seed_is_written_anywhere(gate: Gate) -> None:
    """Not in the database, a log, the audit or a list: neither as octets nor as anybody writes them."""
    told = [gate.run(*command, "--json") for command in (("hardware-token", "list"), ("audit", "list"))]
    assert [one.code for one in told] == [0, 0]
    shown = "".join(one.out for one in told) + gate.told
    files = [path.read_bytes() for path in gate.data.rglob("*") if path.is_file()]
    for seed in SEEDS:
        for form in (seed, seed.hex().encode(), base64.b32encode(seed).rstrip(b"="), base64.b64encode(seed)):
            assert form not in shown.encode()
            assert not any(form in content for content in files)
