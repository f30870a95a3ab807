"""Amounts between text and minor units, a column at a time. Compiled, on Arrow's own buffers."""

from typing import Final

import numpy as np
import pyarrow as pa

from cairn.trace.columns import Bools, Bytes, Int32s, Int64s
from cairn.trace.compiled import compiled
from cairn.values import MAX_MINOR

FINE, NO_NUMBER, TOO_MANY_DECIMALS, NOT_POSITIVE, TOO_LARGE = range(5)
"""What can be wrong with an amount."""

UNREAD: Final = 255
"""Digits of a currency that is unknown: the amount cannot be read."""


def amounts_from_text(text: pa.StringArray, digits: Bytes) -> tuple[Int64s, Bytes]:
    """Read plain decimals as minor units of currencies with so many digits; say what is wrong."""
    minor, wrong = np.zeros(len(text), np.int64), np.zeros(len(text), np.uint8)
    offsets, data = buffers_of(text)
    _read_amounts(offsets, data, digits, minor, wrong)
    return minor, wrong


def text_from_amounts(minor: Int64s, digits: Bytes) -> pa.StringArray:
    """Write each amount with exactly its currency's digits."""
    offsets = np.empty(len(minor) + 1, np.int32)
    data = np.empty(_measure_amounts(minor, digits, offsets), np.uint8)
    _write_amounts(minor, digits, offsets, data)
    return pa.StringArray.from_buffers(len(minor), pa.py_buffer(offsets), pa.py_buffer(data))


def not_empty(text: pa.StringArray) -> Bools:
    """Which texts hold anything."""
    given: Bools = np.diff(buffers_of(text)[0]) > 0
    return given


def buffers_of(text: pa.StringArray) -> tuple[Int32s, Bytes]:
    """Where each text begins and the last ends, and their bytes. Read-only."""
    _, offsets, data = text.buffers()
    # An array of nothing but empty strings may have no buffers at all.
    if offsets is None or not len(text):
        return np.zeros(len(text) + 1, np.int32), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    letters = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    for buffer in (places, letters):
        buffer.flags.writeable = False
    return places, letters


@compiled
def _read_amounts(  # noqa: C901, PLR0912 - one loop, compiled
    offsets: Int32s, data: Bytes, digits: Bytes, minor: Int64s, wrong: Bytes
) -> None:
    for i in range(minor.size):
        if digits[i] == UNREAD:
            continue
        place, end = offsets[i], offsets[i + 1]
        negative = place < end and data[place] == 45  # -
        if negative or (place < end and data[place] == 43):  # +
            place += 1
        value = np.int64(0)
        seen = 0
        decimals = -1
        while place < end:
            letter = data[place]
            place += 1
            if letter == 46 and decimals < 0:  # .
                decimals = 0
                continue
            if letter < 48 or letter > 57:
                seen = 0
                decimals = -1
                break
            seen += 1
            if decimals >= 0:
                decimals += 1
            # Beyond the largest amount only that it is too large still matters.
            if value <= MAX_MINOR:
                value = 10 * value + (letter - 48)
        if seen == 0:
            wrong[i] = NO_NUMBER
            continue
        decimals = max(decimals, 0)
        if decimals > digits[i]:
            wrong[i] = TOO_MANY_DECIMALS
            continue
        while decimals < digits[i] and value <= MAX_MINOR:
            value *= 10
            decimals += 1
        if negative or value == 0:
            wrong[i] = NOT_POSITIVE
        elif value > MAX_MINOR:
            wrong[i] = TOO_LARGE
        else:
            minor[i] = value


@compiled
def _measure_amounts(minor: Int64s, digits: Bytes, offsets: Int32s) -> int:
    """Fill in where each text begins and ends; answer the length of all."""
    place = 0
    for i in range(minor.size):
        offsets[i] = place
        rest = minor[i]
        length = 0
        while rest > 0:
            rest //= 10
            length += 1
        # At least one digit stands before the point.
        while length <= digits[i]:
            length += 1
        place += length
        if digits[i] > 0:
            place += 1
    offsets[minor.size] = place
    return place


@compiled
def _write_amounts(minor: Int64s, digits: Bytes, offsets: Int32s, data: Bytes) -> None:
    for i in range(minor.size):
        rest = minor[i]
        place = offsets[i + 1]
        decimals = np.int64(digits[i])
        while place > offsets[i]:
            place -= 1
            if decimals == 0 and digits[i] > 0:
                data[place] = 46
                decimals = np.int64(-1)
                continue
            decimals -= 1
            data[place] = 48 + rest % 10
            rest //= 10
