"""A bank statement's lines: day, amount, what the bank wrote. Pure: knows nothing of what is on record.

Which columns hold them is told by their headings. A line that cannot be read is named, not guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.cells import Book, Line, Sheet
from cairn.exchange.sheets.headings import LOOK_FOR_HEADINGS, Heading, headings_of
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.exchange.sheets.values import Cell, CellError, plain, read_amount, read_date, text_of
from cairn.exchange.sheets.words import NOTHING
from cairn.values import CairnError

MOST_LINES: Final = 300
"""A month of a village's account has some dozens; a person must look at each."""

COLUMNS: Final[dict[str, str]] = {
    "date": r"(交易|记账|入账|起息|业务)?(日期|时间)|(transaction|booking|posting|value)?date",
    "into": r"(贷方|收入|存入|转入|贷)(发生额|金额)?|credits?(amount)?|(paid|money)in|deposits?",
    "out": r"(借方|支出|支取|转出|借)(发生额|金额)?|debits?(amount)?|(paid|money)out|withdrawals?",
    "amount": r"(交易|发生)?(金额|额)|(transaction)?amount",
    "text": r"摘要|用途|附言|备注|说明|description|details?|narrative|memo|reference",
}

FEE: Final = re.compile(r"手续费|工本费|服务费|\bfees?\b|\bcharges?\b", re.IGNORECASE)
INTEREST: Final = re.compile(r"利息|结息|\binterest\b", re.IGNORECASE)


class NoStatementError(CairnError):
    """A sheet in which no statement is recognised, or one that is too long to be looked through."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line as the bank wrote it. `minor` is above zero where money came in, below where it left.

    `text` is empty where it looks like a person's name.
    """

    number: int
    on: date
    minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a statement, and the numbers of those that could not be read."""

    lines: tuple[StatementLine, ...]
    unread: tuple[int, ...]


def read_statement(book: Book, *, currency: str) -> Statement:
    """Read the first sheet that looks like a statement of an account in this currency.

    Raises NoStatementError, SheetUnreadableError.
    """
    for sheet in book.sheets:
        header, columns = _columns(sheet)
        if not sheet.hidden and header:
            return _read(sheet, header, columns, currency)
    raise NoStatementError(
        "No row of headings with a date and an amount was recognised; name them Date and Amount, or "
        "Date, Credit and Debit."
    )


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
) -> Statement:
    lines, unread = [], []
    for line in sheet.lines():
        if line.number <= header or not _cell(line, columns["date"][0]):
            continue  # a title, a total, a blank: whatever has a date is a line
        try:
            on = read_date(_raw(line, columns["date"][0]), date1904=sheet.date1904)
            minor = _signed(line, columns, currency)
        except CellError:
            unread.append(line.number)
            continue
        text = _cell(line, columns["text"][0]) if "text" in columns else ""
        own = FEE.search(text) or INTEREST.search(text)  # 利息 is as short as a name
        shown = text[:80] if own or not looks_like_a_person(text) else ""
        lines.append(StatementLine(line.number, on, minor, shown))
        if len(lines) > MOST_LINES:
            raise NoStatementError(
                f"It has more than {MOST_LINES} lines; send one month at a time."
            )
    return Statement(tuple(lines), tuple(unread))


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
