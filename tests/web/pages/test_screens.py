"""A screen to a page, a form to an event: the parts that need no server."""

import pytest

from twogate.rules.signin.event import (
    CodeGiven,
    CodesSaved,
    EnrolmentConfirmed,
    EnrolmentPutOff,
    FactorChosen,
    Given,
    PasswordGiven,
)
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.pages.screens import FORM_FIELDS, event_of, sentence_of, status_of, waiting_time

EMPTY = dict.fromkeys(FORM_FIELDS, "")


@pytest.mark.parametrize(
    ("typed", "event"),
    [
        ({"step": "password", "name": " ada ", "password": " p "}, PasswordGiven("ada", Secret(" p "))),
        ({"step": "code", "factor": "totp", "code": " 123 456 "}, CodeGiven("totp", Secret("123456"))),
        ({"step": "choose", "factor": "totp"}, FactorChosen("totp")),
        ({"step": "confirm", "code": "123456"}, EnrolmentConfirmed(Secret("123456"))),
        ({"step": "put_off"}, EnrolmentPutOff()),
        ({"step": "saved"}, CodesSaved()),
        ({"step": "not_saved"}, CodesSaved()),
    ],
)
def test_each_form_is_one_event(typed: dict[str, str], event: Given) -> None:
    """A password is taken as it is, a code without its blanks."""
    assert event_of({**EMPTY, **typed}) == event


def test_case_10_a_form_without_a_step_is_no_event() -> None:
    """An empty or invented step does nothing."""
    for step in ("", "finished", "proof_shown", "enrolled"):
        assert isinstance(event_of({**EMPTY, "step": step}), Refused)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_a_status(reason: Reason) -> None:
    """Whatever the service refuses, the page says something and no status claims success or a fault of ours."""
    assert sentence_of(Refused(reason, "detail for the operator")).endswith((".", "!", "?"))
    assert "operator" not in sentence_of(Refused(reason, "detail for the operator")) or "password" in reason
    assert 400 <= status_of(Refused(reason)) < 500 or reason is Reason.BUSY


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "one second"), (59, "59 seconds"), (60, "one minute"), (61, "2 minutes"), (1800, "30 minutes")],
)
def test_waiting_is_told_in_words(seconds: int, words: str) -> None:
    """Seconds below a minute, minutes rounded up above."""
    assert waiting_time(seconds) == words
