"""A table as a page shows it: rows of markup made here, since a template takes longer per cell."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cairn.web.tables import Amount, Column, Parts, Setting, Table, shown

NONE = SafeString("–")


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a long list is turned to: which rows these are, and the pages beside them."""

    first: int
    last: int
    total: int
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What parts/table.html puts on the page.

    `file` is the address of the table's CSV, `sheet` that of its workbook, `everything` that of the
    page with all its rows.
    """

    table: Table[Any]
    columns: tuple[Column[Any], ...]
    currency: str
    rows: tuple[SafeString, ...]
    hidden: int
    everything: str
    file: str
    turn: Turn | None
    sheet: str = ""

    @property
    def explained(self) -> list[Column[Any]]:
        """The columns that say what they mean."""
        return [column for column in self.columns if column.means]


def draw(
    table: Table[Any],
    setting: Setting,
    *,
    file: str = "",
    sheet: str = "",
    everything: str = "",
    turn: Turn | None = None,
) -> Drawn:
    """Draw what a page shows of a table."""
    setting = replace(setting, currency=table.currency)
    rows = table.rows if table.most is None else table.rows[: table.most]
    has_money = any(isinstance(column, (Amount, Parts)) for column in table.columns)
    currencies = {setting.currency_of(row) for row in table.rows} if has_money else set()
    columns = tuple(
        column
        for column in shown(table)
        if not column.csv_only
        and not (column.optional and not any(column.of(row) for row in table.rows))
    )
    if len(currencies) > 1:
        columns = (*columns, Column(id="currency", label=_("Currency"), of=setting.currency_of))
    longest = _longest(columns, table.rows, setting)
    labels = tuple(escape(column.label) for column in columns)
    return Drawn(
        table=table,
        columns=columns,
        currency=currencies.pop() if len(currencies) == 1 else "",
        rows=tuple(_row(table, columns, labels, row, longest, setting) for row in rows),
        hidden=(len(table.rows) if table.count is None else table.count) - len(rows)
        if table.page is None
        else 0,
        everything=everything,
        file=file,
        turn=turn,
        sheet=sheet,
    )


def _longest(
    columns: Iterable[Column[Any]], rows: Iterable[Any], setting: Setting
) -> dict[tuple[str, str], int]:
    """The longest bar of a column in a currency, over all rows and not only those shown.

    Each currency has a scale of its own: no length may compare one with another.
    """
    longest: dict[tuple[str, str], int] = {}
    barred = [column for column in columns if isinstance(column, Amount) and column.bar]
    for row in rows if barred else ():
        for column in barred:
            key = (column.id, setting.currency_of(row))
            longest[key] = max(longest.get(key, 0), column.of(row) or 0)
    return longest


def _row(
    table: Table[Any],
    columns: tuple[Column[Any], ...],
    labels: tuple[str, ...],
    row: Any,  # noqa: ANN401 - a row of any table
    longest: dict[tuple[str, str], int],
    setting: Setting,
) -> SafeString:
    """One row. Put together as text, of parts that are escaped: format_html took half the page."""
    cells: list[str] = []
    for column, label in zip(columns, labels, strict=True):
        inside = column.cell(row, setting)
        if not cells:
            cells.append(f'<th scope="row" role="rowheader">{inside or NONE}</th>')
            continue
        none = "" if inside else " none"
        if isinstance(column, Amount) and column.bar:
            inside += _bar(column.of(row) or 0, longest[column.id, setting.currency_of(row)])
        cells.append(
            f'<td role="cell" class="{column.classes}{none}" data-label="{label}">'
            f"{inside or NONE}</td>"
        )
    its_class = escape(table.row_class(row)) if table.row_class else ""
    return SafeString(f'<tr role="row" class="{its_class}">{"".join(cells)}</tr>')


def _bar(part: int, longest: int) -> SafeString:
    """A length beside a figure. The figure says it all, so readers of text are spared the bar."""
    width = f"{100 * part / longest:.2f}" if longest and part else "0"
    return SafeString(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="6"/>'
        f'<rect width="{width}" height="6"/></svg>'
    )
