"""The compiled loops of the trace: layout and bookkeeping, in flat arrays.

A *cell* is an (account, grant). Cells lie in one table, accounts x stride of them where that fits
(stride is grants + 1: the last is unexplained money), else handed out through a hash table. Under
grant-fifo and pro-rata a cell is a pool: its balance, and its neighbours in the account's order of
pools. Under fifo it is the first and last lot of that grant there, and lots have neighbours in the
account's order of lots. Orders are rings: entry `a` of a table is the ring's fixed point for account
`a`, so that linking needs no special case at the ends.

What is in transit needs no copy: a send's own rows, and how far they have arrived, are its queue.

32-bit columns are read as unsigned, which spares a test for negative indices at each access; -1 is
then past every bound. Codes are checked where they are used. Loops do not allocate: they stop before
a movement that may find too little room, and are called again with more.

Everything compiled together stays in this file: numba's cache on disk sees changes of a function's
own file only. Hence long functions: a call that is not inlined here costs more than it explains.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cairn.trace.columns import (
    LARGEST,
    UNREADABLE,
    Bools,
    Bytes,
    Int32s,
    Int64s,
    Objection,
)
from cairn.trace.compiled import compiled, prefetch
from cairn.trace.policy import Kind

Whole = int | np.integer[Any]
UInt32s = npt.NDArray[np.uint32]

RECEIVE: Final = int(Kind.RECEIVE)
MOVE: Final = int(Kind.MOVE)
SEND: Final = int(Kind.SEND)
CONFIRM: Final = int(Kind.CONFIRM)
VOID: Final = int(Kind.VOID)
SPEND: Final = int(Kind.SPEND)
REVERSE: Final = int(Kind.REVERSE)

UNKNOWN: Final = int(Objection.UNKNOWN)
LATER: Final = int(Objection.LATER)
NOT_A_SEND: Final = int(Objection.NOT_A_SEND)
REVERSES_A_REVERSE: Final = int(Objection.REVERSES_A_REVERSE)
REVERSED_TWICE: Final = int(Objection.REVERSED_TWICE)
AFTER_REVERSAL: Final = int(Objection.AFTER_REVERSAL)
MORE_THAN_IN_TRANSIT: Final = int(Objection.MORE_THAN_IN_TRANSIT)
NOTHING_IN_TRANSIT: Final = int(Objection.NOTHING_IN_TRANSIT)

NOBODY: Final = 2**32 - 1
"""What -1 looks like unsigned."""

# What the loops keep between runs, by its place in `state`.
NEXT, ROWS, CELLS, MADE, ARISEN, LOTS, LIVE, FREE, SENT = range(9)

# Why a loop stopped.
DONE, ROWS_FULL, CELLS_FULL, LOTS_FULL, UNSOUND, TOO_MUCH = range(6)

FAR, NEAR = 24, 12
"""How many movements ahead the memory they need is asked for, in two steps."""

POOL: Final = 2
"""64-bit words of a pool: balance; next and previous in the ring (32 bits each)."""
CHAIN: Final = 1
"""64-bit words of a cell under fifo: its first and last lot (32 bits each), or 0."""
LOT: Final = 3
"""64-bit words of a lot: amount; grant, next and previous in the ring; next in its cell, or 0."""


@compiled
def mark_reversed(kind: Bytes, of: Int64s, reversed_: Bools) -> bool:
    """Mark what reverses name. Answers whether all of it is earlier."""
    for i in range(kind.size):
        if kind[i] == REVERSE:
            if of[i] < 0 or of[i] >= i:
                return False
            reversed_[of[i]] = True
    return True


@compiled
def start_pools(links: UInt32s, accounts: int) -> None:
    """Make the ring of each account, of nothing yet."""
    for account in range(accounts):
        links[4 * account + 2] = account
        links[4 * account + 3] = account


@compiled
def start_lots(links: UInt32s, accounts: int, state: Int64s) -> None:
    """Make the ring of each account, of nothing yet."""
    # At least one entry is no lot, so that 0 can stand for none.
    state[LOTS] = max(accounts, 1)
    for account in range(accounts):
        links[6 * account + 2] = NOBODY  # no grant: nothing merges with a ring's fixed point
        links[6 * account + 3] = account
        links[6 * account + 4] = account


@compiled
def cell_of(
    account: Whole,
    grant: Whole,
    accounts: Whole,
    stride: Whole,
    slots: UInt32s,
    keys: Int64s,
    state: Int64s,
) -> np.int64:
    """The place of a cell in the table, handed out now if it is hashed and new."""
    key = np.int64(account) * stride + np.int64(grant)
    if slots.size == 0:
        return np.int64(accounts + key)
    last = slots.size - 1
    # Fibonacci hashing: the product's high half is well mixed.
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & last
    while slots[slot] != 0:
        if keys[slots[slot] - accounts] == key:
            return np.int64(slots[slot])
        slot = (slot + 1) & last
    used = state[CELLS]
    state[CELLS] = used + 1
    keys[used] = key
    slots[slot] = accounts + used
    return np.int64(accounts + used)


@compiled
def rehash(slots: UInt32s, keys: Int64s, used: int, accounts: int) -> None:
    """Find a place in a new hash table for all cells."""
    last = slots.size - 1
    for i in range(used):
        slot = (
            np.int64((np.uint64(keys[i]) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & last
        )
        while slots[slot] != 0:
            slot = (slot + 1) & last
        slots[slot] = accounts + i


@compiled
def load_pools(
    offsets: Int64s,
    grant: Int32s,
    amount: Int64s,
    accounts: int,
    stride: int,
    slots: UInt32s,
    keys: Int64s,
    state: Int64s,
    cells: Int64s,
    links: UInt32s,
) -> None:
    """Put the pools of a lot state in place, in its order, into rings that hold nothing yet."""
    for a in range(offsets.size - 1):
        for i in range(offsets[a], offsets[a + 1]):
            c = cell_of(a, grant[i], accounts, stride, slots, keys, state)
            before = links[4 * a + 3]
            links[4 * before + 2] = c
            links[4 * c + 3] = before
            links[4 * c + 2] = a
            links[4 * a + 3] = c
            cells[2 * c] = amount[i]


@compiled
def load_lots(
    offsets: Int64s,
    grant: Int32s,
    amount: Int64s,
    accounts: int,
    stride: int,
    slots: UInt32s,
    keys: Int64s,
    state: Int64s,
    chains: UInt32s,
    lots: Int64s,
    links: UInt32s,
) -> None:
    """Put the lots of a lot state in place, in its order, into rings that hold nothing yet."""
    used = state[LOTS]
    for a in range(offsets.size - 1):
        for i in range(offsets[a], offsets[a + 1]):
            q = np.uint32(used)
            used += 1
            p = links[6 * a + 4]
            lots[3 * q] = amount[i]
            links[6 * q + 2] = grant[i]
            links[6 * q + 3] = a
            links[6 * q + 4] = p
            links[6 * q + 5] = 0
            links[6 * p + 3] = q
            links[6 * a + 4] = q
            c = cell_of(a, grant[i], accounts, stride, slots, keys, state)
            if chains[2 * c] == 0:
                chains[2 * c] = q
            else:
                links[6 * chains[2 * c + 1] + 5] = q
            chains[2 * c + 1] = q
    state[LOTS] = used


@compiled
def run_pools(
    kind: Bytes,
    source: UInt32s,
    target: UInt32s,
    amount: Int64s,
    grant: UInt32s,
    of: Int64s,
    reversed_: Bools,
    offsets: Int64s,
    row_grant: Int32s,
    row_amount: Int64s,
    row_breach: Bools,
    arrived_rows: UInt32s,
    arrived_part: Int64s,
    slots: UInt32s,
    keys: Int64s,
    state: Int64s,
    accounts: int,
    stride: int,
    cells: Int64s,
    links: UInt32s,
    in_shares: bool,
) -> int:
    """Grant-fifo and pro-rata, from state[NEXT] on. Links: next at 4c + 2, previous at 4c + 3."""
    n = kind.size
    unexplained = stride - 1
    hashed = slots.size > 0
    rows = state[ROWS]
    made = state[MADE]
    arisen = state[ARISEN]
    live = state[LIVE]
    sent = state[SENT]
    stopped = DONE
    i = state[NEXT]
    while i < n:
        if rows + stride + 2 > row_amount.size:
            stopped = ROWS_FULL
            break
        if hashed and state[CELLS] + stride + 2 > keys.size:
            stopped = CELLS_FULL
            break
        # What movements to come will look at: their accounts and sends, then what those point to.
        if i + FAR < n:
            j = i + FAR
            prefetch(links, 4 * np.int64(min(source[j], accounts)))
            send = min(max(of[j], 0), n)
            prefetch(offsets, send)
            prefetch(arrived_rows, send)
            prefetch(arrived_part, send)
            prefetch(target, send)
            j = i + NEAR
            a = min(source[j], accounts)
            prefetch(cells, 2 * np.int64(links[4 * a + 2]))
            if not hashed:
                prefetch(cells, 2 * (accounts + a * stride + min(grant[j], unexplained)))
            row = offsets[min(max(of[j], 0), n)]
            prefetch(row_amount, row)
            prefetch(row_grant, row)
        offsets[i] = rows
        if reversed_[i]:
            i += 1
            continue
        what = kind[i]
        if what in (MOVE, SEND, SPEND):
            x = amount[i]
            a = source[i]
            b = target[i]
            named = grant[i]
            if (
                x <= 0
                or x > LARGEST
                or a >= accounts
                or (named >= unexplained and named != NOBODY)
                or (what != SPEND and (b >= accounts or a == b))
            ):
                stopped = UNSOUND
                break
            arrived_rows[i] = 0
            arrived_part[i] = 0
            first = rows
            breach = named != NOBODY
            if breach:
                c = cell_of(a, named, accounts, stride, slots, keys, state)
                y = cells[2 * c]
                if y > 0:
                    if y > x:
                        cells[2 * c] = y - x
                        y = x
                    else:
                        cells[2 * c] = 0
                        live -= 1
                        after = links[4 * c + 2]
                        before = links[4 * c + 3]
                        links[4 * after + 3] = before
                        links[4 * before + 2] = after
                    row_grant[rows] = named
                    row_amount[rows] = y
                    row_breach[rows] = False
                    rows += 1
                    x -= y
            base = np.int64(a) * stride
            if not in_shares:
                while x > 0:
                    p = links[4 * a + 2]
                    if p == a:
                        break
                    g = (keys[p - accounts] if hashed else np.int64(p) - accounts) - base
                    y = cells[2 * p]
                    if y > x:
                        cells[2 * p] = y - x
                        y = x
                    else:
                        cells[2 * p] = 0
                        live -= 1
                        after = links[4 * p + 2]
                        links[4 * after + 3] = a
                        links[4 * a + 2] = after
                    row_grant[rows] = g
                    row_amount[rows] = y
                    row_breach[rows] = breach and g != unexplained
                    rows += 1
                    x -= y
            elif x > 0:
                whole = np.int64(0)
                p = links[4 * a + 2]
                while p != a:
                    whole += cells[2 * p]
                    p = links[4 * p + 2]
                pay = min(x, whole)
                x -= pay
                upto = np.int64(0)
                taken = np.int64(0)
                p = links[4 * a + 2]
                while p != a:
                    after = links[4 * p + 2]
                    g = (keys[p - accounts] if hashed else np.int64(p) - accounts) - base
                    upto += cells[2 * p]
                    y = share(pay, upto, whole) - taken
                    if y > 0:
                        taken += y
                        cells[2 * p] -= y
                        if cells[2 * p] == 0:
                            live -= 1
                            before = links[4 * p + 3]
                            links[4 * after + 3] = before
                            links[4 * before + 2] = after
                        row_grant[rows] = g
                        row_amount[rows] = y
                        row_breach[rows] = breach and g != unexplained
                        rows += 1
                    p = after
            if x > 0:
                made += x
                arisen += x
                if made > LARGEST:
                    stopped = TOO_MUCH
                    break
                if rows > first and row_grant[rows - 1] == unexplained:
                    row_amount[rows - 1] += x
                else:
                    row_grant[rows] = unexplained
                    row_amount[rows] = x
                    row_breach[rows] = False
                    rows += 1
            if what == SEND:
                sent += rows - first
            elif what == MOVE:
                for row in range(first, rows):
                    c = cell_of(b, row_grant[row], accounts, stride, slots, keys, state)
                    y = cells[2 * c]
                    if y == 0:
                        before = links[4 * b + 3]
                        links[4 * before + 2] = c
                        links[4 * c + 3] = before
                        links[4 * c + 2] = b
                        links[4 * b + 3] = c
                        live += 1
                    cells[2 * c] = y + row_amount[row]
        elif what == RECEIVE:
            x = amount[i]
            b = target[i]
            g = np.int64(grant[i])
            if x <= 0 or x > LARGEST or b >= accounts or g >= unexplained:
                stopped = UNSOUND
                break
            made += x
            if made > LARGEST:
                stopped = TOO_MUCH
                break
            row_grant[rows] = g
            row_amount[rows] = x
            row_breach[rows] = False
            rows += 1
            c = cell_of(b, g, accounts, stride, slots, keys, state)
            y = cells[2 * c]
            if y == 0:
                before = links[4 * b + 3]
                links[4 * before + 2] = c
                links[4 * c + 3] = before
                links[4 * c + 2] = b
                links[4 * b + 3] = c
                live += 1
            cells[2 * c] = y + x
        elif what in (CONFIRM, VOID):
            send = of[i]
            if send < 0 or send >= i or kind[send] != SEND:
                stopped = UNSOUND
                break
            if reversed_[send]:
                reversed_[i] = True
                i += 1
                continue
            row = offsets[send] + np.int64(arrived_rows[send])
            end = offsets[send + 1]
            part = arrived_part[send]
            x = amount[i]
            b = target[send]
            if what == VOID:
                x = LARGEST
                b = source[send]
            if row == end or x <= 0:
                stopped = UNSOUND
                break
            while x > 0 and row < end:
                y = row_amount[row] - part
                c = cell_of(b, row_grant[row], accounts, stride, slots, keys, state)
                if y <= x:
                    row += 1
                    sent -= 1
                    part = np.int64(0)
                else:
                    part += x
                    y = x
                x -= y
                z = cells[2 * c]
                if z == 0:
                    before = links[4 * b + 3]
                    links[4 * before + 2] = c
                    links[4 * c + 3] = before
                    links[4 * c + 2] = b
                    links[4 * b + 3] = c
                    live += 1
                cells[2 * c] = z + y
            if x > 0 and what == CONFIRM:
                stopped = UNSOUND
                break
            arrived_rows[send] = row - offsets[send]
            arrived_part[send] = part
        elif what != REVERSE:
            stopped = UNSOUND
            break
        i += 1
    if i == n:
        offsets[n] = rows
    state[NEXT] = i
    state[ROWS] = rows
    state[MADE] = made
    state[ARISEN] = arisen
    state[LIVE] = live
    state[SENT] = sent
    return stopped


@compiled
def share(pay: Whole, upto: Whole, whole: Whole) -> np.int64:
    """⌊pay · upto / whole⌋ where pay and upto are at most whole, and whole is below 2⁶³.

    The product may have 126 bits: multiplied by halves, then divided bit by bit group as in Knuth's
    Algorithm D (TAOCP 4.3.1) for two 32-bit digits of quotient.
    """
    if whole < 2**31:
        return np.int64(pay * upto // whole)
    low32 = np.uint64(0xFFFFFFFF)
    bits32 = np.uint64(32)
    u, v, w = np.uint64(pay), np.uint64(upto), np.uint64(whole)
    u0, u1, v0, v1 = u & low32, u >> bits32, v & low32, v >> bits32
    middle = u1 * v0 + ((u0 * v0) >> bits32)
    other = u0 * v1 + (middle & low32)
    high = u1 * v1 + (middle >> bits32) + (other >> bits32)
    low = u * v
    # Shift so that the divisor's highest bit is set.
    shift = np.uint64(0)
    while (w << shift) >> np.uint64(63) == np.uint64(0):
        shift += np.uint64(1)
    w = w << shift
    if shift > np.uint64(0):
        high = (high << shift) | (low >> (np.uint64(64) - shift))
        low = low << shift
    w1, w0 = w >> bits32, w & low32
    upper = digit_of(high, low >> bits32, w1, w0)
    rest = (high << bits32) + (low >> bits32) - upper * w
    lower = digit_of(rest, low & low32, w1, w0)
    return np.int64((upper << bits32) + lower)


@compiled
def digit_of(high: np.uint64, next_digit: np.uint64, w1: np.uint64, w0: np.uint64) -> np.uint64:
    """One 32-bit digit of the quotient (high · 2³² + next_digit) / (w1 · 2³² + w0)."""
    digit = high // w1
    rest = high - digit * w1
    base = np.uint64(1) << np.uint64(32)
    while digit >= base or digit * w0 > (rest << np.uint64(32)) + next_digit:
        digit -= np.uint64(1)
        rest += w1
        if rest >= base:
            break
    return digit


@compiled
def run_lots(
    kind: Bytes,
    source: UInt32s,
    target: UInt32s,
    amount: Int64s,
    grant: UInt32s,
    of: Int64s,
    reversed_: Bools,
    offsets: Int64s,
    row_grant: Int32s,
    row_amount: Int64s,
    row_breach: Bools,
    arrived_rows: UInt32s,
    arrived_part: Int64s,
    slots: UInt32s,
    keys: Int64s,
    state: Int64s,
    accounts: int,
    stride: int,
    chains: UInt32s,
    lots: Int64s,
    links: UInt32s,
) -> int:
    """Fifo, from state[NEXT] on.

    Neighbouring lots of one grant pay like one, so they are made one, always. A lot's amount is
    lots[3l]; links[6l + 2 …] are its grant, next and previous in the account, next in its cell.
    The oldest lot of an account is the oldest of its cell too.
    """
    n = kind.size
    unexplained = stride - 1
    hashed = slots.size > 0
    rows = state[ROWS]
    made = state[MADE]
    arisen = state[ARISEN]
    used = state[LOTS]
    live = state[LIVE]
    sent = state[SENT]
    free = np.uint32(state[FREE])
    stopped = DONE
    i = state[NEXT]
    while i < n:
        if rows + live + 3 > row_amount.size:
            stopped = ROWS_FULL
            break
        if used + 3 > lots.size // LOT:
            stopped = LOTS_FULL
            break
        if hashed and state[CELLS] + stride + 2 > keys.size:
            stopped = CELLS_FULL
            break
        offsets[i] = rows
        if reversed_[i]:
            i += 1
            continue
        what = kind[i]
        # What arrives in the end, at b: rows from `row` to `end`, without the first `part`, in all x.
        b = target[i]
        row = rows
        part = np.int64(0)
        x = amount[i]
        if what in (MOVE, SEND, SPEND):
            a = source[i]
            named = grant[i]
            if (
                x <= 0
                or x > LARGEST
                or a >= accounts
                or (named >= unexplained and named != NOBODY)
                or (what != SPEND and (b >= accounts or a == b))
            ):
                stopped = UNSOUND
                break
            arrived_rows[i] = 0
            arrived_part[i] = 0
            left = x
            breach = named != NOBODY
            if breach:
                c = cell_of(a, named, accounts, stride, slots, keys, state)
                p = chains[2 * c]
                while left > 0 and p != 0:
                    y = lots[3 * p]
                    if y > left:
                        lots[3 * p] = y - left
                        left = 0
                        break
                    left -= y
                    after = links[6 * p + 3]
                    before = links[6 * p + 4]
                    links[6 * after + 4] = before
                    links[6 * before + 3] = after
                    q = p
                    p = links[6 * p + 5]
                    links[6 * q + 5] = free
                    free = q
                    live -= 1
                    g = np.int64(links[6 * before + 2])
                    if before >= accounts and after >= accounts and g == links[6 * after + 2]:
                        lots[3 * before] += lots[3 * after]
                        q = links[6 * after + 3]
                        links[6 * q + 4] = before
                        links[6 * before + 3] = q
                        q = links[6 * after + 5]
                        links[6 * before + 5] = q
                        if q == 0:
                            d = cell_of(a, g, accounts, stride, slots, keys, state)
                            chains[2 * d + 1] = before
                        links[6 * after + 5] = free
                        free = after
                        live -= 1
                chains[2 * c] = p
                if left < x:
                    row_grant[rows] = named
                    row_amount[rows] = x - left
                    row_breach[rows] = False
                    rows += 1
            while left > 0:
                p = links[6 * a + 3]
                if p == a:
                    break
                g = np.int64(links[6 * p + 2])
                y = lots[3 * p]
                if y > left:
                    lots[3 * p] = y - left
                    y = left
                else:
                    after = links[6 * p + 3]
                    links[6 * after + 4] = a
                    links[6 * a + 3] = after
                    c = cell_of(a, g, accounts, stride, slots, keys, state)
                    chains[2 * c] = links[6 * p + 5]
                    links[6 * p + 5] = free
                    free = p
                    live -= 1
                row_grant[rows] = g
                row_amount[rows] = y
                row_breach[rows] = breach and g != unexplained
                rows += 1
                left -= y
            if left > 0:
                made += left
                arisen += left
                if made > LARGEST:
                    stopped = TOO_MUCH
                    break
                if rows > row and row_grant[rows - 1] == unexplained:
                    row_amount[rows - 1] += left
                else:
                    row_grant[rows] = unexplained
                    row_amount[rows] = left
                    row_breach[rows] = False
                    rows += 1
            if what == SEND:
                sent += rows - row
            if what != MOVE:
                i += 1
                continue
            end = rows
        elif what == RECEIVE:
            if x <= 0 or x > LARGEST or b >= accounts or grant[i] >= unexplained:
                stopped = UNSOUND
                break
            made += x
            if made > LARGEST:
                stopped = TOO_MUCH
                break
            row_grant[rows] = grant[i]
            row_amount[rows] = x
            row_breach[rows] = False
            rows += 1
            end = rows
        elif what in (CONFIRM, VOID):
            send = of[i]
            if send < 0 or send >= i or kind[send] != SEND:
                stopped = UNSOUND
                break
            if reversed_[send]:
                reversed_[i] = True
                i += 1
                continue
            row = offsets[send] + np.int64(arrived_rows[send])
            end = offsets[send + 1]
            part = arrived_part[send]
            b = target[send]
            if what == VOID:
                x = LARGEST
                b = source[send]
            if row == end or x <= 0:
                stopped = UNSOUND
                break
            if used + end - row > lots.size // LOT:
                stopped = LOTS_FULL
                break
        elif what == REVERSE:
            i += 1
            continue
        else:
            stopped = UNSOUND
            break
        first = row
        while x > 0 and row < end:
            y = row_amount[row] - part
            g = np.int64(row_grant[row])
            if y <= x:
                row += 1
                part = np.int64(0)
            else:
                part += x
                y = x
            x -= y
            p = links[6 * b + 4]
            if links[6 * p + 2] == g:
                lots[3 * p] += y
                continue
            if free != 0:
                q = free
                free = links[6 * q + 5]
            else:
                q = np.uint32(used)
                used += 1
            live += 1
            lots[3 * q] = y
            links[6 * q + 2] = g
            links[6 * q + 3] = b
            links[6 * q + 4] = p
            links[6 * q + 5] = 0
            links[6 * p + 3] = q
            links[6 * b + 4] = q
            c = cell_of(b, g, accounts, stride, slots, keys, state)
            if chains[2 * c] == 0:
                chains[2 * c] = q
            else:
                links[6 * chains[2 * c + 1] + 5] = q
            chains[2 * c + 1] = q
        if what in (CONFIRM, VOID):
            if x > 0 and what == CONFIRM:
                stopped = UNSOUND
                break
            arrived_rows[send] += row - first
            sent -= row - first
            arrived_part[send] = part
        i += 1
    if i == n:
        offsets[n] = rows
    state[NEXT] = i
    state[ROWS] = rows
    state[MADE] = made
    state[ARISEN] = arisen
    state[LOTS] = used
    state[LIVE] = live
    state[SENT] = sent
    state[FREE] = free
    return stopped


@compiled
def walk_pools(
    accounts: int,
    cells: Int64s,
    links: UInt32s,
    slots: UInt32s,
    keys: Int64s,
    key: Int64s,
    amount: Int64s,
) -> None:
    """Write down every pool's key and amount."""
    count = 0
    for account in range(accounts):
        p = links[4 * account + 2]
        while p != account:
            key[count] = keys[p - accounts] if slots.size > 0 else np.int64(p) - accounts
            amount[count] = cells[2 * p]
            count += 1
            p = links[4 * p + 2]


