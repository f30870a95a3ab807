"""What a person is shown of a sheet before it is read: its headings, a few cells under each, the guess.

Columns whose headings name people are shown by their heading alone, and can be nothing.
"""

import re
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.cells import Book, Line, Sheet, SheetUnreadableError
from cairn.exchange.sheets.guess import guess_sheet
from cairn.exchange.sheets.headings import LOOK_FOR_HEADINGS, headings_of
from cairn.exchange.sheets.mapping import Mapping, SheetMap
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.exchange.sheets.values import plain, text_of
from cairn.exchange.sheets.words import PERSONAL, RowKind

MOST_COLUMNS: Final = 200
MOST_SHEETS: Final = 12
SAMPLES: Final = 3

Guess = tuple[RowKind | None, tuple[int, ...]]
"""What somebody says of a sheet before the rest is guessed: its kind and its rows of headings; or neither."""


def seen(book: Book) -> list[Sheet]:
    """The sheets that are shown. Raises SheetUnreadableError where there is nothing to show."""
    found = [sheet for sheet in book.sheets if not sheet.hidden and next(sheet.lines(), None)]
    found = [sheet for sheet in found if any(map(_says, islice(sheet.lines(), 1000)))]
    if not found:
        raise SheetUnreadableError(_("{file} has no row with anything in it"), book.path)
    if len(found) > MOST_SHEETS:
        message = _("{file} has {sheets} sheets; the most is {most}. Send some of them")
        counts = {"sheets": str(len(found)), "most": str(MOST_SHEETS)}
        raise SheetUnreadableError(message, book.path, **counts)
    for sheet in found:
        columns = max((len(line.cells) for line in islice(sheet.lines(), 1000)), default=0)
        if columns > MOST_COLUMNS:
            message = _("{file} has a sheet of {columns} columns; the most is {most}")
            counts = {"columns": str(columns), "most": str(MOST_COLUMNS)}
            raise SheetUnreadableError(message, book.path, **counts)
    return found


def guessed(book: Book, said: dict[str, Guess]) -> Mapping:
    """The map of the sheets that are shown, guessed as far as nobody has said otherwise.

    A sheet of which nothing is recognised is there without columns, from its first row: for a person to
    say what they are.
    """
    maps = []
    for sheet in seen(book):
        kind, rows = said.get(sheet.name, (None, ()))
        maps.append(guess_sheet(sheet, kind=kind, rows=rows) or _blank(sheet, kind, rows))
    return Mapping(encoding=book.encoding, delimiter=book.delimiter, sheet=tuple(maps))


def _blank(sheet: Sheet, kind: RowKind | None, rows: tuple[int, ...]) -> SheetMap:
    first = next(line.number for line in sheet.lines() if _says(line))
    return SheetMap(
        name=sheet.name, rows_are=kind or "money spent", header_rows=rows or (first,), columns={}
    )


def shown(book: Book, mapping: Mapping) -> list[dict[str, Any]]:
    """For each sheet its headings by column, whether they name people, and a few cells under each."""
    return [_shown(sheet, how) for sheet in seen(book) if (how := mapping.for_sheet(sheet.name))]


def _shown(sheet: Sheet, how: SheetMap) -> dict[str, Any]:
    top = list(islice(sheet.lines(), max(LOOK_FOR_HEADINGS, how.header_rows[-1]) + 20))
    headings = headings_of(sheet, [line for line in top if line.number in how.header_rows])
    below = [line for line in top if line.number > how.header_rows[-1]]
    columns = []
    for heading in headings:
        personal = bool(re.fullmatch(PERSONAL, heading.plain))
        texts = [] if personal else _under(heading.column, below)
        columns.append(
            {
                "column": heading.column,
                "heading": heading.shown,
                "personal": personal,
                "cells": [text[:30] for text in texts if not looks_like_a_person(text)][:SAMPLES],
            }
        )
    return {"name": sheet.name, "columns": columns}


def _under(column: int, below: list[Line]) -> list[str]:
    texts = [text_of(line.cells[column]) for line in below if column < len(line.cells)]
    return [text for text in dict.fromkeys(texts) if plain(text)]


def _says(line: Line) -> bool:
    return any(text_of(cell) for cell in line.cells)
