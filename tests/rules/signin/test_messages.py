"""What messages say: the code first, nothing to click but the way back."""

import pytest

from twogate.rules.signin.messages import Sender, short_notice, worded
from twogate.terms.dispatch import Channel, Dispatch

SENDER = Sender("Twogate", "https://api.example.com:8443")


def _said(channel: Channel, life: int = 300, **facts: str) -> str:
    return worded(Dispatch(channel, "somebody", facts, life), SENDER).get("text", "")


def test_an_sms_starts_with_its_code_and_ends_with_its_site() -> None:
    """The last line lets a browser fill it in on this site only; the whole fits into one message."""
    text = _said(Channel.SMS, code="012345")
    assert text.startswith("012345 ")
    assert text.endswith("\n\n@api.example.com #012345")
    assert "5 minutes" in text
    assert text.isascii()
    assert len(text) <= 160
    assert "://" not in text


def test_a_call_says_one_digit_after_the_other() -> None:
    """As somebody would who reads a number to another."""
    assert "0, 1, 2, 3, 4, 5." in _said(Channel.VOICE, code="012345")


@pytest.mark.parametrize(
    ("life", "words"), [(60, "1 minute,"), (300, "5 minutes,"), (3600, "1 hour,"), (86_400, "24 hours,")]
)
def test_a_code_by_mail_says_how_long_it_is_good(life: int, words: str) -> None:
    """And holds no link."""
    text = _said(Channel.EMAIL, life=life, code="01234567")
    assert "01234567" in text
    assert words in text
    assert "://" not in text


def test_the_subject_of_a_mail_tells_no_code() -> None:
    """A lock screen shows it to everybody."""
    facts = worded(Dispatch(Channel.EMAIL, "zoe@example.com", {"code": "01234567"}), SENDER)
    assert "0123" not in facts["subject"]


def test_a_notice_keeps_its_words_and_gets_its_way_back() -> None:
    """The link is built from the public address; without a secret there is none."""
    plain = _said(Channel.EMAIL, text="A factor was added.\n")
    assert plain == "A factor was added.\n"
    undoable = _said(Channel.EMAIL, text="A factor was added.\n", undo="tg_un_x")
    assert "https://api.example.com:8443/.twogate/undo?secret=tg_un_x\n" in undoable
    assert "72 hours" in undoable


def test_a_notice_by_sms_has_no_link() -> None:
    """What happened, and where more is."""
    text = short_notice("A new factor was set up", SENDER)
    assert text.startswith("Twogate: A new factor was set up. ")
    assert "http" not in text
    assert len(text) <= 160


def test_a_prompt_says_only_that_something_waits() -> None:
    """In its owner's language; what it is stays between the phone and us."""
    facts = {"request": "prq_1"}
    said = worded(Dispatch(Channel.PUSH, "prq_1", facts), SENDER)
    assert said == {**facts, "text": "Something waits for your answer. Open this to look at it."}
    german = worded(Dispatch(Channel.PUSH, "prq_1", {**facts, "language": "de"}), SENDER)
    assert german["text"].startswith("Etwas wartet")
