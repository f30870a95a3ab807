"""A sheet's rows by a mapping: each row, from the first of the file to the last, gets one verdict.

Pure: knows nothing of what is on record. facts.py makes facts of the good rows.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.cells import Book, Line, Sheet
from cairn.exchange.sheets.headings import find_headings
from cairn.exchange.sheets.mapping import EVERY_OTHER_SHEET, MapError, Mapping, SheetMap
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.exchange.sheets.values import (
    AS_SAID,
    NO,
    OR,
    Cell,
    CellError,
    Reason,
    plain,
    read_amount,
    read_currency,
    read_date,
    text_of,
)
from cairn.exchange.sheets.words import (
    AMOUNT_FIELDS,
    DATE_FIELDS,
    EXAMPLE,
    FOOTER,
    KINDS,
    LABELS,
    NOTHING,
    TOTAL,
    RowKind,
)
from cairn.values import to_decimal

Value = str | date | int
"""A text, a date, or an amount in minor units."""


class Verdict(StrEnum):
    """What a row is: taken, refused with reasons, or no row of the table at all."""

    GOOD = "good"
    BAD = "bad"
    NOT_A_ROW = "not a row"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its verdict. `number` is the one that a spreadsheet shows beside it.

    `values` has what could be read, also of a bad row. `key` names the row wherever it is imported
    again; only a good row has one. `cells` are as they stand in the file.
    """

    sheet: str
    number: int
    kind: RowKind | None
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    source_id: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    key: str = ""
    cells: Sequence[Cell] = ()

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(str(reason) for reason in self.reasons)


def read_rows(
    book: Book, mapping: Mapping, *, today: date, currency: str | None = None
) -> Iterator[Row]:
    """Every row of every sheet, in order, one at a time.

    `currency` is the programme's, for sheets that name none. Raises MapError where the map names
    headings or sheets that are not there, and SheetUnreadableError.
    """
    named = {one.name for one in mapping.sheet} - {EVERY_OTHER_SHEET}
    missing = named - {s.name for s in book.sheets}
    if missing:
        there = ", ".join(f"‘{sheet.name}’" for sheet in book.sheets)
        raise MapError(f"there is no sheet ‘{min(missing)}’ in {book.path.name}; it has {there}")
    for sheet in book.sheets:
        how = mapping.for_sheet(sheet.name)
        if how is None or (sheet.hidden and how.name == EVERY_OTHER_SHEET):
            why = (
                _("the sheet is hidden")
                if sheet.hidden
                else _("the map says nothing of this sheet")
            )
            yield from _left_out(sheet, why)
            continue
        try:
            reader = _SheetReader(sheet, how, book, today, currency)
        except MapError:
            # A map for every other sheet is not meant for the one with the instructions.
            if how.name != EVERY_OTHER_SHEET:
                raise
            yield from _left_out(sheet, _("the map's headings are not on this sheet"))
        else:
            yield from reader.rows()


def _left_out(sheet: Sheet, why: str) -> Iterator[Row]:
    for line in sheet.lines():
        yield _not_a_row(sheet, line, why)


def _not_a_row(sheet: Sheet, line: Line, why: str) -> Row:
    return Row(sheet.name, line.number, None, Verdict.NOT_A_ROW, (Reason("not-a-row", why),))


