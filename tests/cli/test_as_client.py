"""What the three client commands share: ways, words, exit codes."""

import webbrowser
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from twogate.cli.as_client import How, api_of, auth_of, explained, usual_way, way_of
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate_client import (
    AddressRefusedError,
    Browser,
    ClientCredentials,
    Code,
    Device,
    DiscoveryError,
    KeepingError,
    SignInError,
    UnavailableError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AddressRefusedError("x"), ExitCode.USAGE),
        (httpx2.InvalidURL("x"), ExitCode.USAGE),
        (UnavailableError("x"), ExitCode.UNAVAILABLE),
        (httpx2.ConnectError("x"), ExitCode.UNAVAILABLE),
        (KeepingError("x"), ExitCode.CONFIGURATION),
        (SignInError("x"), ExitCode.REFUSED),
        (DiscoveryError("x"), ExitCode.REFUSED),
    ],
)
def test_each_failure_has_its_exit_code(error: Exception, code: ExitCode) -> None:
    """What the library raises becomes one line of the documented kind."""
    with pytest.raises(CommandFailed) as caught, explained("https://api.example"):
        raise error
    assert caught.value.code == code
    assert caught.value.hint


def test_an_unknown_client_is_told_how_it_becomes_known() -> None:
    """The hint is the command that registers it."""
    with pytest.raises(CommandFailed) as caught, explained("https://api.example"):
        raise SignInError("no", code="invalid_client")
    assert "twogate client add" in caught.value.hint


def test_the_ways(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its words on standard error; without a browser the device is the usual one."""
    browser, device = way_of(How.BROWSER), way_of(How.DEVICE)
    assert way_of(How.CREDENTIALS, "s") == ClientCredentials("s")
    assert isinstance(browser, Browser)
    assert isinstance(device, Device)
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    browser.open("https://api.example/authorize")
    device.show(Code("WDJB-MJHT", "https://api.example/device", 60))
    said = capsys.readouterr()
    assert opened == ["https://api.example/authorize"]
    assert said.out == ""
    assert "type WDJB-MJHT" in said.err

    def none() -> None:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    assert usual_way() is How.DEVICE
    monkeypatch.setattr(webbrowser, "get", object)
    assert usual_way() is How.BROWSER


def test_the_api_is_the_one_named_else_the_one_here(data: Path, twogate: Callable[..., object]) -> None:
    """Without an address, the installation's own public URL is meant."""
    del twogate
    assert api_of("https://api.example", None) == "https://api.example"
    assert api_of(None, data).startswith("http")


def test_nothing_but_the_origin_counts() -> None:
    """A path in the address is not part of the API's name."""
    assert auth_of("https://API.example:443/v1/x?y", "cli", None).api == "https://api.example"
