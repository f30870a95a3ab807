"""Tracing on from a lot state gives what a trace of everything gives, to the last column."""

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_movements import (
    ACCOUNTS,
    GRANTS,
    any_rows,
    assert_same,
    in_circles,
    movements,
    sound,
)
from cairn.trace import kernel, reference
from cairn.trace.columns import Movements, Trace, UnsoundMovementsError
from cairn.trace.lot_state import (
    LotState,
    LotStateError,
    PastChangedError,
    nothing,
    prints,
    read,
    save,
    worth_keeping,
)
from cairn.trace.policy import Kind, Policy


def part(whole: Movements, begin: int, end: int) -> Movements:
    """Some of the movements, `of` still counted among all."""
    columns = {
        field.name: getattr(whole, field.name)[begin:end]
        for field in fields(whole)
        if isinstance(getattr(whole, field.name), np.ndarray)
    }
    return replace(whole, **columns)


def start_of(whole: Movements, policy: Policy) -> LotState:
    return nothing(policy, accounts=whole.accounts, grants=whole.grants)


def joined(before: Trace, after: Trace) -> Trace:
    """The rows of one behind those of the other; what stands at the end is the other's."""
    return Trace(
        offsets=np.concatenate([before.offsets, before.offsets[-1] + after.offsets[1:]]),
        grant=np.concatenate([before.grant, after.grant]),
        amount=np.concatenate([before.amount, after.amount]),
        breach=np.concatenate([before.breach, after.breach]),
        standing=after.standing,
        reversed=np.concatenate([before.reversed, after.reversed]),
        totals=after.totals,
    )


def reversed_in(whole: Movements) -> np.ndarray:
    """Which movements some later one reverses."""
    marked = np.zeros(len(whole), np.bool_)
    marked[whole.of[whole.kind == Kind.REVERSE]] = True
    return marked


def assert_same_state(one: LotState, other: LotState) -> None:
    for field in fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype == theirs.dtype, field.name
            assert mine.tolist() == theirs.tolist(), field.name
        else:
            assert mine == theirs, field.name


@pytest.mark.parametrize("policy", Policy)
@given(rows=any_rows(), cut=st.integers(0, 40), dense_cells=st.sampled_from([0, 2**24]))
def test_a_journal_cut_anywhere_and_traced_on_is_the_journal_traced(
    policy, rows, cut, dense_cells, tmp_path_factory
):
    """The first part knows what later movements reverse; the state goes through a file in between."""
    whole = sound(rows)
    cut = min(cut, len(whole))
    first = kernel.trace_on(
        start_of(whole, policy),
        part(whole, 0, cut),
        at=[cut],
        ahead=reversed_in(whole)[:cut],
        dense_cells=dense_cells,
    )
    path = tmp_path_factory.getbasetemp() / f"cut-{policy}"
    save(first.states[0], path, made_of="these")
    state = read(path, made_of="these")
    assert_same_state(state, first.states[0])

    then = kernel.trace_on(
        state, part(whole, cut, len(whole)), at=[len(whole)], dense_cells=dense_cells
    )

    assert_same(joined(first.trace, then.trace), reference.trace(whole, policy))
    at_once = kernel.trace_on(start_of(whole, policy), whole, at=[len(whole)])
    assert_same_state(then.states[0], at_once.states[0])


@pytest.mark.parametrize("policy", Policy)
@given(rows=any_rows(), data=st.data())
@settings(max_examples=40)
def test_a_journal_traced_in_many_stretches_is_the_journal_traced(policy, rows, data):
    whole = sound(rows)
    marked, buffers = reversed_in(whole), kernel.Buffers()
    cuts = sorted({0, len(whole), *data.draw(st.lists(st.integers(0, len(whole)), max_size=6))})
    state, answers = start_of(whole, policy), []
    for begin, end in pairwise(cuts):
        made = kernel.trace_on(
            state, part(whole, begin, end), at=[end], ahead=marked[begin:end], buffers=buffers
        )
        state = made.states[0]
        kept = made.trace
        answers.append(
            replace(kept, **{name: getattr(kept, name).copy() for name in ROWS})  # buffers go on
        )
    if answers:
        so_far = answers[0]
        for after in answers[1:]:
            so_far = joined(so_far, after)

        assert_same(so_far, reference.trace(whole, policy))


