"""Importing a sheet: what came of each row, and what was new.

Rows are written some hundreds at a time, so that memory stays flat and nobody else waits for long; what
was written before an interruption is met again and added once. Only where receipts may bring new grants
is the file read twice: a pledge is the sum of all its receipts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from cairn.exchange.sheets import chunk
from cairn.exchange.sheets.cells import Book
from cairn.exchange.sheets.chunk import Append, Brought, Told
from cairn.exchange.sheets.facts import RECORDED, Writer
from cairn.exchange.sheets.mapping import Mapping, SheetMap
from cairn.exchange.sheets.marks import differs
from cairn.exchange.sheets.names import UnclearError
from cairn.exchange.sheets.read import Row, Verdict, read_rows
from cairn.exchange.sheets.record import NewThing, OnRecord
from cairn.exchange.sheets.refused import BadRows
from cairn.exchange.sheets.values import Reason
from cairn.exchange.sheets.words import ROW_KINDS
from cairn.journal import spread
from cairn.journal.columns import in_chunks
from cairn.journal.entry import Draft
from cairn.journal.entry import Verdict as Said
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.money.facts import MoneyReceived

CHUNK: Final = 900
SHOWN_AT_MOST: Final = 50
"""Refused rows kept for showing; all of them go into the file for bad rows."""

_NO_ROW: Final = Row("", 0, None, Verdict.NOT_A_ROW)

_LISTS_FIRST: Final = (
    "places",
    "organisations",
    "accounts",
    "grants",
    "projects",
    "assets",
    *ROW_KINDS,
)


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

    `on_rows` is told how many rows were read, `on_verdict` each row with what it tells, lists of things
    first. `append` records as somebody in particular; without it the journal takes all that
    its rules take.
    """

    journal: Journal
    programme: str
    book: Book
    mapping: Mapping
    post: str
    now: datetime
    on_rows: Callable[[int], None] = lambda _: None
    on_verdict: Callable[[Told], None] | None = None
    append: Append | None = None

    def run(
        self, *, dry_run: bool = False, all_or_nothing: bool = False, bad: Path | None = None
    ) -> Outcome:
        """Import, or with `dry_run` see what would become of each row, chunk by chunk.

        With `all_or_nothing` it is one transaction, which one refused row takes back. Raises CairnError.
        """
        with BadRows(bad) as bad_rows:
            one = all_or_nothing and not dry_run
            with spread.atomic(self.programme) if one else nullcontext():
                outcome = _Run(self, bad_rows, Brought() if dry_run else None).through()
                outcome.written = not dry_run and not (one and outcome.bad_rows)
                if one and outcome.bad_rows:
                    spread.roll_back(self.programme)
            return outcome

    def recorded(self, drafts: Sequence[Draft]) -> Sequence[Said]:
        """What the journal says to these, as whoever records them."""
        if self.append:
            return self.append(drafts)
        return self.journal.append_batch(self.programme, drafts, now=self.now)


