"""The kernel gives the reference's answers, and under plain fifo those of the intervals."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.trace import kernel, reference
from cairn.trace.columns import Movements, Trace, UnsoundMovementsError
from cairn.trace.intervals import Intervals, NotPlainFifoError
from cairn.trace.policy import Kind, Policy

ACCOUNTS, GRANTS = 4, 3
PAYMENTS = (Kind.MOVE, Kind.SEND, Kind.SPEND)

Row = tuple[int, ...]

KINDS = st.sampled_from([*Kind, Kind.MOVE, Kind.SEND, Kind.CONFIRM, Kind.CONFIRM, Kind.SPEND])
SOME_GRANT = st.integers(-1, GRANTS - 1)
AMOUNTS = st.one_of(st.integers(1, 20), st.integers(1, 10**15))


@st.composite
def any_rows(draw, kinds=KINDS, grants=SOME_GRANT) -> list[Row]:
    """Rows of every kind that name sends, or something, among the earlier ones."""
    rows: list[Row] = []
    for kind in draw(st.lists(kinds, max_size=40)):
        sends = [i for i, row in enumerate(rows) if row[0] == Kind.SEND]
        source, target = draw(st.permutations(range(ACCOUNTS)))[:2]
        amount = draw(AMOUNTS)
        if kind == Kind.RECEIVE:
            rows.append((kind, -1, target, amount, draw(st.integers(0, GRANTS - 1)), -1))
        elif kind in PAYMENTS:
            rows.append((kind, source, target, amount, draw(grants), -1))
        elif kind in {Kind.CONFIRM, Kind.VOID} and sends:
            of = draw(st.sampled_from(sends))
            part = draw(st.sampled_from([rows[of][3], (rows[of][3] + 1) // 2]))
            rows.append((kind, -1, -1, part if kind == Kind.CONFIRM else 0, -1, of))
        elif kind == Kind.REVERSE and rows:
            rows.append((kind, -1, -1, 0, -1, draw(st.integers(0, len(rows) - 1))))
    return rows


def movements(rows: Sequence[Row]) -> Movements:
    table = np.array(rows, np.int64).reshape(-1, 6).T
    kind, source, target, amount, grant, of = table
    return Movements(
        kind=kind.astype(np.uint8),
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        amount=amount.copy(),
        grant=grant.astype(np.int32),
        of=of.copy(),
        accounts=ACCOUNTS,
        grants=GRANTS,
    )


def sound(rows: list[Row]) -> Movements:
    """The same without the rows that there are objections to, and without what names those."""
    while True:
        bad = set(np.flatnonzero(reference.objections(movements(rows)).code).tolist())
        if not bad:
            return movements(rows)
        kept = [i for i, row in enumerate(rows) if i not in bad and row[5] not in bad]
        place = {i: new for new, i in enumerate(kept)} | {-1: -1}
        rows = [(*rows[i][:5], place[rows[i][5]]) for i in kept]


def assert_same(one: Trace, other: Trace) -> None:
    pairs = ((one, other), (one.standing, other.standing), (one.totals, other.totals))
    for mine, theirs in pairs:
        for name in mine.__dataclass_fields__:
            column = getattr(mine, name)
            if isinstance(column, np.ndarray):
                assert column.dtype == getattr(theirs, name).dtype, name
                assert column.tolist() == getattr(theirs, name).tolist(), name


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


def in_circles(n: int, *, accounts: int, grants: int) -> Movements:
    rng = np.random.default_rng(7)
    kind = rng.choice([Kind.RECEIVE, Kind.MOVE, Kind.SPEND], n, p=[0.2, 0.7, 0.1]).astype(np.uint8)
    receives = kind == Kind.RECEIVE
    source = rng.integers(0, accounts, n)
    return Movements(
        kind=kind,
        source=np.where(receives, -1, source).astype(np.int32),
        target=((source + rng.integers(1, accounts, n)) % accounts).astype(np.int32),
        amount=rng.integers(1, np.where(receives, 10_000, 3_000)),
        grant=np.where(receives, rng.integers(0, grants, n), -1).astype(np.int32),
        of=np.full(n, -1),
        accounts=accounts,
        grants=grants,
    )
