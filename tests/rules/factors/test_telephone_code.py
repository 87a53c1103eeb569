"""Codes by telephone (NIST SP 800-63B-4, section 3.1.3): once, for ten minutes at most, for who asked."""

import collections

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.contract import Accepted, Account, Begin, Challenge, Checked, FactorState, Role, Sends
from twogate.rules.factors.telephone_code import SmsCode, TelephoneRules, VoiceCode
from twogate.rules.factors.telephone_number import NumberRules
from twogate.terms.dispatch import Channel
from twogate.terms.proof import Category
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

RULES = TelephoneRules(numbers=NumberRules(allowed=("49",)), life=300, sends=Sends(5, 3600))
SMS, VOICE = SmsCode(RULES), VoiceCode(RULES)
ANN = Account("Twogate", "ann")
NUMBER = "+4915112345678"
STATE: FactorState = {"number": NUMBER, "last": "before"}
SOON = NOON.plus(10)


def _begun(account: Account = ANN) -> Begin:
    return SMS.offer(account, SeededEntropy())


def _sent() -> Begin:
    answer = SMS.accept(_begun().remember, Secret(NUMBER), NOON)
    assert isinstance(answer, Passed)
    assert isinstance(answer.value, Begin)
    return answer.value


def _asked(*states: FactorState, seed: str = "ask") -> Challenge:
    challenge = SMS.challenge(states or (STATE,), SeededEntropy(seed), NOON)
    assert challenge is not None
    return challenge


def _code(sent: Begin | Challenge) -> Secret:
    assert sent.send is not None
    return Secret(sent.send.facts["code"])


def test_setting_it_up_takes_a_number_and_then_its_code() -> None:
    """The first answer is the number, which gets a code; the second is that code."""
    begun = _begun()
    assert begun.send is None
    assert begun.show.ask is not None
    assert begun.show.ask.autocomplete == "tel"
    sent = _sent()
    assert sent.send is not None
    assert (sent.send.channel, sent.send.to, sent.send.life) == (Channel.SMS, NUMBER, 300)
    assert sent.show.ask == SMS.prompt
    done = SMS.accept(sent.remember, _code(sent), SOON)
    assert isinstance(done, Passed)
    assert isinstance(done.value, Accepted)
    assert (done.value.state["number"], done.value.label) == (NUMBER, "+49 ••• 78")
    assert "code" not in done.value.state


def test_people_are_told_that_it_is_the_weakest_way() -> None:
    """Section 3.2.9: the notice comes with the offer, and again while the code is awaited."""
    assert "passkey" in _begun().show.hint
    assert _begun().show.public["restricted"] is True
    assert SMS.again(ANN, _sent().remember).public == {"number": "+49 ••• 78", "restricted": True}


@pytest.mark.parametrize("given", ["", "0151 12345678", "123456", "+33612345678", "+49900112345", "\udcff" * 2])
def test_a_number_that_cannot_be_sent_to_gets_nothing(given: str) -> None:
    """No code leaves, and the number is asked again."""
    assert isinstance(SMS.accept(_begun().remember, Secret(given.encode("utf-8", "surrogateescape")), NOON), Refused)


def test_the_same_number_is_not_bound_twice() -> None:
    """Another number is another authenticator; the same one is there already."""
    begun = _begun(Account("Twogate", "ann", existing=(STATE,)))
    assert SMS.accept(begun.remember, Secret(NUMBER), NOON) == Refused(Reason.ALREADY_ENROLLED)
    assert isinstance(SMS.accept(begun.remember, Secret("+4915112345679"), NOON), Passed)


def test_a_wrong_or_late_code_binds_nothing() -> None:
    """Nor one that is none."""
    sent = _sent()
    wrong = f"{(int(_code(sent).text()) + 1) % 1_000_000:06}"
    assert SMS.accept(sent.remember, Secret(wrong), SOON) == Refused(Reason.CODE_WRONG)
    assert SMS.accept(sent.remember, _code(sent), NOON.plus(300)) == Refused(Reason.CODE_EXPIRED)
    for nothing in ("", "12345", "1234567", "٣٤٥٦٧٨", "12345a"):
        assert SMS.accept(sent.remember, Secret(nothing), SOON) == Refused(Reason.CODE_MALFORMED)


