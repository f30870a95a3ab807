"""A bank statement as a sheet. Pure: knows nothing of what is on record.

Which columns hold them is told by their headings. A line that cannot be read is named, not guessed.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Final

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.cells import Book, Line, Sheet
from cairn.exchange.sheets.headings import LOOK_FOR_HEADINGS, Heading, headings_of
from cairn.exchange.sheets.values import Cell, CellError, plain, read_amount, read_date, text_of
from cairn.exchange.sheets.words import NOTHING
from cairn.exchange.statements.lines import (
    NoStatementError,
    Statement,
    StatementLine,
    shown,
    statement_of,
)

COLUMNS: Final[dict[str, str]] = {
    "date": r"(交易|记账|入账|起息|业务)?(日期|时间)|(transaction|booking|posting|value)?date",
    "into": r"(贷方|收入|存入|转入|贷)(发生额|金额)?|credits?(amount)?|(paid|money)in|deposits?",
    "out": r"(借方|支出|支取|转出|借)(发生额|金额)?|debits?(amount)?|(paid|money)out|withdrawals?",
    "amount": r"(交易|发生)?(金额|额)|(transaction)?amount",
    "text": r"摘要|用途|附言|备注|说明|description|details?|narrative|memo|reference",
}


def read_statement(book: Book, *, currency: str) -> Statement:
    """Read the first sheet that looks like a statement of an account in this currency.

    Raises NoStatementError, SheetUnreadableError.
    """
    for sheet in book.sheets:
        header, columns = _columns(sheet)
        if not sheet.hidden and header:
            return statement_of(_read(sheet, header, columns, currency))
    message = _(
        "No statement was recognised in it. No row of headings with a date and an amount is there; "
        "name them Date and Amount, or Date, Credit and Debit."
    )
    raise NoStatementError(message)


def _columns(sheet: Sheet) -> tuple[int, dict[str, tuple[int, Decimal]]]:
    """The row of headings, and for each column where it stands and what it counts in."""
    for line in islice(sheet.lines(), LOOK_FOR_HEADINGS):
        found: dict[str, tuple[int, Decimal]] = {}
        for heading in headings_of(sheet, [line]):
            name = _meant_by(heading)
            if name and name not in found:
                found[name] = (heading.column, heading.unit or Decimal(1))
        if "date" in found and ("amount" in found or {"into", "out"} <= found.keys()):
            return line.number, found
    return 0, {}


def _meant_by(heading: Heading) -> str | None:
    return next(
        (name for name, words in COLUMNS.items() if re.fullmatch(words, heading.plain)), None
    )


def _read(
    sheet: Sheet, header: int, columns: dict[str, tuple[int, Decimal]], currency: str
) -> Iterator[StatementLine | int]:
    for line in sheet.lines():
        if line.number <= header or not _cell(line, columns["date"][0]):
            continue  # a title, a total, a blank: whatever has a date is a line
        try:
            on = read_date(_raw(line, columns["date"][0]), date1904=sheet.date1904)
            minor = _signed(line, columns, currency)
        except CellError:
            yield line.number
            continue
        text = _cell(line, columns["text"][0]) if "text" in columns else ""
        yield StatementLine(line.number, on, minor, shown(text))


def _signed(line: Line, columns: dict[str, tuple[int, Decimal]], currency: str) -> int:
    amounts = dict(_amounts(line, columns, currency))
    minor = amounts.get("amount") or abs(amounts.get("into", 0)) - abs(amounts.get("out", 0))
    if not minor:
        raise CellError("no-amount", _("nothing came in and nothing left"))
    return minor


def _amounts(
    line: Line, columns: dict[str, tuple[int, Decimal]], currency: str
) -> Iterator[tuple[str, int]]:
    for name in ("amount", "into", "out"):
        if name in columns:
            column, unit = columns[name]
            if plain(_cell(line, column)) not in NOTHING:
                yield name, read_amount(_raw(line, column), currency=currency, unit=unit)


def _raw(line: Line, column: int) -> Cell:
    return line.cells[column] if column < len(line.cells) else None


def _cell(line: Line, column: int) -> str:
    return text_of(_raw(line, column))
