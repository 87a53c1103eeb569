"""What is written to the owner of an account that is being recovered."""

from dataclasses import replace

import pytest
from tests.ports import NOON

from twogate.rules.recovery.letters import asked_letter, in_words, ready_letter
from twogate.terms.ids import RecoveryId, UserId
from twogate.terms.recovery import Lost, Recovery, Stage, Way
from twogate.terms.secret import Secret

SITE = "https://api.example.com"
SECRET = Secret("tg_rs_abc/+")
WAITING = Recovery(
    RecoveryId("rcv_1"),
    UserId("usr_ann"),
    Way.TIME_LOCK,
    Lost.FACTORS,
    Stage.WAITING,
    asked=NOON,
    due=NOON.plus(259_200),
    address="203.0.113.7",
)


def test_who_is_asked_learns_when_and_how_to_stop_it() -> None:
    """The first letter names the moment, the place, the end of the wait and three ways to stop it."""
    letter = asked_letter(WAITING, to="ann@example.com", secret=SECRET, public_url=SITE)
    assert letter.to == "ann@example.com"
    for part in (
        "2026-11-24 12:00 UTC",
        "203.0.113.7",
        "2026-11-27 12:00 UTC",
        f"{SITE}/.twogate/recover/stop?secret=tg_rs_abc%2F%2B",
        "sign in",
    ):
        assert part in letter.text


@pytest.mark.parametrize("lost", list(Lost))
def test_the_secret_comes_with_what_to_do(lost: Lost) -> None:
    """The second letter holds the secret, its end and the steps; what was not lost is said to be asked for still."""
    letter = ready_letter(replace(WAITING, lost=lost), to="a@example.com", secret=SECRET, public_url=SITE)
    assert f"Secret: {SECRET.text()}\n" in letter.text
    assert "2026-11-27 12:00 UTC" in letter.text
    assert ("your second factor is still asked for" in letter.text) is (lost is Lost.PASSWORD)
    assert ("name and password" in letter.text) is (lost is Lost.FACTORS)
    assert SECRET.text() not in letter.subject


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(259_200, "72 hours"), (3_600, "1 hour"), (120, "2 minutes"), (3, "3 seconds"), (0, "a moment")],
)
def test_durations_are_said_in_words(seconds: float, words: str) -> None:
    """The greatest unit that fits, rounded."""
    assert in_words(seconds) == words