ROWS = ("offsets", "grant", "amount", "breach", "reversed")


@pytest.mark.parametrize("policy", Policy)
@given(rows=any_rows(), cut=st.integers(0, 40))
def test_states_on_the_way_are_those_of_a_trace_that_ends_there(policy, rows, cut):
    whole = sound(rows)
    cut = min(cut, len(whole))
    here = kernel.trace_on(
        start_of(whole, policy), part(whole, 0, cut), at=[cut], ahead=reversed_in(whole)[:cut]
    )

    by_the_way = kernel.trace_on(start_of(whole, policy), whole, at=[cut])

    assert_same_state(by_the_way.states[0], here.states[0])
    assert_same(by_the_way.trace, reference.trace(whole, policy))


@pytest.mark.parametrize("policy", Policy)
@given(rows=any_rows(), cut=st.integers(1, 40))
def test_a_reversal_of_what_came_before_is_refused_and_nothing_else_is(policy, rows, cut):
    """Who did not know of it starts from a state before the movement that is reversed."""
    whole = sound(rows)
    cut = min(cut, len(whole))
    late = whole.of[cut:][whole.kind[cut:] == Kind.REVERSE]
    first = sound_start(whole, cut, policy)
    if first is None:
        return
    if (late < cut).any():
        with pytest.raises(PastChangedError):
            kernel.trace_on(first.states[0], part(whole, cut, len(whole)))
    else:
        then = kernel.trace_on(first.states[0], part(whole, cut, len(whole)))
        assert_same(joined(first.trace, then.trace), reference.trace(whole, policy))


def sound_start(whole: Movements, cut: int, policy: Policy) -> kernel.TracedOn | None:
    """The first movements traced as if no others were to come, if they can be."""
    if reference.objections(part(whole, 0, cut)):
        return None  # more was confirmed than a reversal to come leaves room for
    return kernel.trace_on(start_of(whole, policy), part(whole, 0, cut), at=[cut])


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("kind", [Kind.CONFIRM, Kind.VOID])
def test_a_send_that_has_arrived_cannot_arrive_again_after_a_cut(policy, kind):
    rows = [(Kind.SEND, 0, 1, 7, -1, -1), (Kind.CONFIRM, -1, -1, 7, -1, 0)]
    whole = movements([*rows, (kind, -1, -1, 3 if kind == Kind.CONFIRM else 0, -1, 0)])
    state = kernel.trace_on(start_of(whole, policy), part(whole, 0, 2), at=[2]).states[0]

    with pytest.raises(UnsoundMovementsError, match="Movement 2 "):
        kernel.trace_on(state, part(whole, 2, 3))


def test_other_codes_of_grants_are_no_continuation():
    whole = movements([(Kind.RECEIVE, -1, 0, 5, 0, -1)])
    state = kernel.trace_on(start_of(whole, Policy.FIFO), whole, at=[1]).states[0]

    with pytest.raises(PastChangedError):
        kernel.trace_on(state, replace(part(whole, 0, 0), grants=GRANTS + 1))


