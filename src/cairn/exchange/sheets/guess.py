"""Guessing a mapping: where the headings stand, what the rows are, which column is which field.

A guess is shown and saved, never applied unseen. The words it knows are in words.py.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Final

from cairn.exchange.sheets.cells import Book, Line, Sheet
from cairn.exchange.sheets.headings import LOOK_FOR_HEADINGS, Heading, headings_of, unit_said
from cairn.exchange.sheets.mapping import MapError, Mapping, SheetMap
from cairn.exchange.sheets.values import (
    Cell,
    DateOrder,
    looks_like_amount,
    looks_like_date,
    plain,
    text_of,
)
from cairn.exchange.sheets.words import (
    AMOUNT_FIELDS,
    DATE_FIELDS,
    KINDS,
    NOTHING,
    OF_A_WORKBOOK,
    PERSONAL,
    ROW_KINDS,
    RowKind,
)

SAMPLE: Final = 200
"""Rows looked at to tell what a column holds."""

_UNIT_LINE: Final = re.compile(
    r"(?:金额)?单位[:：]\s*(?:人民币)?([亿百万千]*元|[亿万])|\((?:in\s+)?(?:\w+\s+)?(thousands|millions)[^)]*\)"
    r"|units?[:：]\s*(?:\w+\s+)?(thousands?|millions?|'000)",
    re.IGNORECASE,
)


def guess_mapping(book: Book) -> Mapping:
    """Guess how each visible sheet is read. Raises MapError when no sheet shows a known table."""
    maps = [found for sheet in book.sheets if not sheet.hidden and (found := guess_sheet(sheet))]
    if not maps:
        raise MapError(
            f"{book.path}: no row of headings was recognised; write a map and give it with --map "
            "(docs/how-to/import-a-sheet.md has one to copy)"
        )
    return Mapping(encoding=book.encoding, delimiter=book.delimiter, sheet=tuple(maps))


def guess_sheet(
    sheet: Sheet, *, kind: RowKind | None = None, rows: tuple[int, ...] = ()
) -> SheetMap | None:
    """Guess one sheet's map, or what a person has not said of it; None where no row looks like headings."""
    top = list(islice(sheet.lines(), max(LOOK_FOR_HEADINGS, *rows, 0) + SAMPLE))
    rows = rows or _header_rows(sheet, top)
    if not rows:
        return None
    headings = headings_of(sheet, [line for line in top if line.number in rows])
    below = [line for line in top if line.number > rows[-1]][:SAMPLE]
    above = [text_of(cell) for line in top if line.number < rows[0] for cell in line.cells]
    best, columns = _best_kind(headings, below, " ".join([sheet.name, *above]))
    if kind and kind != best:
        best, columns = kind, _columns_for(kind, headings, below)
    amount = next((columns[field] for field in AMOUNT_FIELDS if field in columns), None)
    unit, currency = _unit_and_currency(headings, amount, " ".join(above))
    constants = {"currency": currency} if currency and "currency" not in columns else {}
    by_column = {heading.column: heading.shown for heading in headings}
    return SheetMap(
        name=sheet.name,
        rows_are=best,
        header_rows=rows,
        unit=unit,
        date_order=_date_order(sheet, rows[-1], columns),
        id_is="document" if _ids_are_shared(sheet, rows[-1], columns) else "row",
        columns={f: by_column[c] for f, c in sorted(columns.items(), key=lambda one: one[1])},
        constants=constants,
        left_out=tuple(by_column[c] for c in by_column if c not in columns.values()),
    )


# Headings


def _header_rows(sheet: Sheet, top: list[Line]) -> tuple[int, ...]:
    """The row, or two neighbouring rows, whose texts are most like headings."""
    best: tuple[int, tuple[int, ...]] = (1, ())
    for at, line in enumerate(top[:LOOK_FOR_HEADINGS]):
        if not _may_be_headings(line):
            continue
        alone = _known(sheet, [line])
        if alone > best[0]:
            best = (alone, (line.number,))
        if alone and at + 1 < len(top) and _may_be_headings(top[at + 1]):
            pair = _known(sheet, [line, top[at + 1]])
            # Two rows must say more than either, or the second is data or the first a title.
            if pair > max(best[0], _known(sheet, [top[at + 1]])):
                best = (pair, (line.number, top[at + 1].number))
    return best[1]


def _may_be_headings(line: Line) -> bool:
    texts = [cell for cell in line.cells if text_of(cell)]
    return bool(texts) and all(
        isinstance(cell, str) and not looks_like_date(cell) and not re.fullmatch(r"[\d.,]+", cell)
        for cell in texts
    )


def _known(sheet: Sheet, lines: list[Line]) -> int:
    return sum(_is_known(heading.plain) for heading in headings_of(sheet, lines))


