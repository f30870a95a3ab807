"""What a set of IATI files said about money, as flat columns: the same few bytes per transaction.

Names are kept once each. Reading files into this is read.py's part.
"""

from array import array
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

NOBODY: Final = -1
"""Stands in a column of names where nobody was named."""

_T = TypeVar("_T", bound=Hashable)


class Interned(Generic[_T]):
    """Each value once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[_T, int] = {}
        self.values: list[_T] = []

    def number(self, value: _T) -> int:
        """The value's number, a new one the first time."""
        number = self._numbers.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number

    def get(self, value: _T) -> int | None:
        """The value's number if it has one."""
        return self._numbers.get(value)


class Party(NamedTuple):
    """An organisation as somebody named it: any of reference and name may be empty."""

    ref: str
    name: str


UNNAMED: Final = Party("", "")


class Problem(NamedTuple):
    """Something that was not read, or read otherwise than it was written, and where it stands.

    `transactions` is how many transactions this row leaves out: 0 where what it tells of was kept.
    """

    file: int
    line: int
    activity: str
    element: str
    reason: str
    transactions: int


@dataclass(slots=True)
class Activity:
    """One iati-activity as its publisher wrote it."""

    file: int
    line: int
    identifier: str = ""
    reporter: Party = UNNAMED
    title: str = ""
    secondary: bool = False
    count: int = 0
    """How many of its transactions could be read."""
    counted: bool = True
    """False where another copy of the same activity is the one that counts."""


@dataclass(slots=True)
class SourceFile:
    """One file that was to be read."""

    path: Path
    version: str = ""
    bytes: int = 0
    lines: int = 0
    activities: int = 0
    transactions: int = 0
    read: bool = True


class Row(NamedTuple):
    """One transaction, as it goes into the columns."""

    type: int
    date: int
    amount: int
    currency: int
    other: int
    own: int
    party: int
    line: int


# date: days as date.toordinal counts them. amount: minor units, below zero for a correction.
# other: the activity id it names at the far end; own: the one it names for its own side.
_COLUMNS: Final = {
    "activity": "i",
    "type": "b",
    "date": "i",
    "amount": "q",
    "currency": "h",
    "other": "i",
    "own": "i",
    "party": "i",
    "line": "i",
}

BYTES_PER_TRANSACTION: Final = sum(array(code).itemsize for code in _COLUMNS.values())


@dataclass
class Published:
    """All that was read: files, activities, one row per kept transaction, and the problems."""

    files: list[SourceFile] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: Interned[str] = field(default_factory=Interned)
    """Every activity id that an activity has or a transaction names."""
    parties: Interned[Party] = field(default_factory=Interned)
    currencies: Interned[str] = field(default_factory=Interned)
    columns: dict[str, "array[int]"] = field(
        default_factory=lambda: {name: array(code) for name, code in _COLUMNS.items()}
    )

    def __len__(self) -> int:
        return len(self.columns["line"])

    def append(self, activity: int, row: Row) -> None:
        """Keep one transaction."""
        columns = self.columns
        columns["activity"].append(activity)
        columns["type"].append(row.type)
        columns["date"].append(row.date)
        columns["amount"].append(row.amount)
        columns["currency"].append(row.currency)
        columns["other"].append(row.other)
        columns["own"].append(row.own)
        columns["party"].append(row.party)
        columns["line"].append(row.line)

    def column(self, name: str) -> NDArray[np.int64]:
        """One column of all rows, as int64."""
        return np.array(self.columns[name], dtype=np.int64)

    def drop(self, rows: NDArray[np.bool_]) -> None:
        """Take rows out again, in place of each column."""
        for name, code in _COLUMNS.items():
            self.columns[name] = array(code, np.asarray(self.columns[name])[~rows].tobytes())

    def by_identifier(self) -> dict[int, int]:
        """From the number of an activity id to the activity that counts under it."""
        numbered = enumerate(self.activities)
        return {self.ids.number(a.identifier): n for n, a in numbered if a.counted}
