"""Pairing what one activity says it gave with what another says it got."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.exchange.follow.match import Says, _in_order, match, nearest_pairs
from cairn.exchange.iati.read import read_files
from iati_texts import put, table


def said(folder, text, **options):
    """Who says what, row by row, and who is whose partner."""
    matches = match(read_files(put(folder, table(text))), **options)
    return [Says(says).name for says in matches.says], matches.partner.tolist()


def test_both_ends_say_so_within_the_window(tmp_path):
    says, partner = said(
        tmp_path,
        """
        A  3  2020-01-01  100  USD  B
        B  1  2020-03-01  100  USD  A
        """,
    )

    assert says == ["BOTH", "BOTH"]
    assert partner == [1, 0]


@pytest.mark.parametrize(("days", "expected"), [(60, "BOTH"), (59, "OTHER_DATE")])
def test_the_window_includes_its_last_day(tmp_path, days, expected):
    says, _ = said(
        tmp_path,
        """
        A  3  2020-01-01  100  USD  B
        B  1  2020-03-01  100  USD  A
        """,
        window=days,
    )

    assert says == [expected, expected]


def test_currencies_stages_and_directions_do_not_meet(tmp_path):
    says, _ = said(
        tmp_path,
        """
        A  3  2020-01-01  100  USD  B
        B  1  2020-01-01  100  EUR  A
        A  2  2020-01-01  200  USD  B
        B  1  2022-01-01  200  USD  A
        B  3  2020-01-01  300  USD  A
        """,
    )

    assert says == ["ONLY_SENDER", "ONLY_SENDER", "ONLY_RECEIVER", "ONLY_RECEIVER", "ONLY_SENDER"]


def test_commitments_meet_commitments_and_pledges_pledges(tmp_path):
    says, _ = said(
        tmp_path,
        """
        A   2  2020-01-01  100  USD  B
        A  12  2020-01-01  100  USD  B
        B  13  2020-01-01  100  USD  A
        B  11  2020-01-01  100  USD  A
        """,
    )

    assert says == ["BOTH"] * 4


def test_of_several_equal_ones_the_nearest_in_time_pair(tmp_path):
    says, partner = said(
        tmp_path,
        """
        A  3  2020-01-01  100  USD  B
        A  3  2020-02-01  100  USD  B
        B  1  2020-02-02  100  USD  A
        """,
    )

    assert says == ["ONLY_SENDER", "BOTH", "BOTH"]
    assert partner == [-1, 2, 1]


def test_as_many_pair_as_can_even_if_one_moves_farther(tmp_path):
    says, partner = said(
        tmp_path,
        """
        A  3  2020-01-01  100  USD  B
        A  3  2020-02-15  100  USD  B
        B  1  2020-02-14  100  USD  A
        B  1  2020-04-10  100  USD  A
        """,
    )

    assert says == ["BOTH"] * 4
    assert partner == [2, 3, 0, 1]


def test_ends_that_name_each_other_with_other_amounts_disagree(tmp_path):
    says, partner = said(
        tmp_path,
        """
        A  3  2020-01-01  100  USD  B
        B  1  2020-01-05   95  USD  A
        """,
    )

    assert says == ["OTHER_AMOUNT"] * 2
    assert partner == [1, 0]


def test_a_correction_never_meets_a_payment(tmp_path):
    says, partner = said(
        tmp_path,
        """
        A  3  2020-01-01  -100  USD  B
        A  3  2020-01-01   100  USD  B
        B  1  2020-01-01  -100  USD  A
        """,
    )

    assert says == ["BOTH", "ONLY_SENDER", "BOTH"]
    assert partner == [2, -1, 0]


def test_an_end_that_names_only_the_organisation_pairs_by_it(tmp_path):
    says, partner = said(
        tmp_path,
        """
        A1  3  2020-01-01  100  USD  -   B
        A1  3  2020-01-01  100  USD  -   C
        B1  1  2020-01-09  100  USD  A1
        """,
    )

    assert says == ["BY_ORGANISATION", "NO_NAME", "BY_ORGANISATION"]
    assert partner == [2, -1, 0]


def test_so_does_a_receiver_that_names_only_the_giving_organisation(tmp_path):
    says, _ = said(
        tmp_path,
        """
        A1  3  2020-01-01  100  USD  B1
        B1  1  2020-01-09  100  USD  -   A
        """,
    )

    assert says == ["BY_ORGANISATION"] * 2


def test_an_activity_named_in_other_letters_is_not_in_the_files(tmp_path):
    says, _ = said(tmp_path, "A  3  2020-01-01  100  USD  b\nB  4  2020-01-01  1  USD")

    assert says == ["OUTSIDE", "NO_NAME"]


def test_what_names_itself_and_what_is_nothing_pairs_with_nobody(tmp_path):
    says, _ = said(
        tmp_path,
        """
        A  3  2020-01-01  100  USD  A
        A  3  2020-01-01    0  USD  B
        A  6  2020-01-01   50  USD  B
        B  1  2020-01-01    0  USD  A
        """,
    )

    assert says == ["ITSELF", "NOTHING", "NOTHING", "NOTHING"]


days = st.lists(st.integers(0, 40), max_size=5)


@given(ours=days, theirs=days, limit=st.one_of(st.none(), st.integers(0, 20)))
def test_no_other_pairing_has_more_pairs_or_is_nearer(ours, theirs, limit):
    date = np.array([*ours, *theirs], dtype=np.int64)
    a, b = list(range(len(ours))), list(range(len(ours), len(date)))

    pairs = nearest_pairs(a, b, date, limit)

    assert len({x for x, _ in pairs}) == len(pairs) == len({y for _, y in pairs})
    assert cost(pairs, date) == min(cost(way, date) for way in all_ways(a, b, date, limit))
    assert len(
        _in_order(sorted(a, key=lambda r: date[r]), sorted(b, key=lambda r: date[r]), date, limit)
    ) == len(pairs)


def cost(pairs, date):
    return -len(pairs), sum(abs(int(date[x]) - int(date[y])) for x, y in pairs)


def all_ways(a, b, date, limit):
    for size in range(min(len(a), len(b)) + 1):
        for ours in combinations(a, size):
            for theirs in permutations(b, size):
                pairs = list(zip(ours, theirs, strict=True))
                if limit is None or all(
                    abs(int(date[x]) - int(date[y])) <= limit for x, y in pairs
                ):
                    yield pairs
