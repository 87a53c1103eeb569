"""The demo's transcript."""

import httpx2
import pytest

from twogate.cli.demo_transcript import NotAsTold, Transcript


def test_one_thing_that_is_not_as_told_is_remembered(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo goes on and fails at its end, naming the step."""
    told = Transcript()
    told.step("first")
    told.expect(True, "so")
    told.expect(False, "not so")
    assert (told.checks, told.failed) == (2, ["step 1: not so"])
    assert "NOT AS TOLD" in capsys.readouterr().out
    with pytest.raises(NotAsTold):
        told.must(False, "no way on")
    assert len(told.failed) == 2


def test_a_token_in_an_answer_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the names of what came are shown, so that a recorded demo holds no credential."""
    answer = httpx2.Response(200, json={"access_token": "secret-token", "refresh_token": "secret-too"})
    Transcript().answer("POST /token", answer)
    out = capsys.readouterr().out
    assert "access_token, refresh_token" in out
    assert "secret" not in out


def test_a_refusal_shows_its_reason_and_challenge(capsys: pytest.CaptureFixture[str]) -> None:
    """Reason and WWW-Authenticate are what the story is about."""
    answer = httpx2.Response(401, json={"reason": "level_too_low"}, headers={"www-authenticate": "Bearer x"})
    Transcript().answer("GET /", answer)
    out = capsys.readouterr().out
    assert "level_too_low" in out
    assert "www-authenticate: Bearer x" in out
