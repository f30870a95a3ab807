"""Columns of amounts, whichever way a file keeps them, as exact minor units.

A CSV file has text, and so may a Parquet file; decimals and whole numbers are taken as they are;
floating numbers where each is the nearest to a decimal of its currency, which below 10¹⁵ minor units
is one decimal only. All follow trace_rows.Amounts.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.exchange.movements.text import (
    NO_NUMBER,
    NOT_POSITIVE,
    TOO_LARGE,
    TOO_MANY_DECIMALS,
    UNREAD,
    amounts_from_text,
    not_empty,
)
from cairn.trace.columns import Bools, Bytes, Int64s
from cairn.values import MAX_MINOR

MOST_DECIMALS: Final = 4
"""No currency of ISO 4217 has more."""


@dataclass(frozen=True, slots=True)
class TextAmounts:
    """Plain decimals as text."""

    text: pa.StringArray

    def given(self) -> Bools:
        """As Amounts.given."""
        return not_empty(self.text)

    def in_minor(self, digits: Bytes) -> tuple[Int64s, Bytes]:
        """As Amounts.in_minor."""
        return amounts_from_text(self.text, digits)

    def __getitem__(self, row: int) -> str:
        return str(self.text[row])


@dataclass(frozen=True, slots=True)
class ScaledAmounts:
    """Whole numbers of 10 to the power of -scale."""

    column: pa.Array
    scaled: Int64s
    scale: int

    def given(self) -> Bools:
        """As Amounts.given."""
        return _not_null(self.column)

    def in_minor(self, digits: Bytes) -> tuple[Int64s, Bytes]:
        """As Amounts.in_minor."""
        minor, wrong = np.zeros(len(digits), np.int64), np.zeros(len(digits), np.uint8)
        for decimals in set(np.unique(digits).tolist()) - {UNREAD}:
            rows = digits == decimals
            value = self.scaled[rows]
            more = 10 ** max(decimals - self.scale, 0)
            fewer = 10 ** max(self.scale - decimals, 0)
            whole, rest = np.divmod(value, fewer)
            problem = np.zeros(len(value), np.uint8)
            problem[whole > MAX_MINOR // more] = TOO_LARGE
            problem[value <= 0] = NOT_POSITIVE
            problem[rest != 0] = TOO_MANY_DECIMALS
            minor[rows] = np.where(problem == 0, whole, 0) * more
            wrong[rows] = problem
        return minor, wrong

    def __getitem__(self, row: int) -> str:
        return str(self.column[row])


@dataclass(frozen=True, slots=True)
class FloatAmounts:
    """Floating numbers, none of which may be rounded."""

    column: pa.Array

    def given(self) -> Bools:
        """As Amounts.given."""
        return _not_null(self.column)

    def in_minor(self, digits: Bytes) -> tuple[Int64s, Bytes]:
        """As Amounts.in_minor."""
        value = self.column.cast(pa.float64()).fill_null(0).to_numpy(zero_copy_only=False)
        factor = 10.0 ** np.where(digits == UNREAD, 0, digits)
        finite = np.isfinite(value)
        scaled = np.rint(np.where(finite, value, 0) * factor)
        wrong = np.zeros(len(value), np.uint8)
        wrong[scaled > MAX_MINOR] = TOO_LARGE
        wrong[value <= 0] = NOT_POSITIVE
        # Correctly rounded division gives the nearest float to the decimal: this one, or it is none.
        wrong[(scaled / factor != value) & (np.abs(value) < MAX_MINOR)] = TOO_MANY_DECIMALS
        wrong[~finite] = NO_NUMBER
        wrong[digits == UNREAD] = 0
        return np.where((wrong == 0) & (digits != UNREAD), scaled, 0).astype(np.int64), wrong

    def __getitem__(self, row: int) -> str:
        return str(self.column[row])


def amounts_of(column: pa.Array) -> TextAmounts | ScaledAmounts | FloatAmounts | None:
    """Choose by the column's type; None where that can hold no amounts."""
    kind = column.type
    if pa.types.is_null(kind):
        return TextAmounts(column.cast(pa.string()).fill_null(""))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return TextAmounts(column.cast(pa.string()).fill_null(""))
    if pa.types.is_integer(kind):
        return ScaledAmounts(column, column.cast(pa.int64()).fill_null(0).to_numpy(), 0)
    if pa.types.is_decimal(kind):
        return _decimals(column)
    return FloatAmounts(column) if pa.types.is_floating(kind) else None


def _decimals(column: pa.Array) -> TextAmounts | ScaledAmounts:
    if not 0 <= column.type.scale <= MOST_DECIMALS:
        try:
            column = column.cast(pa.decimal128(38, MOST_DECIMALS))
        except pa.ArrowInvalid:  # some amount has more decimals than any currency: say which
            return TextAmounts(
                pc.utf8_rtrim(column.cast(pa.string()), "0").fill_null("")
                if column.type.scale > 0
                else column.cast(pa.string()).fill_null("")
            )
    column = column.cast(pa.decimal128(38, column.type.scale))
    words: npt.NDArray[Any] = np.frombuffer(column.buffers()[1], np.int64)
    low, high = (words[part::2][column.offset :][: len(column)] for part in (0, 1))
    fits = (high == low >> 63) & _not_null(column)
    # What does not fit is far beyond the largest amount, or below zero as far.
    beyond = np.where(high < 0, -1, np.iinfo(np.int64).max)
    scaled = np.where(fits, low, np.where(_not_null(column), beyond, 0))
    # A remainder must not hide that it is too large.
    scaled = np.where(scaled == np.iinfo(np.int64).max, 9 * 10**18, scaled)
    return ScaledAmounts(column, scaled, column.type.scale)


def _not_null(column: pa.Array) -> Bools:
    given: Bools = column.is_valid().to_numpy(zero_copy_only=False)
    return given
