"""Which rows of a table are wanted: those of a place and all within it, of a project, of some days.

A row is of a place if anything that it names is there: an account, a project, an asset, the place
itself. What follows from a movement, as its confirmation and its parts, is chosen with it. Tables
that name nothing of the sort, as organisations, stay whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cairn.exchange.tables.declared import Chosen, Marks, Row, Table
from cairn.exchange.tables.money import places_of
from cairn.following.queries.reading import Reading
from cairn.trace.policy import Kind
from cairn.values import CairnError

SITED: Final = ("places", "accounts", "projects", "assets", "enterprises")
"""Tables whose rows are somewhere."""


class WhichRowsError(CairnError):
    """A place, project or day by which no rows can be chosen."""


@dataclass(frozen=True)
class Choice:
    """Chooses rows of any table of one programme. Raises WhichRowsError for what is not on record."""

    reading: Reading
    chosen: Chosen

    def __post_init__(self) -> None:
        """Refuse what is not on record."""
        place, project = self.chosen.place, self.chosen.project
        if place and place not in self.reading.places:
            raise WhichRowsError(f"There is no place ‘{place}’ in ‘{self.reading.id}’.")
        if project and project not in self.reading.projects([project]):
            raise WhichRowsError(f"There is no project ‘{project}’ in ‘{self.reading.id}’.")
        for day in (self.chosen.since, self.chosen.until):
            _is_a_day(day)

    @property
    def movements(self) -> int:
        """How many movements are wanted."""
        return int(np.count_nonzero(self._movements))

    def rows(self, table: Table, *, after: int = 0) -> Iterator[Row]:
        """The rows of a table that are wanted, without the first `after` of them."""
        return islice(self._wanted(table), after, None)

    def _wanted(self, table: Table) -> Iterator[Row]:
        if self.chosen and table.of_movements:
            return table.of_movements(self.reading, self._movements)
        rows = table.read(self.reading)
        if not self.chosen:
            return rows
        if self.chosen.place:
            rows = self._at_place(table, rows)
        if self.chosen.project:
            rows = self._of_project(table, rows)
        return self._in_days(table, rows)

    @cached_property
    def _movements(self) -> Marks:
        """Which movements are wanted."""
        columns, shot = self.reading.snapshot.columns, self.reading.snapshot
        wanted = np.ones(len(columns.kind), dtype=np.bool_)
        spent = columns.kind == Kind.SPEND
        if self.chosen.place:
            there = np.array([place in self._inside for place in shot.places] or [False])
            account = _marked(shot.where.of_account, there)
            project = _marked(shot.where.of_project, there)
            target = np.where(
                spent, _marked(columns.target, project), _marked(columns.target, account)
            )
            wanted &= _and_what_follows(_marked(columns.source, account) | target, columns.of)
        if self.chosen.project:
            named = np.array([id_ == self.chosen.project for id_, _of in shot.projects] or [False])
            wanted &= _and_what_follows(spent & _marked(columns.target, named), columns.of)
        if self.chosen.since:
            wanted &= columns.day >= date.fromisoformat(self.chosen.since).toordinal()
        if self.chosen.until:
            wanted &= columns.day <= date.fromisoformat(self.chosen.until).toordinal()
        return wanted

    @cached_property
    def _inside(self) -> frozenset[str]:
        """The place that is wanted and all within it."""
        return frozenset(self.reading.within(self.chosen.place))

    @cached_property
    def _there(self) -> dict[str, set[str]]:
        """What is there of what rows name, by table."""
        return {
            name: {id_ for id_, place in ids.items() if place in self._inside}
            for name, ids in places_of(self.reading).items()
        }

    def _at_place(self, table: Table, rows: Iterator[Row]) -> Iterator[Row]:
        there = self._there
        named = [(at, there[one.to]) for at, one in enumerate(table.fields) if one.to in there]
        if table.name in SITED:
            named.append((0, there[table.name]))
        return (row for row in rows if any(row[at] in ids for at, ids in named)) if named else rows

    def _of_project(self, table: Table, rows: Iterator[Row]) -> Iterator[Row]:
        named = [at for at, one in enumerate(table.fields) if one.to == "projects"]
        named += [0] if table.name == "projects" else []
        wanted = self.chosen.project
        return (row for row in rows if any(row[at] == wanted for at in named)) if named else rows

    def _in_days(self, table: Table, rows: Iterator[Row]) -> Iterator[Row]:
        since, until = self.chosen.since, self.chosen.until
        if not table.day or not (since or until):
            return rows
        at = table.place[table.day]
        return (row for row in rows if (day := str(row[at] or "")) >= since and _until(day, until))


def _marked(codes: NDArray[np.int32], marks: Marks) -> Marks:
    """Whether what each code stands for is marked; nothing stands for -1."""
    within_marks = np.clip(codes, 0, len(marks) - 1)
    found: Marks = (codes >= 0) & (codes < len(marks)) & marks[within_marks]
    return found


def _and_what_follows(wanted: Marks, of: NDArray[np.int64]) -> Marks:
    """With what confirms, voids or reverses what is wanted; a reversal may be of a confirmation."""
    found = wanted
    for _step in range(2):
        found = found | ((of >= 0) & found[np.clip(of, 0, None)])
    return found


def _until(day: str, until: str) -> bool:
    return not until or "" < day <= until


def _is_a_day(text: str) -> None:
    try:
        if text:
            date.fromisoformat(text)
    except ValueError:
        raise WhichRowsError(f"‘{text}’ is no day; write it like 2025-06-30.") from None
