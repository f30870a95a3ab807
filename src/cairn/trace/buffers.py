"""The memory of a trace: made ready, filled from a lot state, run, grown, and settled."""

from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from cairn.trace.columns import Bytes, Int64s, Standing, Totals
from cairn.trace.loops import (
    ARISEN,
    CELLS,
    CHAIN,
    LIVE,
    LOT,
    LOTS,
    LOTS_FULL,
    MADE,
    NEXT,
    POOL,
    RECEIVE,
    ROWS,
    ROWS_FULL,
    SENT,
    SPEND,
    UInt32s,
    load_lots,
    load_pools,
    rehash,
    run_lots,
    run_pools,
    settle,
    start_lots,
    start_pools,
    walk_lots,
    walk_pools,
)
from cairn.trace.lot_state import LotState, nothing
from cairn.trace.policy import Kind, Policy

Array = TypeVar("Array", bound=npt.NDArray[Any])

Columns = tuple[Bytes, UInt32s, UInt32s, Int64s, UInt32s, Int64s]
"""kind, source, target, amount, grant, of."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands and what is in transit after a run, and per grant all there was until then.

    A key is an account's code times stride, and a grant's: for what stands in the order of accounts,
    and in each in its own order; for what is in transit in that of sends, of which `whose` is each.
    """

    key: Int64s
    amount: Int64s
    sent_key: Int64s
    left: Int64s
    whose: Int64s
    totals: Totals
    stride: int
    cells: int
    """How many keys there can be."""

    def standing(self) -> Standing:
        """Both added up."""
        both = np.concatenate([2 * self.key, 2 * self.sent_key + 1])
        keys, amounts = _added_up(both, np.concatenate([self.amount, self.left]), 2 * self.cells)
        account, grant = np.divmod(keys >> 1, self.stride)
        return Standing(
            account=account.astype(np.int32),
            grant=grant.astype(np.int32),
            amount=amounts,
            in_transit=(keys & 1).astype(np.bool_),
        )


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
        # What was settled already: how many movements, and the sums of their rows.
        self.settled = 0
        self.sums = np.zeros((len(Kind), 2, 0), np.int64)
        self.policy = Policy.GRANT_FIFO
        self.start = nothing(self.policy, accounts=0, grants=0)

    def prepare(self, n: int, start: LotState, accounts: int, dense_cells: int) -> None:
        """Make room for n movements, those that a lot state holds open among them, and put that in."""
        self.policy, self.start, self.settled = start.policy, start, 0
        self.accounts, self.stride = accounts, start.grants + 1
        cells = self.accounts * self.stride
        hashed = cells > dense_cells
        if hashed:
            cells = 2**10 + 2 * (self.stride + len(start.grant))
        self.slots = np.zeros(_slots_for(cells) if hashed else 0, np.uint32)
        self.keys = np.empty(cells if hashed else 0, np.int64)
        self.state[:] = 0
        self.sums = np.zeros((len(Kind), 2, self.stride), np.int64)
        self.words = CHAIN if self.policy == Policy.FIFO else POOL
        self.cells = _zeros(self.cells, (self.accounts + cells + 1) * self.words)
        self.reversed = _zeros(self.reversed, n)
        self.offsets = _room(self.offsets, n + 1)
        self.arrived_rows = _room(self.arrived_rows, n)
        self.arrived_part = _room(self.arrived_part, n)
        # Ample, because pages that nobody touches cost nothing and copying later would.
        self._make_row_room(4 * n + 2 * self.stride + 1024 + len(start.open_grant))
        if self.policy == Policy.FIFO:
            self.lots = _room(self.lots, LOT * (self.accounts + 2**12 + 2 * len(start.grant)))
            start_lots(self.lots.view(np.uint32), self.accounts, self.state)
        else:
            start_pools(self.cells.view(np.uint32), self.accounts)
        if start.movements:
            self._put_in(start)

    def _put_in(self, start: LotState) -> None:
        """Put lots in place, and what is in transit as rows of the first columns; see `kernel`."""
        sends, rows = len(start.open), len(start.open_grant)
        self.offsets[: sends + 1] = start.open_offsets
        self.offsets[sends + 1] = rows
        self.row_grant[:rows] = start.open_grant
        self.row_amount[:rows] = start.open_amount
        self.row_breach[:rows] = False
        self.arrived_rows[: sends + 1] = 0
        self.arrived_part[: sends + 1] = 0
        self.reversed[sends] = True
        where = {NEXT: sends + 1, ROWS: rows, SENT: rows, LIVE: len(start.grant)}
        money = {MADE: start.received.sum(), ARISEN: start.received[-1]}
        for place, number in (where | money).items():
            self.state[place] = number
        self.settled = sends + 1
        into = (
            read_only(start.offsets),
            read_only(start.grant),
            read_only(start.amount),
            self.accounts,
            self.stride,
            self.slots,
            self.keys,
            self.state,
        )
        pairs = self.cells.view(np.uint32)
        if self.policy == Policy.FIFO:
            load_lots(*into, pairs, self.lots, self.lots.view(np.uint32))
        else:
            load_pools(*into, self.cells, pairs)

    def run(self, columns: Columns) -> int:
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
        if self.policy == Policy.FIFO:
            return run_lots(*shared, pairs, self.lots, self.lots.view(np.uint32))
        return run_pools(*shared, self.cells, pairs, self.policy == Policy.PRO_RATA)

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

    def settle(self, columns: Columns) -> Settled:
        """Say what stands after these, and hold it against what the rows sum to.

        The loops keep no totals, so this counts anew what they did: nothing may be lost.
        """
        kind, _, target, amount, *_ = columns
        sent_key, left, whose = (np.empty(int(self.state[SENT]), np.int64) for _ in range(3))
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
            self.settled,
            self.sums.reshape(-1),
            sent_key,
            left,
            whose,
        )
        if bad >= 0:
            raise AssertionError(f"movement {bad} is not what its attributions sum to")
        self.settled = len(kind)
        key, standing = self._stands()
        totals = Totals(
            received=self.start.received + self.sums[RECEIVE].sum(axis=0),
            standing=_by_grant(key, standing, self.stride),
            in_transit=_by_grant(sent_key, left, self.stride),
            spent=self.start.spent + self.sums[SPEND].sum(axis=0),
            breach=self.start.breach + self.sums[SPEND, 1],
        )
        totals.received[-1] = self.state[ARISEN]
        if (totals.received != totals.standing + totals.in_transit + totals.spent).any():
            raise AssertionError("received is not what is standing, in transit and spent")
        cells = self.accounts * self.stride
        return Settled(key, standing, sent_key, left, whose, totals, self.stride, cells)

    def _stands(self) -> tuple[Int64s, Int64s]:
        """Keys and amounts of all pools, or lots, that are not empty."""
        key, amount = (np.empty(int(self.state[LIVE]), np.int64) for _ in range(2))
        if self.policy == Policy.FIFO:
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


SPARSE: Final = 16
"""A table is filled where at least one cell of so many has something in it; else keys are sorted."""


def _added_up(key: Int64s, amount: Int64s, cells: int) -> tuple[Int64s, Int64s]:
    """Each key once, in order, with the sum of its amounts, of which none is zero."""
    if cells <= SPARSE * len(key):
        sums = np.zeros(cells, np.int64)
        np.add.at(sums, key, amount)
        key = np.flatnonzero(sums != 0)  # of truths it is several times as quick
        return key, sums[key]
    order = np.argsort(key, kind="stable")
    key, amount = key[order], amount[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    return key[first], np.add.reduceat(amount, first) if len(first) else amount


def read_only(column: Array) -> Array:
    """Read-only to the compiler whatever it was: else each mix would be compiled anew."""
    plain = column.view()
    plain.flags.writeable = False
    return plain


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
