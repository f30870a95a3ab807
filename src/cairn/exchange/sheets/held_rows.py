"""What becomes of each row of a sheet that is held: a page at a time, whichever verdict is asked for.

A file of its own beside the sheet, in SQLite, so that a hundred thousand rows are paged like ten.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from cairn.exchange.sheets.chunk import Told
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.exchange.sheets.read import Row, Verdict
from cairn.exchange.sheets.values import Reason, text_of
from cairn.exchange.sheets.words import AMOUNT_FIELDS
from cairn.values import to_decimal

_TABLE: Final = (
    "CREATE TABLE rows (n INTEGER PRIMARY KEY, outcome TEXT, sheet TEXT, number INT, id TEXT,"
    " said TEXT, why TEXT, fact TEXT, cells TEXT)"
)


class Outcome(StrEnum):
    """What becomes of a row."""

    GOOD = "good"
    ALREADY = "already"
    QUESTION = "question"
    REFUSED = "refused"
    NO_ROW = "no-row"


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row: what it says, what is against it, the fact that it tells, and its cells if it is refused."""

    n: int
    outcome: Outcome
    sheet: str
    number: int
    id: str
    said: str
    why: tuple[Reason, ...]
    fact: str
    cells: tuple[str, ...]


class RowsWriter:
    """Writes rows in the order they are judged; into an empty file."""

    def __init__(self, path: Path, *, hidden: dict[str, frozenset[int]]) -> None:
        """`hidden` are for each sheet the columns that name people: their cells are kept nowhere."""
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        self._file = sqlite3.connect(path)
        self._file.execute("PRAGMA synchronous = OFF")  # made anew, should it be lost
        self._file.execute(_TABLE)
        self._hidden = hidden
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.execute("CREATE INDEX by_outcome ON rows (outcome, n)")
        self._file.commit()
        self._file.close()

    def write(self, told: Told) -> None:
        """Write what becomes of a row."""
        row, outcome = told.row, outcome_of(told)
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        refused = row.verdict == Verdict.BAD
        why = [_as_list(reason) for reason in row.reasons]
        fact = str(told.own[0].id) if told.own else ""
        cells = self._cells(row) if refused else []
        line = (outcome, row.sheet, row.number, row.source_id, _said(row), _json(why), fact)
        self._file.execute(
            "INSERT INTO rows (outcome, sheet, number, id, said, why, fact, cells)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*line, _json(cells)),
        )

    def _cells(self, row: Row) -> list[str]:
        hidden = self._hidden.get(row.sheet, frozenset())
        texts = [text_of(cell) for cell in row.cells]
        return ["" if at in hidden else text for at, text in enumerate(texts)]


def outcome_of(told: Told) -> Outcome:
    """What becomes of a row, for a person: a question is a refusal that an answer may mend."""
    match told.row.verdict:
        case Verdict.NOT_A_ROW:
            return Outcome.NO_ROW
        case Verdict.BAD:
            asks = all(reason.about for reason in told.row.reasons)
            return Outcome.QUESTION if asks else Outcome.REFUSED
    return Outcome.ALREADY if told.there else Outcome.GOOD


OF_ONE: Final = "SELECT * FROM rows WHERE outcome = ? AND n > ? ORDER BY n LIMIT ?"
OF_ALL: Final = "SELECT * FROM rows WHERE outcome != ? AND n > ? ORDER BY n LIMIT ?"


def page(path: Path, *, outcome: Outcome | None, after: int, most: int) -> list[HeldRow]:
    """The rows after one, of all outcomes or of one; in the order of the file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        found = file.execute(OF_ONE if outcome else OF_ALL, (outcome or "", after, most))
        return [_row(line) for line in found]


def refused_rows(path: Path) -> Iterator[HeldRow]:
    """All rows that are not taken, one after the other."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        wanted = (Outcome.REFUSED, Outcome.QUESTION)
        for line in file.execute("SELECT * FROM rows WHERE outcome IN (?, ?) ORDER BY n", wanted):
            yield _row(line)


def _row(line: tuple[int, str, str, int, str, str, str, str, str]) -> HeldRow:
    n, outcome, sheet, number, id_, said, why, fact, cells = line
    reasons = tuple(
        Reason(code, text, said_, offer, of, about, tuple(meant))
        for code, text, said_, offer, of, about, meant in json.loads(why)
    )
    return HeldRow(
        n, Outcome(outcome), sheet, number, id_, said, reasons, fact, tuple(json.loads(cells))
    )


def _as_list(reason: Reason) -> list[object]:
    said = dict(reason.said)
    return [reason.code, reason.text, said, reason.offer, reason.of, reason.about, reason.meant]


def _said(row: Row) -> str:
    """What was read of a row, in one line. A payee who looks like a person is in none."""
    currency = str(row.values.get("currency", ""))
    parts = []
    for name, value in row.values.items():
        if name in AMOUNT_FIELDS and isinstance(value, int):
            parts.append(f"{to_decimal(value, currency)} {currency}")
        elif isinstance(value, date):
            parts.append(value.isoformat())
        elif name != "currency" and not looks_like_a_person(str(value)):
            parts.append(str(value)[:60])
    return " · ".join(parts)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
