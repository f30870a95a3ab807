"""What counts as kept, broken and open, for which day; and whose days are whose."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.following.promises import (
    ANSWER_WITHIN,
    CONFIRM_WITHIN,
    NEED_WITHIN,
    Promise,
    State,
    months_after,
    of_mending,
    of_upkeep,
    unless_given_up,
)
from cairn.following.turns import nth_on, nths, turns_of
from cairn.programme.models import Cohort
from cairn.worklist.clocks import DAYS

NEW_YEAR, DUE = date(2025, 1, 1), date(2025, 3, 1)
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def promise(done_on=None):
    return Promise("finish", "qarasu", DUE, done_on)


def upkeep(done, until, *, ended=False, since=NEW_YEAR, every=1):
    found = of_upkeep("qarasu", since, every, done, until=until, ended=ended)
    return [(one.due, one.done_on) for one in found]


@pytest.mark.parametrize(
    ("done_on", "today", "state", "counts_for"),
    [
        (date(2025, 2, 10), date(2025, 6, 1), State.KEPT, date(2025, 2, 10)),
        (DUE, date(2025, 6, 1), State.KEPT, DUE),
        (date(2025, 3, 2), date(2025, 6, 1), State.BROKEN, DUE),
        (None, date(2025, 3, 2), State.BROKEN, DUE),
        (None, DUE, State.OPEN, DUE),
        (None, date(2025, 2, 1), State.OPEN, date(2025, 2, 1)),
    ],
)
def test_a_promise_is_kept_by_its_day_or_broken(done_on, today, state, counts_for):
    one = promise(done_on)

    assert one.state(today) is state
    assert one.decided_on(today) == counts_for


@pytest.mark.parametrize(
    ("done_on", "given_up_on", "counts"),
    [
        (None, date(2025, 2, 1), False),
        (None, DUE, False),
        (None, date(2025, 3, 2), True),
        (date(2025, 2, 1), date(2025, 2, 10), True),
        (None, None, True),
    ],
)
def test_what_was_given_up_before_its_day_was_no_promise(done_on, given_up_on, counts):
    assert bool(list(unless_given_up(promise(done_on), given_up_on))) is counts


def test_each_interval_of_upkeep_is_a_promise_of_its_own():
    done = [date(2025, 1, 20), date(2025, 5, 1)]

    # Kept early; then two months pass without; the third is done late, and so kept none.
    assert upkeep(done, date(2025, 5, 10)) == [
        (date(2025, 2, 1), date(2025, 1, 20)),
        (date(2025, 2, 20), None),
        (date(2025, 3, 20), None),
        (date(2025, 4, 20), None),
        (date(2025, 6, 1), None),
    ]


def test_upkeep_of_what_is_no_more_is_owed_no_more():
    assert upkeep([], date(2025, 2, 15), ended=True) == [(date(2025, 2, 1), None)]


def test_upkeep_that_was_done_on_its_day_is_kept_and_the_next_is_open():
    assert upkeep([date(2025, 2, 1)], date(2025, 2, 1)) == [
        (date(2025, 2, 1), date(2025, 2, 1)),
        (date(2025, 3, 1), None),
    ]


@given(st.lists(days, max_size=12), days, st.integers(1, 24), st.booleans())
def test_intervals_of_upkeep_follow_each_other(done, until, every, ended):
    until = max(until, NEW_YEAR)
    found = upkeep(done, until, every=every, ended=ended)

    assert [due for due, _done in found] == sorted(due for due, _done in found)
    assert sum(due >= until and done is None for due, done in found) == (not ended)
    assert {done for _due, done in found if done} <= set(done)


def test_the_last_day_of_a_month_stays_the_last():
    assert months_after(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert months_after(date(2024, 11, 30), 15) == date(2026, 2, 28)


def test_the_same_day_said_again_is_the_same_promise_and_a_moved_day_another():
    said = [(NEW_YEAR, DUE), (date(2025, 1, 9), DUE), (date(2025, 2, 1), date(2025, 4, 1))]

    found = list(of_mending("qarasu", said, [date(2025, 3, 5)], None))
    assert [(one.due, one.done_on) for one in found] == [
        (DUE, date(2025, 3, 5)),
        (date(2025, 4, 1), date(2025, 3, 5)),
    ]


def test_what_was_mended_before_is_not_mended_again():
    found = list(of_mending("qarasu", [(date(2025, 2, 1), DUE)], [date(2025, 1, 5)], None))

    assert [one.done_on for one in found] == [None]


def test_clocks_are_those_of_the_worklist():
    assert DAYS["confirm"] == CONFIRM_WITHIN
    assert DAYS["need"] == NEED_WITHIN
    assert DAYS["recommendation"] == ANSWER_WITHIN


def cohort(id_, first, ends_on, closed_on=None):
    return Cohort(id=id_, name={}, opened_on=first, ends_on=ends_on, closed_on=closed_on)


def test_a_cohort_has_its_days_until_the_next_one_begins():
    turns = turns_of(
        [
            cohort("second", date(2026, 1, 10), date(2026, 12, 31)),
            cohort("first", date(2025, 2, 1), date(2025, 12, 31), date(2026, 1, 20)),
        ]
    )

    assert [(one.cohort.id, one.first, one.last) for one in turns] == [
        ("first", date(2025, 2, 1), date(2026, 1, 9)),
        ("second", date(2026, 1, 10), date(2026, 12, 31)),
    ]


@given(st.lists(st.tuples(days, st.integers(0, 500), st.none() | days), max_size=6), days)
def test_each_day_is_of_one_cohort_at_most(cohorts, day):
    turns = turns_of(
        cohort(f"{nth}", first, first + timedelta(length), closed)
        for nth, (first, length, closed) in enumerate(cohorts)
    )

    having = [nth for nth, turn in enumerate(turns) if turn.first <= day <= turn.last]
    assert len(having) <= 1
    assert nth_on(turns, day) == (having or [len(turns)])[0]
    assert list(nths(turns, np.array([day.toordinal()]))) == [nth_on(turns, day)]
