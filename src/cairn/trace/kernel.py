"""The trace, compiled: movements → attributions at tens of millions of movements a second.

The semantics are `reference`'s, and tests hold the two equal. Memory is kept in `buffers`, the work
is done in `loops`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cairn.trace.buffers import Buffers, Columns, Settled, read_only
from cairn.trace.columns import (
    Bools,
    Int64s,
    Movements,
    Objections,
    Standing,
    TooMuchMoneyError,
    Totals,
    Trace,
    UnsoundMovementsError,
)
from cairn.trace.loops import DONE, NEXT, ROWS, TOO_MUCH, UNSOUND, judge, mark_reversed
from cairn.trace.lot_state import LotState, PastChangedError, nothing
from cairn.trace.policy import Kind, Policy

__all__ = ["Buffers", "Movements", "Standing", "Totals", "Trace", "objections", "trace", "trace_on"]

DENSE_CELLS: Final = 2**24
"""Tables up to this many cells (a quarter of a gigabyte, touched where used) are not hashed."""


def trace(
    movements: Movements,
    policy: Policy,
    *,
    buffers: Buffers | None = None,
    dense_cells: int = DENSE_CELLS,
) -> Trace:
    """Attribute each movement.

    With `buffers`, the memory of an earlier trace is used again, and its results overwritten.
    Raises UnsoundMovementsError where `objections` would find any, TooMuchMoneyError.
    """
    start = nothing(policy, accounts=movements.accounts, grants=movements.grants)
    return trace_on(start, movements, buffers=buffers, dense_cells=dense_cells).trace


@dataclass(frozen=True, slots=True)
class TracedOn:
    """What was traced on from a lot state."""

    trace: Trace
    """Of the movements that were added; its `standing` and `totals` are those of the whole."""
    states: list[LotState]
    """After so many movements as was asked for."""


def trace_on(
    start: LotState,
    movements: Movements,
    *,
    at: Sequence[int] = (),
    ahead: Bools | None = None,
    buffers: Buffers | None = None,
    dense_cells: int = DENSE_CELLS,
) -> TracedOn:
    """Attribute the movements that come after a lot state, in time that goes with these and with it.

    `of` counts from the first movement of all. `at` says, ascending, after how many of all movements
    the lot state is wanted too. `ahead` marks which of these movements are reversed by some that are
    not among them; who knows that no such are to come leaves it out.
    Raises PastChangedError where a movement reverses one before `start` that stood until now, and what
    `trace` raises.
    """
    b = buffers or Buffers()
    columns, before = _columns_after(start, movements)
    b.prepare(len(columns[0]), start, movements.accounts, dense_cells)
    if ahead is not None:
        b.reversed[before : before + len(ahead)] = ahead
    if not mark_reversed(columns[0], columns[5], b.reversed):
        raise UnsoundMovementsError("A reversal names no earlier movement")
    states = []
    for after in sorted({*at, start.movements + len(movements)}):
        until = before + after - start.movements
        kind, source, target, amount, grant, of = columns
        so_far = (kind[:until], source[:until], target[:until], amount[:until])
        settled = _run(b, (*so_far, grant[:until], of[:until]), start, before)
        if after in at:
            states.append(_lot_state(b, settled, columns, start, before, until))
    rows = slice(len(start.open_grant), int(b.state[ROWS]))
    offsets = b.offsets[before : len(columns[0]) + 1]
    if rows.start:
        offsets -= rows.start
    made = Trace(
        offsets=offsets,
        grant=b.row_grant[rows],
        amount=b.row_amount[rows],
        breach=b.row_breach[rows],
        standing=settled.standing(),
        reversed=b.reversed[before : len(columns[0])],
        totals=settled.totals,
    )
    return TracedOn(made, states)


def _run(b: Buffers, columns: Columns, start: LotState, before: int) -> Settled:
    while (stopped := b.run(columns)) != DONE:
        if stopped in {UNSOUND, TOO_MUCH}:
            _refuse(stopped, int(b.state[NEXT]) - before + start.movements)
        b.grow(stopped)
    return b.settle(columns)


def objections(movements: Movements) -> Objections:
    """Judge each movement among the others, after leaving out what is reversed.

    Movements of the kind UNREADABLE are passed over, and so is what names them.
    """
    n = len(movements)
    code, in_transit = np.zeros(n, np.uint8), np.zeros(n, np.int64)
    kind, _, _, amount, _, of = _columns(movements)
    judge(kind, amount, of, np.zeros(n, np.bool_), np.zeros(n, np.int64), code, in_transit)
    return Objections(code, in_transit)


def _columns(movements: Movements) -> Columns:
    def column(given: npt.NDArray[Any], dtype: type, read_as: type) -> npt.NDArray[Any]:
        if len(given) != len(movements):
            raise UnsoundMovementsError("Columns of movements have different lengths")
        return read_only(np.ascontiguousarray(given, dtype).view(read_as))

    return (
        column(movements.kind, np.uint8, np.uint8),
        column(movements.source, np.int32, np.uint32),
        column(movements.target, np.int32, np.uint32),
        column(movements.amount, np.int64, np.int64),
        column(movements.grant, np.int32, np.uint32),
        column(movements.of, np.int64, np.int64),
    )


def _columns_after(start: LotState, movements: Movements) -> tuple[Columns, int]:
    """Columns to run through, and how many of them stand for what came before.

    Those are the sends that a lot state holds open, with the rows still to arrive, and one that
    stands for all that never happened. `of` is then where each of these columns has it.
    """
    columns = _columns(movements)
    if start.grants != movements.grants or start.accounts > movements.accounts:
        raise PastChangedError("Codes of grants or accounts are others than the lot state's")
    if not start.movements:
        return columns, 0
    before = len(start.open) + 1
    kind, source, target, amount, grant, of = columns
    there = of - start.movements + before
    old = np.flatnonzero((of >= 0) & (of < start.movements) & np.isin(kind, NAMING))
    place = _places(start.open, of[old])
    gone = _places(start.reversed, of[old]) >= 0
    changes = old[(kind[old] == Kind.REVERSE) & ~gone]
    if len(changes):
        raise PastChangedError(
            f"Movement {start.movements + changes[0]} reverses movement {of[changes[0]]}"
        )
    there[of < 0] = -1
    there[old] = np.where(gone, before - 1, place)
    none = np.full(before, -1)
    ends = np.append(start.open_offsets, len(start.open_amount))  # the last send has no rows
    return (
        _behind(np.full(before, Kind.SEND), kind),
        _behind(np.append(start.open_source, 0), source),
        _behind(np.append(start.open_target, 0), target),
        _behind(_sums(start.open_amount, ends), amount),
        _behind(none, grant),
        _behind(none, there),
    ), before


NAMING: Final = (Kind.CONFIRM, Kind.VOID, Kind.REVERSE)


def _behind(before: npt.NDArray[Any], column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column with others' before it."""
    return read_only(np.concatenate([before.astype(column.dtype), column]))