@compiled
def walk_lots(
    accounts: int, stride: int, lots: Int64s, links: UInt32s, key: Int64s, amount: Int64s
) -> None:
    """Write down every lot's key and amount."""
    count = 0
    for account in range(accounts):
        p = links[6 * account + 3]
        while p != account:
            key[count] = np.int64(account) * stride + np.int64(links[6 * p + 2])
            amount[count] = lots[3 * p]
            count += 1
            p = links[6 * p + 3]


@compiled
def settle(
    kind: Bytes,
    target: UInt32s,
    amount: Int64s,
    reversed_: Bools,
    offsets: Int64s,
    row_grant: Int32s,
    row_amount: Int64s,
    row_breach: Bools,
    arrived_rows: UInt32s,
    arrived_part: Int64s,
    stride: int,
    begin: int,
    sums: Int64s,
    key: Int64s,
    left: Int64s,
    whose: Int64s,
) -> int:
    """Add up rows by kind, breach and grant, and write down what is left in transit.

    `sums` is flat: stride of each, without and with breach, of kind 0, 1, … Rows before those of the
    movement `begin` are in it already. Answers the first movement whose rows do not sum to its
    amount, or -1.
    """
    count = 0
    bad = -1
    for i in range(kind.size):
        what = np.int64(kind[i])
        has_rows = (what <= SEND or what == SPEND) and not reversed_[i]
        if i >= begin:
            expected = amount[i] if has_rows else 0
            base = 2 * stride * what
            for row in range(offsets[i], offsets[i + 1]):
                expected -= row_amount[row]
                sums[base + stride * row_breach[row] + row_grant[row]] += row_amount[row]
            if expected != 0 and bad < 0:
                bad = i
        if what == SEND and has_rows:
            part = np.int64(arrived_part[i])
            for row in range(offsets[i] + np.int64(arrived_rows[i]), offsets[i + 1]):
                key[count] = np.int64(target[i]) * stride + np.int64(row_grant[row])
                left[count] = row_amount[row] - part
                whose[count] = i
                part = np.int64(0)
                count += 1
    return bad


