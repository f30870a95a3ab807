"""A table as a workbook, to be read and printed in an office.

Headings are in the page's language, dates and amounts are such, and nothing is there to be run. It is
written row by row, so that a long one takes no more memory than a short one.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from cairn.following.answers import AsOf
from cairn.values import currency_digits
from cairn.web.tables import Amount, Column, Count, InCell, Parts, Setting, Table, shown

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS: Final = {"number": 15, "day": 12, "text": 24, "parts": 40}
EXACT_DIGITS: Final = 15
"""A spreadsheet counts in binary fractions: it keeps so many digits, and rounds what has more."""

TEXT_ONLY: Final = {
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
ROWS_AT_MOST: Final = 1_048_576
CELL_AT_MOST: Final = 32_767


def xlsx_response(
    table: Table[Any], setting: Setting, as_of: AsOf | None, name: str, heads: Sequence[str]
) -> HttpResponse:
    """A table, whole, as a workbook to keep. `heads` are the lines above it."""
    with tempfile.TemporaryFile() as file:  # rows go through the disk; what is packed is small
        write(file, table, setting, as_of, heads)
        file.seek(0)
        response = HttpResponse(file.read(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{name}-{table.id}.xlsx"
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def write(
    file: Any,  # noqa: ANN401 - whatever can be written
    table: Table[Any],
    setting: Setting,
    as_of: AsOf | None,
    heads: Sequence[str],
) -> None:
    """Write a table into a file."""
    setting = replace(setting, currency=table.currency)
    with Workbook(file, {"constant_memory": True, "default_date_format": "", **TEXT_ONLY}) as book:
        _Sheet(book, table, setting).write([*heads, str(table.caption), *_stamp(as_of)])


def _stamp(as_of: AsOf | None) -> list[str]:
    if as_of is None:
        return []
    said = _("As of position {position} of the journal, by the policy {policy} {version}.")
    return [said.format(position=as_of.position, policy=as_of.policy, version=as_of.policy_version)]


class _Sheet:
    """One sheet of a workbook: what people read first, then what machines read, outside the print."""

    def __init__(self, book: Workbook, table: Table[Any], setting: Setting) -> None:
        self.book, self.table, self.setting = book, table, setting
        self.sheet = book.add_worksheet(_sheet_name(str(table.caption)))
        columns = shown(table)
        self.read = [column for column in columns if not column.csv_only]
        self.columns: list[Column[Any]] = [*self.read, *(c for c in columns if c.csv_only)]
        self.has_money = any(isinstance(column, (Amount, Parts)) for column in columns)
        self.formats: dict[str, Any] = {}

    def write(self, heads: Iterable[str]) -> None:
        """Lines above, headings, rows; and how it is to be printed."""
        at = 0
        bold = self.book.add_format({"bold": True})
        for at, line in enumerate(heads):
            self.sheet.write_string(at, 0, line[:CELL_AT_MOST], bold if at < 2 else None)
        self._headings(at + 2)
        row = at + 2
        for one in self.table.whole() if self.table.whole else self.table.rows:
            row += 1
            if row >= ROWS_AT_MOST - 1:
                self.sheet.write_string(row, 0, _("There are more rows: the CSV has all of them."))
                break
            self._row(row, one)
        self._for_paper(at + 2, row)

    def _headings(self, row: int) -> None:
        heading = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for at, column in enumerate(self.columns):
            self.sheet.set_column(at, at, WIDTHS.get(column.classes, 24))
            self.sheet.write_string(row, at, str(column.label), heading)
        if self.has_money:
            self.sheet.write_string(row, len(self.columns), _("Currency"), heading)

    def _row(self, row: int, one: Any) -> None:  # noqa: ANN401 - a row of any table
        marked = self.table.row_class(one) if self.table.row_class else ""
        bold = marked in BOLD
        for at, column in enumerate(self.columns):
            self._cell(row, at, column, column.in_sheet(one, self.setting), bold=bold, of=one)
        if self.has_money:
            self.sheet.write_string(row, len(self.columns), self.setting.currency_of(one))

    def _cell(
        self, row: int, at: int, column: Column[Any], value: InCell, *, bold: bool, of: object
    ) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            self.sheet.write_string(row, at, value[:CELL_AT_MOST], self._format("@", bold=bold))
        elif isinstance(value, date):
            self.sheet.write_datetime(row, at, value, self._format("yyyy-mm-dd", bold=bold))
        elif isinstance(value, Decimal) and len(value.as_tuple().digits) > EXACT_DIGITS:
            self.sheet.write_string(row, at, f"{value:f}", self._format("@", bold=bold))
        else:
            self.sheet.write_number(
                row, at, value, self._format(self._digits(column, of), bold=bold)
            )

    def _digits(self, column: Column[Any], of: object) -> str:
        if isinstance(column, Count) or not isinstance(column, Amount):
            return "0" if isinstance(column, Count) else "0.0%"
        digits = currency_digits(self.setting.currency_of(of))
        places = f"#,##0{'.' if digits else ''}{'0' * digits}"
        return f"{places};[Red]-{places}"

    def _format(self, number: str, *, bold: bool) -> Any:  # noqa: ANN401 - xlsxwriter's
        key = f"{number}{bold}"
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"num_format": number, "bold": bold})
        return self.formats[key]

    def _for_paper(self, header: int, last: int) -> None:
        self.sheet.freeze_panes(header + 1, 1)
        self.sheet.repeat_rows(header)
        self.sheet.print_area(0, 0, last, len(self.read) - 1)
        self.sheet.set_paper(9)  # A4
        if len(self.read) > 5:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.sheet.set_footer("&L&A&R&P / &N")
        if self.setting.reader.direction == "rtl":
            self.sheet.right_to_left()


BOLD: Final = frozenset({"opening", "month", "year", "closing", "total"})
"""Rows that add up others."""


def _sheet_name(caption: str) -> str:
    """A caption as the name of a sheet, which takes 31 signs and not every one."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in caption)[:31].strip() or "1"
