"""Importing a sheet: what came of each row, and what was new.

Rows are written some hundreds at a time, so that memory stays flat; what was written before an
interruption is met again and added once. Only where receipts may bring new grants is the file read
twice: a pledge is the sum of all its receipts.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Final, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from cairn.exchange.sheets.cells import Book
from cairn.exchange.sheets.facts import RECORDED, Writer
from cairn.exchange.sheets.mapping import Mapping, SheetMap
from cairn.exchange.sheets.marks import differs
from cairn.exchange.sheets.names import UnclearError
from cairn.exchange.sheets.read import Row, Verdict, read_rows
from cairn.exchange.sheets.record import NewThing, OnRecord
from cairn.exchange.sheets.values import Reason, text_of
from cairn.exchange.sheets.words import ROW_KINDS
from cairn.journal.columns import in_chunks
from cairn.journal.entry import Draft, Refused
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.values import CairnError

CHUNK: Final = 900
SHOWN_AT_MOST: Final = 50
"""Refused rows kept for showing; all of them go into the file for bad rows."""

_LISTS_FIRST: Final = ("places", "organisations", "accounts", "grants", "projects", *ROW_KINDS)


class BadRowsFileError(CairnError):
    """The file for refused rows cannot be written, or is there already."""


@dataclass
class Outcome:
    """What came of an import. `rows` is every row of the file: good + already + bad + not rows."""

    rows: int = 0
    good: int = 0
    already: int = 0
    written: bool = True
    not_rows: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    bad_rows: int = 0
    shown: list[Row] = field(default_factory=list)
    new_things: list[NewThing] = field(default_factory=list)
    not_recorded: dict[str, list[str]] = field(default_factory=dict)
    persons: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class SheetImport:
    """An import of one book into one programme.

    `on_rows` is told how many rows were read, `on_verdict` each row, lists of things first.
    """

    journal: Journal
    programme: str
    book: Book
    mapping: Mapping
    post: str
    now: datetime
    on_rows: Callable[[int], None] = lambda _: None
    on_verdict: Callable[[Row], None] | None = None

    def run(
        self, *, dry_run: bool = False, all_or_nothing: bool = False, bad: Path | None = None
    ) -> Outcome:
        """Import, or with `dry_run` do everything and then take it back.

        With `all_or_nothing` one refused row takes everything back too. Raises CairnError.
        """
        with _BadRows(bad) as bad_rows:
            if not dry_run and not all_or_nothing:
                return self._run(bad_rows)
            with transaction.atomic():
                outcome = self._run(bad_rows)
                if dry_run or outcome.bad_rows:
                    outcome.written = False
                    transaction.set_rollback(True)
            return outcome

    def _run(self, bad_rows: "_BadRows") -> Outcome:
        record = OnRecord(self.programme, answers=self.mapping.names)
        writer = Writer(self.programme, self.mapping.source, self.post, record)
        today = self.now.astimezone(ZoneInfo(record.timezone)).date()
        if any(map(_may_pledge, self.mapping.sheet)):
            self._find_new(writer, today)
        outcome = Outcome(
            new_things=record.new_things(),
            not_recorded=self._not_recorded(),
            persons=record.persons,
        )
        self._write_new(writer, outcome)
        for rows in self._chunks(record, today):
            self._write(rows, writer, outcome, bad_rows)
        return outcome

    def _chunks(self, record: OnRecord, today: date) -> Iterator[list[Row]]:
        """Rows, lists of things before the movements that name them."""

        def turn(name: str) -> int:
            how = self.mapping.for_sheet(name)
            return _LISTS_FIRST.index(how.rows_are) if how else len(_LISTS_FIRST)

        sheets = tuple(sorted(self.book.sheets, key=lambda sheet: turn(sheet.name)))
        rows = read_rows(
            replace(self.book, sheets=sheets), self.mapping, today=today, currency=record.currency
        )
        while chunk := list(islice(rows, CHUNK)):
            yield chunk
            self.on_rows(len(chunk))

    def _find_new(self, writer: Writer, today: date) -> None:
        for rows in self._chunks(writer.record, today):
            for row, known in zip(rows, self._known(rows, writer), strict=True):
                if row.verdict == Verdict.GOOD and not known:
                    self._drafts(row, writer, may_add=True)

    def _write_new(self, writer: Writer, outcome: Outcome) -> None:
        drafts = [writer.draft_of(thing) for thing in outcome.new_things]
        for start in range(0, len(drafts), CHUNK):
            some = drafts[start : start + CHUNK]
            for verdict in self.journal.append_batch(self.programme, some, now=self.now):
                if isinstance(verdict, Refused):
                    raise CairnError(
                        f"a new thing that rows need was refused: {_told(verdict)}; "
                        "record it by hand and import again"
                    )

    def _write(
        self, rows: list[Row], writer: Writer, outcome: Outcome, bad_rows: "_BadRows"
    ) -> None:
        known = self._known(rows, writer)
        drafts: list[Draft] = []
        prepared = []
        for row, there in zip(rows, known, strict=True):
            judged, told = self._prepare(row, writer, there=there)
            new = writer.record.new_in_row() if told else []
            outcome.new_things.extend(new)
            drafts.extend(map(writer.draft_of, new))
            prepared.append((judged, len(drafts), len(drafts) + len(told)))
            drafts.extend(told)
        verdicts = self.journal.append_batch(self.programme, drafts, now=self.now)
        for (row, first, last), there in zip(prepared, known, strict=True):
            refused = [v for v in verdicts[first:last] if isinstance(v, Refused)]
            judged = _refused(row, *map(_reason, refused)) if refused else row
            self._count(judged, outcome, bad_rows, already=there)

    def _prepare(self, row: Row, writer: Writer, *, there: bool) -> tuple[Row, list[Draft]]:
        if row.verdict != Verdict.GOOD:
            return row, []
        if there and (reason := differs(row)):
            return _refused(row, reason), []
        if there and row.values.get("fact"):
            return row, []
        told = self._drafts(row, writer, may_add=not there)
        if not isinstance(told, Reason):
            return row, told
        # A name that has become unclear since does not make a row on record a new one.
        return (row if there else _refused(row, told)), []

    def _count(self, row: Row, outcome: Outcome, bad_rows: "_BadRows", *, already: bool) -> None:
        outcome.rows += 1
        if self.on_verdict:
            self.on_verdict(row)
        if row.verdict == Verdict.NOT_A_ROW:
            outcome.not_rows[row.why] += 1
        elif row.verdict == Verdict.BAD:
            outcome.bad_rows += 1
            outcome.bad.update({reason.code for reason in row.reasons})
            bad_rows.write(row)
            if len(outcome.shown) < SHOWN_AT_MOST:
                outcome.shown.append(row)
        elif already:
            outcome.already += 1
        else:
            outcome.good += 1

    def _known(self, rows: Sequence[Row], writer: Writer) -> list[bool]:
        """Whether each row is on record."""
        ids = [writer.id_of(row) if row.verdict == Verdict.GOOD else None for row in rows]
        asked = [one for one in ids if one is not None]
        known = Entry.objects.filter(programme=self.programme)
        there: set[UUID] = set()
        for some in in_chunks(asked):
            there.update(known.filter(id__in=some).values_list("id", flat=True))
        return [one in there for one in ids]

    def _drafts(self, row: Row, writer: Writer, *, may_add: bool) -> list[Draft] | Reason:
        how = self.mapping.for_sheet(row.sheet)
        if how is None:
            raise LookupError(f"a good row of the sheet ‘{row.sheet}’, which has no map")
        try:
            return writer.drafts(row, how, may_add=may_add)
        except UnclearError as error:
            return error.reason

    def _not_recorded(self) -> dict[str, list[str]]:
        """Per sheet the headings that were mapped and yet have no place in a fact, or not mapped."""
        return {sheet.name: _left_behind(sheet) for sheet in self.mapping.sheet}


def _may_pledge(sheet: SheetMap) -> bool:
    """Whether rows may bring grants, whose pledges are the sum of what all rows received."""
    given = sheet.columns.keys() | sheet.constants.keys()
    return sheet.rows_are == "money received" and "sponsor" in given


def _left_behind(sheet: SheetMap) -> list[str]:
    recorded = RECORDED[sheet.rows_are].split()
    mapped = [heading for name, heading in sheet.columns.items() if name not in recorded]
    return [*mapped, *sheet.left_out]


def _refused(row: Row, *reasons: Reason) -> Row:
    return replace(row, verdict=Verdict.BAD, reasons=reasons, key="")


def _reason(refused: Refused) -> Reason:
    if refused.objections[0].field == "id":
        return Reason(
            "says-otherwise",
            "imported before, and said something else then; if it was mended, reverse what is on "
            "record; if it is another row numbered alike, give this file a source in its map",
        )
    return Reason(f"refused-{refused.objections[0].field}", _told(refused))


def _told(refused: Refused) -> str:
    return "; ".join(f"{one.field}: {one.message}" for one in refused.objections)


class _BadRows:
    """The file into which refused rows go, with reasons: safe to open in a spreadsheet."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                # With a mark: without one, Excel reads Chinese in UTF-8 as something else.
                self._file = self._path.open("x", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise BadRowsFileError(
                    f"{self._path}: {error.strerror}; give another file with --bad"
                ) from error
            csv.writer(self._file).writerow(["sheet", "row", "id", "reasons", "offer", "cells"])
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, row: Row) -> None:
        if self._file is None:
            return
        offer = next((reason.offer for reason in row.reasons if reason.offer), "")
        why = "; ".join(reason.message for reason in row.reasons)
        cells = [text_of(cell) for cell in row.cells]
        said = [row.sheet, str(row.number), row.source_id, why, offer, *cells]
        csv.writer(self._file).writerow([formula_safe(text) for text in said])


def formula_safe(text: str) -> str:
    """The text so that no spreadsheet runs it: a quotation mark before what begins a formula."""
    text = text.replace("\0", "")
    if text[:1] in "=+-@\t\r＝＋－＠" and text and not re.fullmatch(r"[+-]?[\d.,]+", text):
        return f"'{text}"
    return text