def _is_known(text: str) -> bool:
    return any(
        re.fullmatch(pattern, text)
        for words in KINDS.values()
        for patterns in words.fields.values()
        for pattern in patterns
    )


# Kind of rows, and their columns


def _best_kind(
    headings: list[Heading], below: list[Line], title: str
) -> tuple[RowKind, dict[str, int]]:
    scored = []
    words_around = unicodedata.normalize("NFKC", f"{title} {' '.join(h.shown for h in headings)}")
    for kind in ROW_KINDS:
        words = KINDS[kind]
        columns = _columns_for(kind, headings, below)
        if kind in OF_A_WORKBOOK and "fact" not in columns:
            continue
        groups = [(need,) if isinstance(need, str) else need for need in words.needs]
        score = len(columns)
        score += 2 * sum(tell in columns for tell in words.tells)
        score -= 2 * sum(not columns.keys() & group for group in groups if group != ("currency",))
        # A word in the title is the office's own answer; one in a heading is a hint.
        pattern = re.compile(words.title, re.IGNORECASE)
        score += 6 if pattern.search(title) else 2 if pattern.search(words_around) else 0
        scored.append((score, kind, columns))
    _, kind, columns = max(scored, key=lambda one: one[0])
    return kind, columns


def _columns_for(kind: RowKind, headings: list[Heading], below: list[Line]) -> dict[str, int]:
    free = {
        heading.column: heading for heading in headings if not re.fullmatch(PERSONAL, heading.plain)
    }
    columns: dict[str, int] = {}
    for field, patterns in KINDS[kind].fields.items():
        candidates = [
            (rank, column)
            for column, heading in free.items()
            for rank, pattern in enumerate(patterns)
            if re.fullmatch(pattern, heading.plain) and _may_hold(field, column, below)
        ]
        # Among equals the one with something in it: offices keep columns that nobody fills in.
        candidates.sort(key=lambda one: (one[0], not _filled(one[1], below), one[1]))
        if candidates:
            columns[field] = candidates[0][1]
            del free[candidates[0][1]]
    return columns


def _may_hold(field: str, column: int, below: list[Line]) -> bool:
    if field not in {*DATE_FIELDS, *AMOUNT_FIELDS}:
        return True
    looks_right = looks_like_amount if field in AMOUNT_FIELDS else looks_like_date
    cells = _filled(column, below)
    return sum(looks_right(cell) for cell in cells) * 2 >= len(cells)


def _filled(column: int, below: list[Line]) -> list[Cell]:
    cells = [line.cells[column] for line in below if column < len(line.cells)]
    return [cell for cell in cells if plain(text_of(cell)) not in NOTHING]


def _unit_and_currency(
    headings: list[Heading], amount: int | None, above: str
) -> tuple[Decimal, str | None]:
    """What the amounts are counted in: the column's own word goes before the line above."""
    heading = next((h for h in headings if h.column == amount), None)
    unit = heading.unit if heading else None
    currency = heading.currency if heading else None
    line = _UNIT_LINE.search(unicodedata.normalize("NFKC", above))
    if line and amount is not None:
        said = next(group for group in line.groups() if group)
        its_unit, its_currency = unit_said(said)
        unit, currency = unit or its_unit, currency or its_currency
    return unit or Decimal(1), currency


# What only the whole sheet can tell


def _date_order(sheet: Sheet, header: int, columns: dict[str, int]) -> DateOrder | None:
    """Day or month first, where dates of the sheet leave one reading; None where they do not."""
    wanted = [columns[field] for field in DATE_FIELDS if field in columns]
    day_first = month_first = False
    for line in sheet.lines() if wanted else ():
        for column in wanted:
            cell = line.cells[column] if column < len(line.cells) else ""
            if line.number <= header or not isinstance(cell, str):
                continue
            parts = re.match(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}", cell)
            if parts:
                day_first |= int(parts[1]) > 12
                month_first |= int(parts[2]) > 12
    if day_first == month_first:
        return None
    return "day-first" if day_first else "month-first"


def _ids_are_shared(sheet: Sheet, header: int, columns: dict[str, int]) -> bool:
    """Whether the id column names documents with several lines, and not rows.

    One id on two rows that differ is a slip for a person to see; more are a habit.
    """
    if "id" not in columns:
        return False
    first: dict[str, int] = {}
    shared = set()
    for id_, content in _ids(sheet, header, columns):
        if first.setdefault(id_, content) != content:
            shared.add(id_)
            if len(shared) > 1:
                return True
    return False


def _ids(sheet: Sheet, header: int, columns: dict[str, int]) -> Iterator[tuple[str, int]]:
    for line in sheet.lines():
        if line.number > header and columns["id"] < len(line.cells):
            id_ = plain(text_of(line.cells[columns["id"]]))
            if id_ not in NOTHING:
                yield id_, hash(tuple(text_of(cell) for cell in line.cells))