def _sums(amount: Int64s, offsets: Int64s) -> Int64s:
    """The sum of each stretch."""
    total = np.concatenate([[0], np.cumsum(amount)])
    return np.asarray(total[offsets[1:]] - total[offsets[:-1]])


def _places(among: Int64s, wanted: Int64s) -> Int64s:
    """Where each number stands among some that ascend; -1 where it does not."""
    if not len(among):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[place] == wanted, place, -1)


def _lot_state(
    b: Buffers, settled: Settled, columns: Columns, start: LotState, before: int, until: int
) -> LotState:
    """What the buffers hold after `until` of the columns."""
    stride = start.grants + 1
    account, grant = np.divmod(settled.key, stride)
    open_, offsets = _stretches(settled.whose)
    movements = start.movements + until - before
    number = np.concatenate([start.open, [-1]])[:before]  # the last of them stands for no one
    number = np.concatenate([number, np.arange(start.movements, movements)])
    never = np.flatnonzero(b.reversed[before:until]) + start.movements
    return LotState(
        policy=start.policy,
        movements=movements,
        accounts=b.accounts,
        grants=start.grants,
        offsets=np.searchsorted(account, np.arange(b.accounts + 1)),
        grant=grant.astype(np.int32),
        amount=settled.amount,
        open=number[open_],
        open_source=columns[1][open_].view(np.int32),
        open_target=columns[2][open_].view(np.int32),
        open_offsets=offsets,
        open_grant=(settled.sent_key % stride).astype(np.int32),
        open_amount=settled.left,
        reversed=np.concatenate([start.reversed, never]),
        received=settled.totals.received,
        spent=settled.totals.spent,
        breach=settled.totals.breach,
    )


def _stretches(whose: Int64s) -> tuple[Int64s, Int64s]:
    """Numbers that stand in stretches: each once, and where its stretch begins; the end is the last."""
    first = np.flatnonzero(np.concatenate([whose[:1] >= 0, whose[1:] != whose[:-1]]))
    return whose[first], np.append(first, len(whose))


def _refuse(stopped: int, movement: int) -> None:
    if stopped == TOO_MUCH:
        raise TooMuchMoneyError(
            "There is more money here than can be traced exactly: over 2⁶² minor units by "
            f"movement {movement}"
        )
    raise UnsoundMovementsError(f"Movement {movement} cannot be; objections() says why")