def test_a_code_proves_the_number_it_was_sent_to() -> None:
    """Something held, named as RFC 8176 does, and nothing more: neither hardware nor phishing resistant."""
    asked = _asked()
    checked = SMS.check(STATE, _code(asked), SOON, asked=asked.remember)
    assert isinstance(checked, Passed)
    nature = checked.value.nature
    assert nature.categories == {Category.HELD}
    assert (nature.amr, nature.phishing_resistant, nature.hardware_protected) == (("sms",), False, False)
    assert VOICE.nature(STATE).amr == ("tel",)
    assert SMS.role is VOICE.role is Role.SECOND


def test_a_code_is_good_for_the_sign_in_that_asked_for_it() -> None:
    """Not where nothing was asked, nor where another number or another code was."""
    asked, other = _asked(), _asked(seed="other")
    assert SMS.check(STATE, _code(asked), SOON) == Refused(Reason.CODE_NOT_SENT)
    assert SMS.check({**STATE, "number": "+4915100000000"}, _code(asked), SOON, asked=asked.remember) == Refused(
        Reason.CODE_NOT_SENT
    )
    assert SMS.check(STATE, _code(asked), SOON, asked=other.remember) == Refused(Reason.CODE_WRONG)


def test_a_code_is_good_once() -> None:
    """The credential remembers which question was answered."""
    asked = _asked()
    checked = SMS.check(STATE, _code(asked), SOON, asked=asked.remember)
    assert isinstance(checked, Passed)
    assert isinstance(checked.value, Checked)
    after = checked.value.next_state
    assert after is not None
    assert SMS.check(after, _code(asked), SOON, asked=asked.remember) == Refused(Reason.CODE_REPLAYED)


@pytest.mark.parametrize(("life", "good", "over"), [(300, 299, 300), (60, 59, 60), (86_400, 599, 600)])
def test_a_code_is_good_for_ten_minutes_at_most(life: int, good: int, over: int) -> None:
    """Whatever was set (section 3.1.3.1); and not before it was sent."""
    sms = SmsCode(TelephoneRules(numbers=RULES.numbers, life=life))
    asked = sms.challenge((STATE,), SeededEntropy(), NOON)
    assert asked is not None
    assert asked.send is not None
    assert asked.send.life == min(life, 600)
    assert isinstance(sms.check(STATE, _code(asked), NOON.plus(good), asked=asked.remember), Passed)
    assert sms.check(STATE, _code(asked), NOON.plus(over), asked=asked.remember) == Refused(Reason.CODE_EXPIRED)
    assert sms.check(STATE, _code(asked), NOON.plus(-1), asked=asked.remember) == Refused(Reason.CODE_EXPIRED)


def test_codes_go_to_the_newest_number() -> None:
    """And the page shows neither the number nor the code."""
    newest = {"number": "+4915199999942", "last": "x"}
    asked = _asked(STATE, newest)
    assert asked.send is not None
    assert asked.send.to == newest["number"]
    assert asked.show == {"number": "+49 ••• 42"}
    assert _code(asked).text() not in repr(asked)
    assert NUMBER not in repr(_sent())


def test_nobody_is_sent_nothing() -> None:
    """Without a number there is nothing to ask, and a decoy passes no code."""
    assert SMS.challenge((), SeededEntropy(), NOON) is None
    decoy = SMS.decoy(SeededEntropy())
    asked = _asked()
    assert isinstance(SMS.check(decoy, _code(asked), SOON, asked=asked.remember), Refused)


def test_every_code_is_as_likely_as_any_other() -> None:
    """Six digits, leading zeros kept; each digit at each place about as often."""
    entropy = SeededEntropy("many")
    codes = []
    for _ in range(5000):
        asked = SMS.challenge((STATE,), entropy, NOON)
        assert asked is not None
        codes.append(_code(asked).text())
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    for place in range(6):
        seen = collections.Counter(code[place] for code in codes)
        assert 400 < min(seen.values()) <= max(seen.values()) < 600


def test_no_code_and_no_number_is_printed() -> None:
    """Whatever logs one of these records logs neither."""
    assert VOICE.sends == Sends(5, 3600)
    for record in (_begun(), _sent(), _asked()):
        assert NUMBER not in repr(record)
        assert str(record.remember["code"]) not in repr(record)
