"""The kernel gives the reference's answers, and under plain fifo those of the intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_movements import (
    ACCOUNTS,
    GRANTS,
    PAYMENTS,
    Row,
    any_rows,
    assert_same,
    in_circles,
    movements,
    sound,
)
from cairn.trace import kernel, reference
from cairn.trace.columns import UnsoundMovementsError
from cairn.trace.intervals import Intervals, NotPlainFifoError
from cairn.trace.policy import Kind, Policy


@given(any_rows())
def test_the_kernel_objects_as_the_reference_does(rows):
    objected, expected = kernel.objections(movements(rows)), reference.objections(movements(rows))

    assert objected.code.tolist() == expected.code.tolist()
    assert objected.in_transit.tolist() == expected.in_transit.tolist()


@pytest.mark.parametrize("policy", Policy)
@given(rows=any_rows())
def test_the_kernel_attributes_as_the_reference_does(policy, rows):
    given_movements = sound(rows)

    assert_same(kernel.trace(given_movements, policy), reference.trace(given_movements, policy))


@pytest.mark.parametrize("policy", Policy)
@given(rows=any_rows())
@settings(max_examples=30)
def test_hashed_cells_and_buffers_used_again_change_nothing(policy, rows):
    given_movements, buffers = sound(rows), kernel.Buffers()
    kernel.trace(movements(SAMPLE), policy, buffers=buffers)

    assert_same(
        kernel.trace(given_movements, policy, buffers=buffers, dense_cells=0),
        kernel.trace(given_movements, policy),
    )


SAMPLE: list[Row] = [
    (Kind.RECEIVE, -1, 0, 100, 0, -1),
    (Kind.SEND, 0, 1, 70, -1, -1),
    (Kind.CONFIRM, -1, -1, 30, -1, 1),
    (Kind.SPEND, 2, 9, 5, -1, -1),
]


@pytest.mark.parametrize("policy", Policy)
@given(rows=any_rows())
@settings(max_examples=50)
def test_unsound_movements_are_refused_or_harmless(policy, rows):
    """Whatever the codes: no crash, and nothing lost."""
    try:
        kernel.trace(movements(rows), policy)
    except UnsoundMovementsError:
        assert reference.objections(movements(rows))


@pytest.mark.parametrize(
    "row",
    [
        (Kind.RECEIVE, -1, ACCOUNTS, 5, 0, -1),
        (Kind.RECEIVE, -1, 0, 5, GRANTS, -1),
        (Kind.RECEIVE, -1, 0, 0, 0, -1),
        (Kind.RECEIVE, -1, 0, -5, 0, -1),
        (Kind.RECEIVE, -1, -1, 5, 0, -1),
        (Kind.MOVE, 0, 0, 5, -1, -1),
        (Kind.MOVE, -1, 0, 5, -1, -1),
        (Kind.MOVE, 0, ACCOUNTS, 5, -1, -1),
        (Kind.SPEND, 0, 0, 5, GRANTS, -1),
        (Kind.SPEND, 0, 0, 2**63 - 1, -1, -1),
        (Kind.CONFIRM, -1, -1, 5, -1, 7),
        (Kind.VOID, -1, -1, 0, -1, -1),
        (Kind.VOID, -1, -1, 0, -1, 0),
        (Kind.REVERSE, -1, -1, 0, -1, 0),
        (7, 0, 1, 5, -1, -1),
    ],
)
def test_codes_out_of_range_are_refused(row):
    for policy in Policy:
        with pytest.raises(UnsoundMovementsError):
            kernel.trace(movements([row]), policy)


PLAIN = st.sampled_from([Kind.RECEIVE, *PAYMENTS, Kind.MOVE, Kind.MOVE, Kind.CONFIRM, Kind.VOID])


@given(any_rows(kinds=PLAIN, grants=st.just(-1)))
def test_under_plain_fifo_the_xth_unit_out_is_the_xth_unit_in(rows):
    """In circles too, with money in transit, and where an account pays what it does not have."""
    plain = sound(rows)
    traced, intervals = kernel.trace(plain, Policy.FIFO), Intervals(plain)

    for i in np.flatnonzero(np.isin(plain.kind, PAYMENTS)).tolist():
        made_of = slice(traced.offsets[i], traced.offsets[i + 1])
        parts = zip(traced.grant[made_of].tolist(), traced.amount[made_of].tolist(), strict=True)
        assert list(parts) == intervals.paid_by(i)


def test_intervals_refuse_what_they_cannot_answer():
    with pytest.raises(NotPlainFifoError):
        Intervals(movements([(Kind.SPEND, 0, 1, 5, 1, -1)]))


@pytest.mark.parametrize("policy", [Policy.GRANT_FIFO, Policy.FIFO])
@pytest.mark.parametrize("dense_cells", [0, 2**24])
def test_ten_thousand_movements_in_circles_agree(policy, dense_cells):
    """Enough that buffers grow: money of three hundred grants goes round among sixty accounts."""
    circles = in_circles(10_000, accounts=60, grants=300)

    traced = kernel.trace(circles, policy, dense_cells=dense_cells)

    assert_same(traced, reference.trace(circles, policy))


def test_thousands_of_lots_that_go_to_and_fro_agree():
    """Rows and lots both outgrow their first room."""
    count = 5_000
    all_of_it = 10 * count
    rows: list[Row] = [(Kind.RECEIVE, -1, 0, 10, i % GRANTS, -1) for i in range(count)]
    rows += [(Kind.MOVE, there % 2, 1 - there % 2, all_of_it, -1, -1) for there in range(8)]
    send = len(rows)
    rows += [
        (Kind.SEND, 0, 1, all_of_it - 5, -1, -1),
        (Kind.CONFIRM, -1, -1, all_of_it // 2, -1, send),
        (Kind.VOID, -1, -1, 0, -1, send),
        (Kind.SPEND, 0, 0, all_of_it, 1, -1),
    ]

    traced = kernel.trace(movements(rows), Policy.FIFO)

    assert_same(traced, reference.trace(movements(rows), Policy.FIFO))


def test_fifo_in_circles_agrees_with_the_intervals():
    circles = in_circles(3_000, accounts=12, grants=40)
    traced, intervals = kernel.trace(circles, Policy.FIFO), Intervals(circles)

    for i in np.flatnonzero(circles.kind == Kind.SPEND)[::10].tolist():
        made_of = slice(traced.offsets[i], traced.offsets[i + 1])
        parts = zip(traced.grant[made_of].tolist(), traced.amount[made_of].tolist(), strict=True)
        assert list(parts) == intervals.paid_by(i)