class _Run:
    """One run through a book, from the first row to the last."""

    def __init__(self, asked: SheetImport, bad_rows: BadRows, brought: Brought | None) -> None:
        self.asked, self.bad_rows, self.brought = asked, bad_rows, brought
        self.mapping = asked.mapping
        self.record = OnRecord(asked.programme, answers=asked.mapping.names)
        self.writer = Writer(asked.programme, asked.mapping.source, asked.post, self.record)
        self.today = asked.now.astimezone(ZoneInfo(self.record.timezone)).date()
        self.outcome = Outcome(not_recorded=self._not_recorded(), persons=self.record.persons)

    def through(self) -> Outcome:
        """Read and write every chunk, and say what came of it."""
        if any(map(_may_pledge, self.mapping.sheet)):
            self._bring_grants()
        for rows in self._chunks():
            self._write(rows)
        return self.outcome

    def _chunks(self) -> Iterator[list[Row]]:
        """Rows, lists of things before the movements that name them."""

        def turn(name: str) -> int:
            how = self.mapping.for_sheet(name)
            return _LISTS_FIRST.index(how.rows_are) if how else len(_LISTS_FIRST)

        book = self.asked.book
        sheets = tuple(sorted(book.sheets, key=lambda sheet: turn(sheet.name)))
        rows = read_rows(
            replace(book, sheets=sheets),
            self.mapping,
            today=self.today,
            currency=self.record.currency,
        )
        while some := list(islice(rows, CHUNK)):
            yield some
            self.asked.on_rows(len(some))

    def _bring_grants(self) -> None:
        """Find what good receipts would add, and record it first: a pledge is the sum of all of them.

        What is refused is forgotten: the rows that need it meet the refusal themselves.
        """
        trial = Brought()
        for rows in self._chunks():
            self._try(rows, trial)
        things = self.record.new_things()
        for start in range(0, len(things), CHUNK):
            some = things[start : start + CHUNK]
            told = [Told(_NO_ROW, own=[self.writer.draft_of(thing)]) for thing in some]
            chunk.write(told, self.asked, brought=self.brought)
            pairs = list(zip(some, told, strict=True))
            self.record.forget(
                (one.called, one.id) for one, left in reversed(pairs) if not left.own
            )
            self.outcome.new_things += [one for one, left in pairs if left.own]

    def _try(self, rows: list[Row], trial: Brought) -> None:
        some = [
            self._prepared(row, there=there)
            for row, there in zip(rows, self._known(rows), strict=True)
            if not there
        ]
        own = [told.own for told in some]
        self.record.forget(chunk.write(some, self.asked, brought=trial))
        for told, before in zip(some, own, strict=True):
            for draft in before if told.row.verdict == Verdict.BAD else ():
                if isinstance(draft.fact, MoneyReceived):
                    amount = draft.fact.amount.minor
                    self.record.received(draft.fact.grant, -amount, draft.happened_on)

    def _write(self, rows: list[Row]) -> None:
        known = self._known(rows)
        some = [self._prepared(row, there=there) for row, there in zip(rows, known, strict=True)]
        dropped = chunk.write(some, self.asked, brought=self.brought)
        self.record.forget(dropped)
        for told in some:
            self.outcome.new_things += [thing for thing, _draft in told.new]
            self._count(told)

    def _prepared(self, row: Row, *, there: bool) -> Told:
        if row.verdict != Verdict.GOOD:
            return Told(row, there=there)
        if there and (reason := differs(row)):
            return Told(chunk.refused(row, reason))
        if there and row.values.get("fact"):
            return Told(row, there=True)
        own = self._drafts(row, may_add=not there)
        if isinstance(own, Reason):
            # A name that has become unclear since does not make a row on record a new one.
            return Told(row if there else chunk.refused(row, own), there=there)
        new = [(thing, self.writer.draft_of(thing)) for thing in self.record.new_in_row()]
        return Told(row, there=there, new=new, own=own)

    def _count(self, told: Told) -> None:
        outcome, row = self.outcome, told.row
        outcome.rows += 1
        if self.asked.on_verdict:
            self.asked.on_verdict(told)
        if row.verdict == Verdict.NOT_A_ROW:
            outcome.not_rows[row.why] += 1
        elif row.verdict == Verdict.BAD:
            outcome.bad_rows += 1
            outcome.bad.update({reason.code for reason in row.reasons})
            self.bad_rows.write(row)
            if len(outcome.shown) < SHOWN_AT_MOST:
                outcome.shown.append(row)
        elif told.there:
            outcome.already += 1
        else:
            outcome.good += 1

    def _known(self, rows: Sequence[Row]) -> list[bool]:
        """Whether each row is on record."""
        ids = [self.writer.id_of(row) if row.verdict == Verdict.GOOD else None for row in rows]
        asked = [one for one in ids if one is not None]
        known = Entry.objects.filter(programme=self.asked.programme)
        there: set[UUID] = set()
        for some in in_chunks(asked):
            there.update(known.filter(id__in=some).values_list("id", flat=True))
        return [one in there for one in ids]

    def _drafts(self, row: Row, *, may_add: bool) -> list[Draft] | Reason:
        how = self.mapping.for_sheet(row.sheet)
        if how is None:
            raise LookupError(f"a good row of the sheet ‘{row.sheet}’, which has no map")
        try:
            return self.writer.drafts(row, how, may_add=may_add)
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
