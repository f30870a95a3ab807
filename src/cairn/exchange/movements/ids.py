"""Which row has an id: a hash table over Arrow's own buffers, compiled.

Three times as fast as Arrow's dictionaries here, which is a tenth of a second per million.
"""

import numpy as np
import pyarrow as pa

from cairn.exchange.movements.text import buffers_of
from cairn.trace.columns import NONE, Bytes, Int32s, Int64s
from cairn.trace.compiled import compiled


def rows_of(ids: pa.StringArray, named: pa.StringArray) -> tuple[Int64s, Int64s]:
    """Answer for each id the first row that has it, and for each name that row or -1.

    An empty name is nobody's.
    """
    slots = np.zeros(1 << (2 * len(ids)).bit_length(), np.int64)
    first, found = np.empty(len(ids), np.int64), np.empty(len(named), np.int64)
    offsets, data = buffers_of(ids)
    _index(offsets, data, slots, first)
    _find(offsets, data, *buffers_of(named), slots, found)
    return first, found


@compiled
def _hash(data: Bytes, begin: int, end: int) -> np.uint64:
    """FNV-1a, with its high bits mixed in, since the low ones are the slot."""
    value = np.uint64(0xCBF29CE484222325)
    for place in range(begin, end):
        value = (value ^ np.uint64(data[place])) * np.uint64(0x100000001B3)
    return value ^ (value >> np.uint64(32))


@compiled
def _same(one: Bytes, begin: int, other: Bytes, other_begin: int, length: int) -> bool:
    for place in range(length):  # noqa: SIM110 - numba compiles no generator
        if one[begin + place] != other[other_begin + place]:
            return False
    return True


@compiled
def _index(offsets: Int32s, data: Bytes, slots: Int64s, first: Int64s) -> None:
    """Fill in slots: half of the hash above the row + 1, or 0."""
    last = slots.size - 1
    for row in range(first.size):
        begin, end = offsets[row], offsets[row + 1]
        value = _hash(data, begin, end)
        mark = np.int64(value >> np.uint64(33)) << 32
        slot = np.int64(value & np.uint64(last))
        first[row] = row
        while slots[slot] != 0:
            held = slots[slot]
            if held & ~np.int64(0xFFFFFFFF) == mark:
                at = (held & 0xFFFFFFFF) - 1
                if offsets[at + 1] - offsets[at] == end - begin and _same(
                    data, begin, data, offsets[at], end - begin
                ):
                    first[row] = at
                    break
            slot = (slot + 1) & last
        if first[row] == row:
            slots[slot] = mark | (row + 1)


@compiled
def _find(
    offsets: Int32s,
    data: Bytes,
    name_offsets: Int32s,
    name_data: Bytes,
    slots: Int64s,
    found: Int64s,
) -> None:
    last = slots.size - 1
    for name in range(found.size):
        begin, end = name_offsets[name], name_offsets[name + 1]
        found[name] = NONE
        if begin == end:
            continue
        value = _hash(name_data, begin, end)
        mark = np.int64(value >> np.uint64(33)) << 32
        slot = np.int64(value & np.uint64(last))
        while slots[slot] != 0:
            held = slots[slot]
            if held & ~np.int64(0xFFFFFFFF) == mark:
                at = (held & 0xFFFFFFFF) - 1
                if offsets[at + 1] - offsets[at] == end - begin and _same(
                    name_data, begin, data, offsets[at], end - begin
                ):
                    found[name] = at
                    break
            slot = (slot + 1) & last
