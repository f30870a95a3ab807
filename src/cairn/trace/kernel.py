"""The trace, compiled: movements → attributions at tens of millions of movements a second.

The semantics are `reference`'s, and tests hold the two equal. Memory is kept here, the work is done
in `loops`.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cairn.trace.columns import (
    Bytes,
    Int64s,
    Movements,
    Objections,
    Standing,
    TooMuchMoneyError,
    Totals,
    Trace,
    UnsoundMovementsError,
)
from cairn.trace.loops import (
    ARISEN,
    CELLS,
    CHAIN,
    DONE,
    LIVE,
    LOT,
    LOTS,
    LOTS_FULL,
    NEXT,
    POOL,
    RECEIVE,
    ROWS,
    ROWS_FULL,
    SENT,
    SPEND,
    TOO_MUCH,
    UNSOUND,
    UInt32s,
    judge,
    mark_reversed,
    rehash,
    run_lots,
    run_pools,
    settle,
    start_lots,
    start_pools,
    walk_lots,
    walk_pools,
)
from cairn.trace.policy import Kind, Policy

__all__ = ["Buffers", "Movements", "Standing", "Totals", "Trace", "objections", "trace"]

DENSE_CELLS: Final = 2**24
"""Tables up to this many cells (a quarter of a gigabyte, touched where used) are not hashed."""


def trace(
    movements: Movements,
    policy: Policy,
    *,
    buffers: "Buffers | None" = None,
    dense_cells: int = DENSE_CELLS,
) -> Trace:
    """Attribute each movement.

    With `buffers`, the memory of an earlier trace is used again, and its results overwritten.
    Raises UnsoundMovementsError where `objections` would find any, TooMuchMoneyError.
    """
    b = buffers or Buffers()
    columns = _columns(movements)
    b.prepare(movements, policy, dense_cells)
    if not mark_reversed(columns[0], columns[5], b.reversed):
        raise UnsoundMovementsError("A reversal names no earlier movement")
    while (stopped := b.run(columns, policy)) != DONE:
        if stopped in {UNSOUND, TOO_MUCH}:
            _refuse(stopped, int(b.state[NEXT]))
        b.grow(stopped)
    standing, totals = b.settle(columns, policy)
    rows = int(b.state[ROWS])
    return Trace(
        offsets=b.offsets[: len(movements) + 1],
        grant=b.row_grant[:rows],
        amount=b.row_amount[:rows],
        breach=b.row_breach[:rows],
        standing=standing,
        reversed=b.reversed[: len(movements)],
        totals=totals,
    )


def objections(movements: Movements) -> Objections:
    """Judge each movement among the others, after leaving out what is reversed.

    Movements of the kind UNREADABLE are passed over, and so is what names them.
    """
    n = len(movements)
    code, in_transit = np.zeros(n, np.uint8), np.zeros(n, np.int64)
    kind, _, _, amount, _, of = _columns(movements)
    judge(kind, amount, of, np.zeros(n, np.bool_), np.zeros(n, np.int64), code, in_transit)
    return Objections(code, in_transit)


Columns = tuple[Bytes, UInt32s, UInt32s, Int64s, UInt32s, Int64s]
"""kind, source, target, amount, grant, of."""


def _columns(movements: Movements) -> Columns:
    def column(given: npt.NDArray[Any], dtype: type, read_as: type) -> npt.NDArray[Any]:
        if len(given) != len(movements):
            raise UnsoundMovementsError("Columns of movements have different lengths")
        plain: npt.NDArray[Any] = np.ascontiguousarray(given, dtype).view(read_as)
        # Read-only to the compiler whatever they were: else each mix would be compiled anew.
        plain.flags.writeable = False
        return plain

    return (
        column(movements.kind, np.uint8, np.uint8),
        column(movements.source, np.int32, np.uint32),
        column(movements.target, np.int32, np.uint32),
        column(movements.amount, np.int64, np.int64),
        column(movements.grant, np.int32, np.uint32),
        column(movements.of, np.int64, np.int64),
    )


def _refuse(stopped: int, movement: int) -> None:
    if stopped == TOO_MUCH:
        raise TooMuchMoneyError(
            "There is more money here than can be traced exactly: over 2⁶² minor units by "
            f"movement {movement}"
        )
    raise UnsoundMovementsError(f"Movement {movement} cannot be; objections() says why")


class Buffers:
    """The memory of a trace. Worth keeping for who traces often: its first touch costs most."""

    def __init__(self) -> None:
        self.offsets = np.empty(0, np.int64)
        self.row_grant = np.empty(0, np.int32)
        self.row_amount = np.empty(0, np.int64)
        self.row_breach = np.empty(0, np.bool_)
        self.reversed = np.empty(0, np.bool_)
        # How far each send has arrived: its whole rows, and how much of the next.
        self.arrived_rows = np.empty(0, np.uint32)
        self.arrived_part = np.empty(0, np.int64)
        self.cells = np.empty(0, np.int64)
        self.lots = np.empty(0, np.int64)
        # Where cells are hashed: their places by hash (0 for none), and each one's key.
        self.slots = np.empty(0, np.uint32)
        self.keys = np.empty(0, np.int64)
        self.state = np.zeros(9, np.int64)
        self.accounts = self.stride = self.words = 0

    def prepare(self, movements: Movements, policy: Policy, dense_cells: int) -> None:
        """Make room, and clear what the loops read before they have written it."""
        n = len(movements)
        self.accounts, self.stride = movements.accounts, movements.grants + 1
        cells = self.accounts * self.stride
        hashed = cells > dense_cells
        if hashed:
            cells = 2**10 + 2 * self.stride
        self.slots = np.zeros(_slots_for(cells) if hashed else 0, np.uint32)
        self.keys = np.empty(cells if hashed else 0, np.int64)
        self.state[:] = 0
        self.words = CHAIN if policy == Policy.FIFO else POOL
        self.cells = _zeros(self.cells, (self.accounts + cells + 1) * self.words)
        self.reversed = _zeros(self.reversed, n)
        self.offsets = _room(self.offsets, n + 1)
        self.arrived_rows = _room(self.arrived_rows, n)
        self.arrived_part = _room(self.arrived_part, n)
        # Ample, because pages that nobody touches cost nothing and copying later would.
        self._make_row_room(4 * n + 2 * self.stride + 1024)
        if policy == Policy.FIFO:
            self.lots = _room(self.lots, LOT * (self.accounts + 2**12))
            start_lots(self.lots.view(np.uint32), self.accounts, self.state)
        else:
            start_pools(self.cells.view(np.uint32), self.accounts)

    def run(self, columns: Columns, policy: Policy) -> int:
        """Go on from where the last run stopped, and say why this one did."""
        shared = (
            *columns,
            self.reversed,
            self.offsets,
            self.row_grant,
            self.row_amount,
            self.row_breach,
            self.arrived_rows,
            self.arrived_part,
            self.slots,
            self.keys,
            self.state,
            self.accounts,
            self.stride,
        )
        pairs = self.cells.view(np.uint32)
        if policy == Policy.FIFO:
            return run_lots(*shared, pairs, self.lots, self.lots.view(np.uint32))
        return run_pools(*shared, self.cells, pairs, policy == Policy.PRO_RATA)

    def grow(self, full: int) -> None:
        """Double what a loop found too small for its next movement."""
        if full == ROWS_FULL:
            live = int(self.state[LIVE]) + self.stride
            self._make_row_room(2 * (len(self.row_amount) + live), used=int(self.state[ROWS]))
        elif full == LOTS_FULL:
            # One confirm may make as many lots as its send has rows.
            need = 2 * len(self.lots) + LOT * int(self.state[ROWS])
            self.lots = _room(self.lots, need, used=LOT * int(self.state[LOTS]))
        else:
            cells = 2 * (len(self.keys) + self.stride)
            used = int(self.state[CELLS])
            self.keys = _room(self.keys, cells, used=used)
            old = self.cells[: (self.accounts + used) * self.words]
            self.cells = np.zeros((self.accounts + cells + 1) * self.words, np.int64)
            self.cells[: len(old)] = old
            self.slots = np.zeros(_slots_for(cells), np.uint32)
            rehash(self.slots, self.keys, used, self.accounts)

    def settle(self, columns: Columns, policy: Policy) -> tuple[Standing, Totals]:
        """Say what stands at the end, and hold it against what the rows sum to.

        The loops keep no totals, so this counts anew what they did: nothing may be lost.
        """
        kind, _, target, amount, *_ = columns
        sums = np.zeros((len(Kind), 2, self.stride), np.int64)
        sent_key, left = (np.empty(int(self.state[SENT]), np.int64) for _ in range(2))
        bad = settle(
            kind,
            target,
            amount,
            self.reversed,
            self.offsets,
            self.row_grant,
            self.row_amount,
            self.row_breach,
            self.arrived_rows,
            self.arrived_part,
            self.stride,
            sums.reshape(-1),
            sent_key,
            left,
        )
        if bad >= 0:
            raise AssertionError(f"movement {bad} is not what its attributions sum to")
        key, standing = self._stands(policy)
        totals = Totals(
            received=sums[RECEIVE].sum(axis=0),
            standing=_by_grant(key, standing, self.stride),
            in_transit=_by_grant(sent_key, left, self.stride),
            spent=sums[SPEND].sum(axis=0),
            breach=sums[SPEND, 1],
        )
        totals.received[-1] = self.state[ARISEN]
        if (totals.received != totals.standing + totals.in_transit + totals.spent).any():
            raise AssertionError("received is not what is standing, in transit and spent")
        both = np.concatenate([2 * key, 2 * sent_key + 1])
        return _added_up(both, np.concatenate([standing, left]), self.stride), totals

    def _stands(self, policy: Policy) -> tuple[Int64s, Int64s]:
        """Keys and amounts of all pools, or lots, that are not empty."""
        key, amount = (np.empty(int(self.state[LIVE]), np.int64) for _ in range(2))
        if policy == Policy.FIFO:
            where = (self.accounts, self.stride, self.lots, self.lots.view(np.uint32))
            walk_lots(*where, key, amount)
        else:
            links = self.cells.view(np.uint32)
            walk_pools(self.accounts, self.cells, links, self.slots, self.keys, key, amount)
        return key, amount

    def _make_row_room(self, rows: int, used: int = 0) -> None:
        self.row_grant = _room(self.row_grant, rows, used)
        self.row_amount = _room(self.row_amount, rows, used)
        self.row_breach = _room(self.row_breach, rows, used)


def _by_grant(key: Int64s, amount: Int64s, stride: int) -> Int64s:
    sums = np.zeros(stride, np.int64)
    np.add.at(sums, key % stride, amount)
    return sums


def _added_up(key: Int64s, amount: Int64s, stride: int) -> Standing:
    order = np.argsort(key, kind="stable")
    key, amount = key[order], amount[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    key = key[first]
    cell = key >> 1
    return Standing(
        account=(cell // stride).astype(np.int32),
        grant=(cell % stride).astype(np.int32),
        amount=np.add.reduceat(amount, first) if len(first) else amount,
        in_transit=(key & 1).astype(np.bool_),
    )


def _room(buffer: npt.NDArray[Any], size: int, used: int = 0) -> npt.NDArray[Any]:
    """A buffer at least that long, with the same first `used` items."""
    if len(buffer) >= size:
        return buffer
    larger = np.empty(size, buffer.dtype)
    larger[:used] = buffer[:used]
    return larger


def _zeros(buffer: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    if len(buffer) < size:
        return np.zeros(size, buffer.dtype)  # not _room: fresh pages are zero without being touched
    buffer[:size] = 0
    return buffer


def _slots_for(cells: int) -> int:
    return 1 << (2 * cells).bit_length()