@pytest.mark.parametrize("policy", Policy)
def test_accounts_may_be_added(policy):
    whole = movements([(Kind.RECEIVE, -1, 3, 5, 0, -1), (Kind.SPEND, 3, 0, 9, -1, -1)])
    fewer = replace(part(whole, 0, 1), accounts=ACCOUNTS)
    whole = replace(whole, accounts=ACCOUNTS + 3)
    first = kernel.trace_on(start_of(fewer, policy), fewer, at=[1])

    then = kernel.trace_on(first.states[0], part(whole, 1, 2), at=[2])

    assert_same(joined(first.trace, then.trace), reference.trace(whole, policy))
    assert then.states[0].accounts == ACCOUNTS + 3


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("dense_cells", [0, 2**24])
def test_ten_thousand_movements_in_circles_agree_in_stretches(policy, dense_cells):
    """Enough that buffers grow while they hold what came before."""
    circles = in_circles(10_000, accounts=60, grants=300)
    size = 2_000 if policy == Policy.PRO_RATA else 10_000
    circles = part(circles, 0, size)
    cuts = [0, size // 4, size // 2, size // 2 + 1, size]
    state, buffers, rows = start_of(circles, policy), kernel.Buffers(), 0
    whole = kernel.trace(circles, policy)

    for begin, end in pairwise(cuts):
        made = kernel.trace_on(
            state, part(circles, begin, end), at=[end], buffers=buffers, dense_cells=dense_cells
        )
        state = made.states[0]
        there = slice(rows, rows + len(made.trace.grant))
        assert (made.trace.grant == whole.grant[there]).all()
        assert (made.trace.amount == whole.amount[there]).all()
        rows = there.stop
    assert rows == len(whole.grant)
    assert_same(replace(whole, standing=made.trace.standing), whole)


# Which are kept


@given(st.integers(0, 10**9), st.integers(0, 10**7))
def test_what_is_worth_keeping_was_kept_before_movements_were_added(movements_, added):
    """So a worker that traced up to here has what it wants to keep later."""
    now, later = worth_keeping(movements_), worth_keeping(movements_ + added)

    assert {each for each in later if each <= movements_} <= {*now}
    assert len(later) <= 26


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_late_fact_costs_eight_times_its_distance_at_most(movements_, distance):
    distance = min(distance, movements_)
    start = max(
        (each for each in worth_keeping(movements_) if each <= movements_ - distance), default=0
    )

    assert movements_ - start <= max(8 * distance, 2 * 2**12)


# On disk


@given(st.lists(st.integers(0, 50), max_size=5), st.integers(0, 50))
def test_prints_are_of_the_first_items_and_of_nothing_else(cuts, changed):
    column, other = np.arange(50), np.arange(50, dtype=np.int32)[::-1]
    cuts = sorted(set(cuts))
    once = prints([column, other], cuts)
    assert once == [prints([column, other], [cut])[0] for cut in cuts]

    column = column.copy()
    column[changed:] += 1

    again = prints([column, other], cuts)
    assert [mine == theirs for mine, theirs in zip(once, again, strict=True)] == [
        cut <= changed for cut in cuts
    ]


@pytest.fixture
def saved(tmp_path):
    whole = in_circles(500, accounts=6, grants=5)
    state = kernel.trace_on(start_of(whole, Policy.FIFO), whole, at=[500]).states[0]
    save(state, tmp_path / "500.lots", made_of="these")
    return tmp_path / "500.lots"


def test_a_lot_state_of_others_is_not_read(saved):
    with pytest.raises(LotStateError, match="of other movements"):
        read(saved, made_of="those")


def test_a_damaged_lot_state_is_not_read_whichever_byte_it_is(saved):
    content = saved.read_bytes()
    for at in range(0, len(content), 97):
        damaged = bytearray(content)
        damaged[at] ^= 1
        saved.write_bytes(damaged)
        with pytest.raises(LotStateError):
            read(saved, made_of="these")


def test_a_lot_state_that_was_cut_short_is_not_read(saved):
    content = saved.read_bytes()
    for length in (0, 1, 64, 65, 300, len(content) - 1):
        saved.write_bytes(content[:length])
        with pytest.raises(LotStateError):
            read(saved, made_of="these")


def test_a_lot_state_that_is_not_there_is_not_read(tmp_path):
    with pytest.raises(LotStateError):
        read(tmp_path / "1.lots", made_of="these")