class _SheetReader:
    """Reads one sheet from top to bottom, remembering which rows it has seen."""

    def __init__(
        self, sheet: Sheet, how: SheetMap, book: Book, today: date, currency: str | None
    ) -> None:
        self.sheet, self.how, self.today = sheet, how, today
        self.delimiter = book.delimiter
        self.header, self.width, self.columns = find_headings(sheet, how)
        self.headings: list[str] = []
        self.usual_currency = how.constants.get("currency") or currency
        self.missing = tuple(_missing(how, self.usual_currency))
        self.needs = list(_needs(how))
        self.numbers_by_id: dict[str, tuple[int, bytes]] = {}
        self.seen: Counter[bytes] = Counter()
        dated = [*DATE_FIELDS, *AMOUNT_FIELDS]
        self.telling = {self.columns[f] for f in dated if f in self.columns}

    def rows(self) -> Iterator[Row]:
        for line in self.sheet.lines():
            why = self._why_not_a_row(line)
            yield _not_a_row(self.sheet, line, why) if why else self._row(line)

    # What is no row of the table

    def _why_not_a_row(self, line: Line) -> str | None:
        own = _own_texts(line)
        if line.number in self.header:
            self.headings = [plain(text_of(cell)) for cell in line.cells]
            return _("headings")
        if not own:
            return _("blank")
        return None if line.refused else self._why_beside_the_rows(line, own)

    def _why_beside_the_rows(self, line: Line, own: list[tuple[int, str]]) -> str | None:
        if line.number < self.header[0]:
            return _("above the headings")
        if plain(text_of(self._said(line, "id"))) in EXAMPLE:
            return _("an example")
        if plain(own[0][1]) in self.headings and self._repeats_headings(line):
            return _("the headings again")
        return self._why_beside_the_table(line, own)

    def _repeats_headings(self, line: Line) -> bool:
        texts = [plain(text_of(cell)) for cell in line.cells]
        return texts == self.headings and sum(map(bool, texts)) > 1

    def _why_beside_the_table(self, line: Line, own: list[tuple[int, str]]) -> str | None:
        """Totals and footers have no date. Whatever has one is a row, and judged as one."""
        texts = [plain(text) for _, text in own]
        if not any(self._has_date(line, name) for name in DATE_FIELDS):
            if any(re.fullmatch(TOTAL, text) for text in texts[:3]):
                return _("a total")
            if re.match(FOOTER, texts[0]):
                return _("below the table")
        if len(own) == 1 and own[0][0] not in self.telling and len(self.columns) > 1:
            return _("a line of text")
        return None

    def _has_date(self, line: Line, name: str) -> bool:
        column = self.columns.get(name)
        return column is not None and _cell(line, column) not in ("", None)

    # What is one

    def _row(self, line: Line) -> Row:
        if line.refused:
            why = (Reason("person", line.refused),)
            cells, kind = line.cells, self.how.rows_are
            return Row(self.sheet.name, line.number, kind, Verdict.BAD, why, cells=cells)
        reasons: list[Reason] = []
        line = self._mended(line, reasons)
        values: dict[str, Value] = {}
        for name in KINDS[self.how.rows_are].fields:
            if name not in AMOUNT_FIELDS and (name in self.columns or name in self.how.constants):
                self._read(line, name, values, reasons)
        # Amounts last: they are read in the row's own currency.
        for name in AMOUNT_FIELDS:
            self._read_amount(line, name, values, reasons)
        self._require(values, reasons)
        source_id = str(values.pop("id", ""))
        key = self._key(line, source_id, values, reasons)
        return Row(
            sheet=self.sheet.name,
            number=line.number,
            kind=self.how.rows_are,
            verdict=Verdict.BAD if reasons else Verdict.GOOD,
            reasons=tuple(reasons),
            source_id=source_id,
            values=values,
            key="" if reasons else key,
            cells=line.cells,
        )

    def _mended(self, line: Line, reasons: list[Reason]) -> Line:
        """Rejoin what a stray quotation mark in the last column has split; refuse other surplus.

        An unquoted 1,234.00 shifts every cell after it, which nobody would notice in a sheet
        whose last columns are texts.
        """
        if line.trouble:
            reasons.append(Reason("quotes", AS_SAID, {"said": line.trouble}))
        cells = line.cells
        if self.delimiter is None or not any(text_of(cell) for cell in cells[self.width :]):
            return line
        last = self.width - 1
        if '"' in text_of(cells[last]) and last not in self.telling:
            joined = self.delimiter.join(text_of(cell) for cell in cells[last:])
            return Line(line.number, [*cells[:last], joined])
        message = _(
            "{cells} cells under {headings} headings: "
            "a comma inside an amount or a text that has no quotation marks?"
        )
        said = {"cells": str(len(cells)), "headings": str(self.width)}
        reasons.append(Reason("too-many-cells", message, said))
        return line

    def _read(self, line: Line, name: str, values: dict[str, Value], reasons: list[Reason]) -> None:
        cell: Cell = self._said(line, name)
        text = text_of(cell)
        if text.casefold() in NOTHING:
            return
        try:
            if name in DATE_FIELDS:
                day = read_date(cell, order=self.how.date_order, date1904=self.sheet.date1904)
                if name == "date" and day > self.today:
                    said = {"day": str(day)}
                    reasons.append(Reason("future", _("date in the future: {day}"), said, of=name))
                values[name] = day
            elif name == "currency":
                values[name] = read_currency(cell)
            elif text.startswith("#") and text in _FORMULA_ERRORS:
                message = _("{field}: the formula failed ({text})")
                said = {"field": name, "text": text}
                reasons.append(Reason("formula-error", message, said, of=name))
            else:
                values[name] = unicodedata.normalize("NFC", text)
        except CellError as error:
            reasons.append(replace(error.reason, of=name))

    def _read_amount(
        self, line: Line, name: str, values: dict[str, Value], reasons: list[Reason]
    ) -> None:
        if name not in self.columns and name not in self.how.constants:
            return
        currency = values.setdefault("currency", self.usual_currency or "")
        if not currency:
            del values["currency"]
            return
        merged = line.merged.get(self.columns.get(name, -1))
        if merged:
            message = _("one amount is merged over rows {first} to {last}: how much is each row's?")
            said = {"first": str(merged[0]), "last": str(merged[1])}
            reasons.append(Reason("merged-amount", message, said, of=name))
            return
        try:
            minor = read_amount(
                self._said(line, name),
                currency=str(currency),
                unit=self.how.unit,
                decimal_mark=self.how.decimal_mark,
            )
        except CellError as error:
            if error.reason.code != "no-amount":
                reasons.append(replace(error.reason, of=name))
            return
        if minor or name == "amount":  # the other side of a book may be written as 0
            values[name] = minor
            self._judge_amount(minor, str(currency), values, reasons)

    def _judge_amount(
        self, minor: int, currency: str, values: dict[str, Value], reasons: list[Reason]
    ) -> None:
        if minor == 0 and self.how.rows_are in {"projects", "assets"}:
            del values["amount"]  # no budget yet, or no upkeep, is written as 0
            return
        if minor == 0:
            reasons.append(Reason("zero", _("the amount is 0"), of="amount"))
        if minor < 0:
            message = _(
                "negative: a return is its own kind of row; list it under ‘money returned’ as "
                "{amount}, or reverse the movement that it corrects"
            )
            said = {"amount": to_decimal(-minor, currency)}
            reasons.append(Reason("negative", message, said, of="amount"))

    def _require(self, values: dict[str, Value], reasons: list[Reason]) -> None:
        reasons.extend(self.missing)
        for given, label, explained_by in self.needs:
            if not any(name in values for name in given):
                if any(reason.code in explained_by for reason in reasons):
                    continue
                reasons.append(Reason(_no(label), NO, {"field": label}, of=given[0]))

    def _said(self, line: Line, name: str) -> Cell:
        column = self.columns.get(name)
        return self.how.constants.get(name) if column is None else _cell(line, column)

    def _key(self, line: Line, id_: str, values: dict[str, Value], reasons: list[Reason]) -> str:
        """The row's name for all times: its id, or else what it says and for the how-manieth time."""
        said = "\x1f".join(self._identity(line, values))
        content = hashlib.blake2b(f"{id_}\x1f{said}".encode(), digest_size=16).digest()
        start = f"{self.how.rows_are}\x1f{self.sheet.name}"
        if fact := values.get("fact"):
            return f"{start}\x1ffact\x1f{fact}"
        if id_ and self.how.id_is == "row":
            number, before = self.numbers_by_id.setdefault(plain(id_), (line.number, content))
            if number != line.number:
                message = (
                    _(
                        "repeated id: {id} is also row {number}, which says the same; "
                        "if both happened, give one another id"
                    )
                    if before == content
                    else _(
                        "repeated id: {id} is also row {number}, which says something else; "
                        "if both happened, give one another id"
                    )
                )
                where = {"id": id_, "number": str(number)}
                reasons.append(Reason("repeated-id", message, where, of="id"))
            return f"{start}\x1fid\x1f{plain(id_)}"
        self.seen[content] += 1
        return f"{start}\x1fcontent\x1f{content.hex()}\x1f{self.seen[content]}"

    def _identity(self, line: Line, values: dict[str, Value]) -> Iterator[str]:
        """What the row itself says, in whichever notation, without remarks.

        Constants, currency and unit are the map's: when a person mends those and imports again,
        the row must meet its earlier self, and be refused for saying something else.
        """
        for name, column in sorted(self.columns.items(), key=lambda one: one[1]):
            if name in AMOUNT_FIELDS and name in values:
                yield str(Decimal(str(values[name])) / self.how.unit)
            elif name in DATE_FIELDS and name in values:
                yield str(values[name])
            elif name not in {"note", "purpose", "id"}:
                text = text_of(_cell(line, column))
                # An id is public, and a hash of a few words can be guessed: no person goes into it.
                yield "" if looks_like_a_person(text) else plain(text)