@compiled
def judge(
    kind: Bytes,
    amount: Int64s,
    of: Int64s,
    reversed_: Bools,
    left: Int64s,
    code: Bytes,
    in_transit: Int64s,
) -> None:
    """Fill `code` and `in_transit`; the rest is scratch."""
    n = kind.size
    for i in range(n):
        what = kind[i]
        if what == SEND:
            left[i] = amount[i]
        if what not in (CONFIRM, VOID, REVERSE):
            continue
        named = of[i]
        if named < 0 or named >= n:
            code[i] = UNKNOWN
            continue
        if named >= i:
            code[i] = LATER
            continue
        its_kind = kind[named]
        if what == REVERSE:
            if its_kind == REVERSE:
                code[i] = REVERSES_A_REVERSE
            elif its_kind != UNREADABLE and code[named] == 0:
                fell = its_kind in (CONFIRM, VOID)
                if reversed_[named] or (fell and reversed_[of[named]]):
                    code[i] = REVERSED_TWICE
            if code[i] == 0:
                reversed_[named] = True
        elif its_kind == UNREADABLE:
            continue
        elif its_kind != SEND:
            code[i] = NOT_A_SEND
        elif reversed_[named]:
            code[i] = AFTER_REVERSAL
    for i in range(n):
        what = kind[i]
        if what not in (CONFIRM, VOID) or code[i] != 0:
            continue
        send = of[i]
        if kind[send] != SEND or reversed_[i] or reversed_[send]:
            continue
        in_transit[i] = left[send]
        if what == VOID:
            if left[send] == 0:
                code[i] = NOTHING_IN_TRANSIT
            left[send] = 0
        elif amount[i] > left[send]:
            code[i] = MORE_THAN_IN_TRANSIT
        else:
            left[send] -= amount[i]
