"""What still stands after so long: by hand, and against another way to the same figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.following.survival import YEAR, Life, survival

lives = st.lists(st.builds(Life, st.integers(0, 1500), st.booleans()), max_size=40)


def curve(*days):
    """A curve of lives written as days; those that ended as negative ones."""
    return survival([Life(abs(one), ended=one < 0) for one in days])


def falls(found):
    return [(fall.days, fall.at_risk, fall.ended, round(fall.standing, 4)) for fall in found.falls]


def test_what_ends_takes_its_share_of_those_that_stood_so_long():
    found = curve(
        -6, -6, -6, 6, -7, 9, -10, 10, 11, -13, -16, 17, 19, 20, -22, -23, 25, 32, 32, 34, 35
    )

    # Remission in weeks with 6-MP, as of Freireich et al. (1963): the example of every textbook.
    assert falls(found) == [
        (6, 21, 3, 0.8571),
        (7, 17, 1, 0.8067),
        (10, 15, 1, 0.7529),
        (13, 12, 1, 0.6902),
        (16, 11, 1, 0.6275),
        (22, 7, 1, 0.5378),
        (23, 6, 1, 0.4482),
    ]


def test_what_stands_to_this_day_was_at_risk_on_it():
    assert falls(curve(10, -10, 20, 20)) == [(10, 4, 1, 0.75)]


def test_after_a_year_it_is_said_of_how_many():
    found = curve(-100, YEAR, YEAR + 1, 2 * YEAR)

    assert [(one.years, one.at_risk, one.standing) for one in found.after] == [
        (1, 3, 0.75),
        (2, 1, 0.75),
        (3, 0, None),
    ]


def test_where_all_have_ended_nothing_stands_and_nobody_need_wait():
    assert [one.standing for one in curve(-100, -200).after] == [0, 0, 0]


def test_what_ends_on_its_anniversary_was_there_for_a_year_and_is_down():
    after = curve(-YEAR, YEAR).after[0]

    assert (after.at_risk, after.standing) == (2, 0.5)


def test_of_nothing_nothing_is_known():
    found = curve()

    assert (found.of, found.falls, found.longest) == (0, (), 0)
    assert [one.standing for one in found.after] == [None] * 3


def handed_to_the_right(told, age):
    """Efron's way (1967): whoever leaves hands their weight to all that stay longer, in equal parts."""
    order = sorted(told, key=lambda life: (life.days, not life.ended))
    weights = [1 / len(order)] * len(order) if order else []
    for nth, life in enumerate(order):
        longer = len(order) - nth - 1
        if not life.ended and longer:
            for other in range(nth + 1, len(order)):
                weights[other] += weights[nth] / longer
            weights[nth] = 0
    return 1 - sum(
        weight
        for life, weight in zip(order, weights, strict=True)
        if life.ended and life.days <= age
    )


@given(lives)
def test_weights_handed_to_the_right_give_the_same_curve(told):
    found = survival(told)

    for fall in found.falls:
        assert fall.standing == pytest.approx(handed_to_the_right(told, fall.days))
    for after in found.after:
        if after.standing is not None:
            assert after.standing == pytest.approx(handed_to_the_right(told, after.years * YEAR))


@given(lives)
def test_where_all_have_ended_it_is_the_plain_share(told):
    ended = [Life(life.days, ended=True) for life in told]

    for fall in survival(ended).falls:
        standing = sum(life.days > fall.days for life in ended) / len(ended)
        assert fall.standing == pytest.approx(standing)
