"""A table as a CSV: whole, streamed, safe to open in a spreadsheet.

Amounts are plain decimals with their currency in a column of its own; the last columns say as of
which position of the journal and by which policy the file was computed.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header

from cairn.following.answers import AsOf
from cairn.following.queries.stretches import Beside, Start
from cairn.web.published import published_day
from cairn.web.tables import Amount, Parts, Setting, Table, shown

BOM = "\ufeff"
"""Without it Excel in China reads UTF-8 as GBK. Python reads it away as utf-8-sig."""

STRETCH = 2000
"""Rows asked for at a time when a long list is written whole."""


class _Echo:
    """A file whose `write` hands back the line."""

    def write(self, line: str) -> str:
        return line


def csv_response(
    table: Table[Any], setting: Setting, as_of: AsOf | None, name: str
) -> StreamingHttpResponse:
    """Stream a table as a file to keep."""
    response = StreamingHttpResponse(
        _encoded(table, setting, as_of), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{name}-{table.id}.csv"
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _encoded(table: Table[Any], setting: Setting, as_of: AsOf | None) -> Iterator[bytes]:
    """The file's bytes. Words in cells stay in the page's language while the file streams."""
    writer = csv.writer(_Echo())
    yield BOM.encode()
    with translation.override(setting.reader.language):
        for line in lines(table, setting, as_of):
            yield str(writer.writerow(line)).encode()


def lines(table: Table[Any], setting: Setting, as_of: AsOf | None = None) -> Iterator[list[str]]:
    """The header and then a line per row, or per part of a row where the table has parts."""
    setting = replace(setting, currency=table.currency)
    plain = [column for column in shown(table) if not isinstance(column, Parts)]
    parts = next((column for column in table.columns if isinstance(column, Parts)), None)
    has_money = parts is not None or any(isinstance(column, Amount) for column in plain)
    counted, stamp = _stamp(as_of)
    header = [name for column in plain for name in column.header()]
    header += ["currency"] if has_money else []
    yield header + (parts.header() if parts else []) + counted
    for row in table.whole() if table.whole else table.rows:
        line = [text for column in plain for text in column.csv(row, setting)]
        line += [setting.currency_of(row)] if has_money else []
        for part in (parts.of(row) or (None,)) if parts else ():
            yield line + parts.part_csv(part, row, setting) + stamp if parts else line
        if parts is None:
            yield line + stamp


def _stamp(as_of: AsOf | None) -> tuple[list[str], list[str]]:
    """As of which position, which published files leave to their manifest, and by which policy."""
    if as_of is None:
        return [], []
    policy = f"{as_of.policy} {as_of.policy_version}"
    if published_day():
        return ["policy"], [policy]
    return ["as_of_position", "policy"], [str(as_of.position), policy]


def unless_all(
    rows: Sequence[Any], count: int, whole: Callable[[], Iterable[Any]]
) -> Callable[[], Iterable[Any]] | None:
    """How to get the whole of a list for `Table.whole`; None where these rows are all of it."""
    return whole if len(rows) < count else None


def all_of(ask: Any, **asked: Any) -> Iterator[Any]:  # noqa: ANN401 - any paged query
    """Every row of a query that answers (rows, page), a stretch at a time."""
    start: Start = 0
    passed = 0
    while True:
        rows, page = ask(**asked, start=start, size=STRETCH)
        yield from rows
        passed += STRETCH
        if passed >= page.total or not rows:
            return
        start = Beside(page.last, passed) if page.last else passed
