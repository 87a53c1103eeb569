"""A desktop and a phone play it end to end, in real browsers, through the real gateway."""

import json

import pytest
from playwright.sync_api import expect
from suites.browser import objections, sideways
from suites.push.conftest import Pair
from suites.running import Gate

pytestmark = pytest.mark.xdist_group("push")


def _events(gate: Gate) -> list[str]:
    listed = gate.run("audit", "list", "--json", "--limit", "200")
    assert listed.code == 0, listed.err
    return [json.loads(line)["event"] for line in listed.out.splitlines() if line.startswith("{")]


def test_connect_and_approve(pair: Pair) -> None:
    """A phone is connected by a picture and a number, then opens a sign-in by the number of the first screen."""
    pair.connect()
    assert objections(pair.phone) == []
    assert sideways(pair.phone) == 0
    pair.start_over()
    assert len(pair.number) == 6
    pair.phone.wait_for_selector("#prompts form")
    assert objections(pair.phone) == []
    pair.answer("approve", pair.number)
    pair.desktop.wait_for_url("**/orders")
    assert "swk" in pair.desktop.inner_text("body")
    assert "mfa" in pair.desktop.inner_text("body")
    expect(pair.phone.locator("[data-said='approve']")).to_be_visible()
