"""Small counts: an attacker who knows the algorithm and every published table finds none."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.voice.counts import SMALL, in_steps, labelled, shown


def published(counts, *, possible=None):
    """What a reader sees of a village with so many answers in each cell: labels, and how many have none."""
    cells = {cell: list(range(n)) for cell, n in enumerate(counts) if n}
    with_labels = labelled(cells, possible=possible or len(counts))
    seen = tuple(len(with_labels.get(cell, ())) for cell in range(len(counts)))
    return seen, sum(counts) - sum(seen)


@pytest.mark.parametrize(("cells", "most"), [(1, 30), (2, 16), (3, 11), (4, 8)])
def test_no_village_is_the_only_one_with_its_small_count(cells, most):
    """Every village of so many cells: those that publish the same must differ in each small count."""
    alike = defaultdict(list)
    for counts in product(range(most + 1), repeat=cells):
        alike[published(counts)].append(counts)

    for seen, villages in alike.items():
        for cell in range(cells):
            there = {counts[cell] for counts in villages}
            if len(there) == 1 and cells > 1:
                (only,) = there
                # What the enumeration cuts off is no proof: only what lies within it.
                if sum(villages[0]) <= most:
                    assert only == 0 or only >= SMALL, (seen, villages)


def parts(count, most):
    """Each way in which so many voices can have been answered: by answers to so many of them each."""
    if not count:
        yield ()
    for first in range(min(count, most), 0, -1):
        yield from ((first, *rest) for rest in parts(count - first, first))


def test_how_many_voices_an_answer_was_given_to_does_not_follow_from_the_board():
    """The board shows an answer to several voices once, beside figures that count each of them.

    Every village of two cells and up to nine voices, with every way to answer them. How many an answer
    was given to is found only where it was one each: where entries leave no more.
    """
    alike = defaultdict(list)
    cell = [one for count in range(10) for one in parts(count, count)]
    for village in product(cell, repeat=2):
        voices = sum(map(sum, village))
        if voices <= 9:
            alike[published([len(answers) for answers in village]), shown(voices)].append(village)

    assert len(alike) > 10
    for villages in alike.values():
        for at in range(2):
            there = {sum(village[at]) for village in villages}
            assert len(there) > 1 or min(there) == 0 or min(there) >= SMALL, villages
        given = {tuple(sorted(n for answers in v for n in answers)) for v in villages}
        assert len(given) > 1 or set(*given) <= {1}, villages


def test_the_attacker_would_find_a_figure_that_was_shown_with_its_total():
    """The check can fail: publishing floors and a total gives small counts away."""
    alike = defaultdict(list)
    for counts in product(range(9), repeat=2):
        alike[tuple(map(shown, counts)), sum(counts)].append(counts)

    assert [(4, 4)] in [v for v in alike.values() if all(c < SMALL for c in v[0])]


def test_a_step_begins_where_nobody_outside_knows():
    """Of a thing that is spoken of once a day, the day on which 5 comes would tell of 4 the day before."""
    figures = {
        of: [in_steps(count, of=of, secret="s") for count in range(40)]  # noqa: S106 - of nobody
        for of in map(str, range(60))
    }
    begins = {row.index(SMALL) for row in figures.values()}

    assert begins == {5, 6, 7, 8, 9}
    for row in figures.values():
        assert row == sorted(row)
        assert all(
            figure % SMALL == 0 and figure <= count < figure + 9 for count, figure in enumerate(row)
        )
    assert in_steps(7, of="a", secret="s") == in_steps(7, of="a", secret="s")  # noqa: S106 - likewise
    assert len({in_steps(7, of="a", secret=str(n)) for n in range(40)}) == 2


@given(st.integers(0, 200), st.integers(0, 200))
def test_two_figures_of_two_days_or_two_filters_are_equal_or_differ_by_five(one, other):
    assert shown(one) == shown(other) or abs(shown(one) - shown(other)) >= SMALL


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_a_sum_of_figures_adds_nothing_to_them(counts):
    figures = [shown(count) for count in counts]

    assert sum(figures) % SMALL == 0
    assert sum(figures) <= sum(counts)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_labels_come_in_fives_and_leave_enough_without(counts):
    seen, rest = published(counts)

    assert all(
        figure % SMALL == 0 and figure <= count for figure, count in zip(seen, counts, strict=True)
    )
    if any(seen):
        assert rest == 0 or (rest >= SMALL and rest % (SMALL - 1))


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.data())
def test_one_answer_more_shows_no_label_but_in_fives(counts, data):
    """Who looks every day: between two days the labels of a cell change by fives or not at all."""
    before, _rest = published(counts)
    at = data.draw(st.integers(0, len(counts) - 1))
    after, _rest = published([n + (cell == at) for cell, n in enumerate(counts)])

    assert all((a - b) % SMALL == 0 for a, b in zip(after, before, strict=True))
