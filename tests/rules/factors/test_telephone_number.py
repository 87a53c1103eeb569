"""Telephone numbers (ITU-T E.164): read strictly, and only where the operator lets messages go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.factors.telephone_number import NumberRules, calling_code, masked, parse
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

RULES = NumberRules(allowed=("49", "44", "1", "39"))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+4915112345678", "+4915112345678"),
        (" +49 (151) 123-456/78 ", "+4915112345678"),
        ("0049 151 12345678", "+4915112345678"),
        ("+1.212.555.0123", "+12125550123"),
        ("+39 06 1234567", "+39061234567"),  # in Italy the zero belongs to the number
    ],
)
def test_a_number_is_read_as_people_write_it(written: str, number: str) -> None:
    """With its country code, and the usual separators."""
    assert parse(written, RULES) == Passed(number)


@pytest.mark.parametrize(
    "written",
    [
        *("", "0151 12345678", "151 12345678", "+", "+0151234567", "+49", "+49 0151 12345678", "+49 (0)151 12345678"),
        *("+4915112345678;ext=5", "+49151 1234567x", "+4915112345678,+4915112345679", "tel:+4915112345678"),
        *(
            "+491511234567890123",
            "++4915112345678",
            "+49151\n12345678",
            "+٤٩١٥١١٢٣٤٥٦٧",
            "+49" + " " * 60 + "1511234567",
        ),
    ],
)
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    """National numbers, trunk zeros, two at once, extensions, other digits, more than 15: nothing is guessed."""
    assert parse(written, RULES) == Refused(Reason.NUMBER_MALFORMED)


@pytest.mark.parametrize(
    "written",
    ["+33 6 12345678", "+1 900 555 0123", "+1 876 555 0123", "+49 900 1 123456", "+44 9011 123456", "+881 612345678"],
)
def test_what_costs_money_without_reaching_a_person_is_refused(written: str) -> None:
    """Countries that were not allowed, premium ranges, islands behind +1, satellites."""
    found = parse(written, RULES)
    assert isinstance(found, Refused)
    assert found.reason is Reason.NUMBER_REFUSED


def test_the_longest_prefix_decides() -> None:
    """An operator on an island allows it by name; the same prefix on both lists is refused."""
    assert parse("+1 876 555 0123", NumberRules(allowed=("1876",))) != Passed("+18765550123")
    assert parse("+1 876 555 0123", NumberRules(allowed=("18765",))) == Passed("+18765550123")
    assert parse("+1 212 555 0123", NumberRules(allowed=("1212",))) == Passed("+12125550123")
    assert parse("+1 213 555 0123", NumberRules(allowed=("1212",))) != Passed("+12135550123")


def test_without_a_country_nothing_is_sent() -> None:
    """The list of countries begins empty."""
    assert isinstance(parse("+4915112345678", NumberRules()), Refused)


@pytest.mark.parametrize(
    ("digits", "code"), [("12125550123", "1"), ("4915112", "49"), ("35312345", "353"), ("77", "7")]
)
def test_country_codes_have_one_to_three_digits(digits: str, code: str) -> None:
    """As E.164 assigns them."""
    assert calling_code(digits) == code


def test_a_masked_number_can_be_known_again_and_not_be_called() -> None:
    """Country and last two digits."""
    assert masked("+4915112345678") == "+49 ••• 78"


@given(st.text(max_size=50))
def test_nothing_else_ever_passes(text: str) -> None:
    """Whatever is typed: either a plus sign and 7 to 15 digits of an allowed country come out, or a refusal."""
    found = parse(text, RULES)
    if isinstance(found, Passed):
        assert found.value[0] == "+"
        assert found.value[1:].isascii()
        assert found.value[1:].isdigit()
        assert found.value[1:].startswith(RULES.allowed)
