"""360Giving files as books that the importer of sheets reads: JSON, and sheets with the standard's headings.

A grant to a person is no row to be read: of it only the identifier stays, with the sentence that says why.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from cairn.exchange.giving.write import HEADINGS
from cairn.exchange.sheets.cells import (
    MAX_FILE_BYTES,
    Book,
    Line,
    Sheet,
    SheetUnreadableError,
    open_book,
)
from cairn.exchange.sheets.values import Cell, plain, text_of

TO_A_PERSON: Final = "it is a grant to a person, and Cairn keeps no record of any: left out"

INDIVIDUAL: Final = ("recipientIndividual", "toIndividualsDetails")
HEADINGS_OF_PERSONS: Final = ("recipientind", "toindividualsdetails")
"""How the standard's headings about a person begin, compared without blanks."""

LOOK_FOR_HEADINGS: Final = 40


def open_any(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Book:
    """Open a sheet, or a 360Giving file of any form. Raises SheetUnreadableError."""
    if is_giving_json(path):
        return _of_json(path)
    return _without_persons(open_book(path, encoding=encoding, delimiter=delimiter))


def is_giving_json(path: Path) -> bool:
    """Whether a file is JSON in which 360Giving's grants may be."""
    try:
        with path.open("rb") as file:
            head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError:
        return False
    return head.startswith(b"{") and (b'"grants"' in head or path.suffix.lower() == ".json")


def _of_json(path: Path) -> Book:
    if path.stat().st_size > MAX_FILE_BYTES:
        message = _("{file} is larger than {most} MB. Split it")
        raise SheetUnreadableError(message, path, most=str(MAX_FILE_BYTES // 2**20))
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SheetUnreadableError(_("{file} is no JSON: {why}"), path, why=str(error)) from error
    grants = said.get("grants") if isinstance(said, dict) else None
    if not isinstance(grants, list) or not all(isinstance(one, dict) for one in grants):
        message = _("{file} is JSON and no 360Giving file: it has no list of ‘grants’")
        raise SheetUnreadableError(message, path)
    return Book(path, (Sheet("grants", _lines_of(grants)),))


def _lines_of(grants: list[dict[str, Any]]) -> Callable[[], Iterator[Line]]:
    def lines() -> Iterator[Line]:
        yield Line(1, [heading for heading, _path in HEADINGS])
        for number, grant in enumerate(grants, start=2):
            if any(grant.get(name) for name in INDIVIDUAL):
                blank: list[Cell] = [_scalar(grant, HEADINGS[0][1]), *[""] * (len(HEADINGS) - 1)]
                yield Line(number, blank, refused=TO_A_PERSON)
            else:
                yield Line(number, [_scalar(grant, path) for _heading, path in HEADINGS])

    return lines


def _scalar(grant: Any, path: tuple[str | int, ...]) -> Cell:  # noqa: ANN401 - JSON of whoever wrote it
    found = grant
    for step in path:
        if isinstance(step, int):
            found = found[step] if isinstance(found, list) and len(found) > step else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return found


def _without_persons(book: Book) -> Book:
    """The same book, in which lines that are grants to persons say so and nothing else."""
    return replace(book, sheets=tuple(map(_screened, book.sheets)))


def _screened(sheet: Sheet) -> Sheet:
    header = _heading_line(sheet)
    if header is None:
        return sheet
    about_persons = [at for at, cell in enumerate(header.cells) if _of_a_person(cell)]
    id_at = next((at for at, cell in enumerate(header.cells) if _is(cell, "identifier")), None)

    def lines() -> Iterator[Line]:
        for line in sheet.lines():
            named = any(text_of(line.cells[at]) for at in about_persons if at < len(line.cells))
            if line.number <= header.number or not named:
                yield line
                continue
            blank: list[Cell] = [cell if at == id_at else "" for at, cell in enumerate(line.cells)]
            yield replace(line, cells=blank, refused=TO_A_PERSON)

    return replace(sheet, lines=lines)


def _heading_line(sheet: Sheet) -> Line | None:
    """The line of headings, if any of them is about a person by the standard."""
    for line in sheet.lines():
        if any(_of_a_person(cell) for cell in line.cells):
            return line
        if line.number >= LOOK_FOR_HEADINGS:
            return None
    return None


def _of_a_person(cell: Cell) -> bool:
    return plain(text_of(cell)).startswith(HEADINGS_OF_PERSONS)


def _is(cell: Cell, heading: str) -> bool:
    return plain(text_of(cell)) == heading
