"""Tests of ``twogate.rules.behaviour.typing``."""

import json

import pytest
from tests.rules.behaviour.typists import Dice

from twogate.rules.behaviour.typing import (
    LEAST_SAMPLES,
    MOST_SAMPLES,
    Template,
    Timings,
    compare,
    fit,
    learn,
    read_timings,
)


def timings(dice: Dice, *, held: float, step: float, keys: int = 8) -> Timings:
    """One typing by somebody who holds keys and moves on at their own pace, give or take a tenth."""
    down, found = 0.0, []
    for _ in range(keys):
        found.append((round(down), round(down + dice.normal(held, held / 10))))
        down += dice.normal(step, step / 10)
    return Timings(tuple(found))


def trained(count: int, *, held: float = 90, step: float = 180) -> Template:
    """A template of so many samples."""
    dice, template = Dice(3), Template()
    for _ in range(count):
        template = learn(template, timings(dice, held=held, step=step))
    return template


def test_the_distance_is_the_scaled_manhattan_one() -> None:
    """Each timing's distance from its mean, divided by its mean absolute deviation, summed."""
    profile = fit([(1.0, 10.0), (3.0, 30.0)], floor=0.1)
    assert (profile.mean, profile.spread) == ((2.0, 20.0), (1.0, 10.0))
    assert profile.distance((4.0, 20.0)) == 2.0
    assert profile.distance((2.0, 5.0)) == 1.5


def test_no_spread_is_smaller_than_the_floor() -> None:
    """Somebody who always does the same would otherwise divide by zero."""
    assert fit([(5.0,), (5.0,)], floor=0.5).distance((6.0,)) == 2.0


def test_a_page_sends_pairs_of_numbers() -> None:
    """When each key went down and up; the vector has holds, down to down, up to down."""
    found = read_timings("[[0,90],[150,230],[300,380]]")
    assert found == Timings(((0, 90), (150, 230), (300, 380)))
    assert found.vector() == (90, 80, 80, 150, 150, 60, 70)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{}",
        "[]",
        "[[0,1]]",
        "[[0,1],[2]]",
        "[[0,1],[2,3,4]]",
        '[["a","b"],["c","d"]]',
        "[[0,1],[1.5,3]]",
        "[[0,1],[true,3]]",
        "[[0,5],[9,8]]",
        "[[5,6],[0,9]]",
        "[[-1,0],[1,2]]",
        "[[0,1],[2,99999999]]",
        "[[0,1],[2,NaN]]",
        json.dumps([[number, number] for number in range(65)]),
        "[" * 3000,
        " " * 5000,
    ],
)
def test_anything_else_says_nothing(text: str) -> None:
    """A form field that no page of ours has written is as good as none."""
    assert read_timings(text) is None


def test_nothing_is_said_before_ten_samples() -> None:
    """Nine are too few, ten enough."""
    sample = timings(Dice(9), held=90, step=180)
    assert compare(trained(LEAST_SAMPLES - 1), sample) is None
    assert compare(trained(LEAST_SAMPLES), sample) is not None


def test_the_owner_is_like_themselves_and_a_stranger_is_not() -> None:
    """Twenty of the owner's are all like, twenty of a slow typist all unlike."""
    template, own, others = trained(20), Dice(11), Dice(12)
    for _ in range(20):
        like = compare(template, timings(own, held=90, step=180))
        unlike = compare(template, timings(others, held=140, step=320))
        assert like is not None
        assert unlike is not None
        assert not like.unlike, like
        assert unlike.unlike, unlike


def test_another_number_of_keys_starts_anew() -> None:
    """A password of another length cannot be compared, and its samples do not mix."""
    template, longer = trained(20), timings(Dice(5), held=90, step=180, keys=9)
    assert compare(template, longer) is None
    assert len(learn(template, longer).samples) == 1


def test_another_password_starts_anew() -> None:
    """Of the same length, too: fingers know a password, not a number of keys."""
    template, sample = trained(20), timings(Dice(5), held=90, step=180)
    assert compare(template, sample, of="crd_2") is None
    assert learn(template, sample, of="crd_2") == Template((sample.vector(),), "crd_2")


def test_only_the_last_samples_are_kept() -> None:
    """Somebody's way of typing changes, and nothing is kept for ever."""
    assert len(trained(50).samples) == MOST_SAMPLES


def test_a_template_survives_being_written() -> None:
    """As JSON, to be sealed."""
    template = trained(12)
    assert Template.from_json(template.to_json()) == template
    with pytest.raises(ValueError, match="Expecting"):
        Template.from_json("")


def hesitant(dice: Dice, pace: list[tuple[float, float]]) -> Timings:
    """One typing by somebody with a pace of their own at each key, who stops to think at one in thirty."""
    down, found = 0.0, []
    for held, step in pace:
        found.append((round(down), round(down + max(20.0, dice.normal(held, held / 6)))))
        waits = 2.5 if dice.uniform() < 1 / 30 else 1.0
        down += waits * max(30.0, dice.normal(step, step / 4))
    return Timings(tuple(found))


def test_a_warning_is_rarely_false_and_not_rarely_right() -> None:
    """Forty people, twelve keys: at most 4 % of the owners' typings are suspected, a third of strangers' noticed."""
    dice, alarms, noticed = Dice(42), 0, 0
    for _ in range(40):
        own, other = ([(dice.normal(95, 20), dice.normal(180, 50)) for _ in range(12)] for _ in range(2))
        template = Template()
        for _ in range(15):
            template = learn(template, hesitant(dice, own))
        for _ in range(20):
            mine, theirs = (compare(template, hesitant(dice, pace)) for pace in (own, other))
            assert mine is not None
            assert theirs is not None
            alarms += mine.unlike
            noticed += theirs.unlike
    assert alarms / 800 <= 0.04
    assert noticed / 800 >= 0.33