_FORMULA_ERRORS: Final = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)

_EXPLAINS: Final = {
    "date": frozenset(("no-date", "not-a-date", "no-such-date", "ambiguous-date")),
    "amount": frozenset(
        (
            "not-a-number",
            "in-words",
            "digits",
            "too-large",
            "currency-differs",
            "merged-amount",
            "no-currency",
        )
    ),
    "currency": frozenset(("currency", "no-currency")),
}
"""Reasons that say already why a needed field has no value."""


def _needs(how: SheetMap) -> Iterator[tuple[tuple[str, ...], str, frozenset[str]]]:
    """The fields of which a row must say one, their name, and what else explains their absence."""
    for need in KINDS[how.rows_are].needs:
        group = (need,) if isinstance(need, str) else need
        given = tuple(name for name in group if name in how.columns or name in how.constants)
        if given:
            yield given, OR.join(given), _EXPLAINS.get(group[0], frozenset())


def _missing(how: SheetMap, currency: str | None) -> Iterator[Reason]:
    for need in how.still_needed():
        if need != "currency" or not currency:
            message = _("no {field}: no column says it; add it under constants in the map")
            yield Reason(_no(need), message, {"field": need})


def _no(need: str) -> str:
    """The code of a reason: what is missing."""
    label = OR.join(LABELS.get(name, name) for name in need.split(OR))
    return f"no-{label.replace(' ', '-')}"


def _own_texts(line: Line) -> list[tuple[int, str]]:
    """The cells that say something in this row itself, without what merges carry down into it."""
    carried = {column for column, (first, _) in line.merged.items() if first < line.number}
    return [
        (column, text)
        for column, cell in enumerate(line.cells)
        if cell not in ("", None) and column not in carried and (text := text_of(cell))
    ]


def _cell(line: Line, column: int) -> Cell:
    return line.cells[column] if column < len(line.cells) else ""
