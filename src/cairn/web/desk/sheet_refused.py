"""The rows of a sheet that were not taken, with the reasons: to be mended and sent once more.

Under the sheet's own headings, so that the importer reads them again; cells of columns that name people
stay empty. No cell is a formula.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from cairn.exchange.sheets.held import Held
from cairn.exchange.sheets.held_rows import HeldRow, refused_rows
from cairn.exchange.sheets.refused import safe
from cairn.web.csv_out import BOM
from cairn.web.desk.sheet_words import said
from cairn.web.xlsx_out import CELL_AT_MOST, TEXT_ONLY, XLSX

FORMS = frozenset({"csv", "xlsx"})


class _Echo:
    """A file whose `write` hands back the line."""

    def write(self, line: str) -> str:
        return line


def as_csv(held: Held) -> HttpResponseBase:
    """All of them as one text, streamed."""
    response = StreamingHttpResponse(_encoded(held), content_type="text/csv; charset=utf-8")
    return _attached(response, held, "csv")


def _encoded(held: Held) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield BOM.encode()
    with translation.override(held.about.language):
        for _sheet, lines in _by_sheet(held):
            for line in lines:
                yield str(writer.writerow(safe(line))).encode()


def as_xlsx(held: Held) -> HttpResponseBase:
    """All of them as a workbook, each sheet called as it was."""
    with tempfile.TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, **TEXT_ONLY}) as book:
            for name, lines in _by_sheet(held):
                sheet = book.add_worksheet(name[:31] or None)
                for at, line in enumerate(lines):
                    for column, text in enumerate(safe(line)):
                        sheet.write_string(at, column, text[:CELL_AT_MOST])
        file.seek(0)
        response = HttpResponse(file.read(), content_type=XLSX)
    return _attached(response, held, "xlsx")


def _by_sheet(held: Held) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """For each sheet its name and lines: the headings, then each row with its reasons at the end."""
    seen = {sheet["name"]: sheet["columns"] for sheet in held.about.sheets}
    for name, rows in groupby(refused_rows(held.verdicts), key=lambda row: row.sheet):
        yield name, _lines(seen.get(name, []), rows)


def _lines(columns: list[dict[str, object]], rows: Iterable[HeldRow]) -> Iterator[list[str]]:
    width = max((int(str(one["column"])) + 1 for one in columns), default=0)
    headings = [""] * width
    for one in columns:
        headings[int(str(one["column"]))] = str(one["heading"])
    yield [*headings, _("Row of the sheet"), _("Why it was not taken")]
    for row in rows:
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        yield [*cells, str(row.number), "; ".join(map(said, row.why))]


def _attached(response: HttpResponseBase, held: Held, form: str) -> HttpResponseBase:
    stem = held.about.file.rpartition(".")[0] or held.about.file
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{stem}-refused.{form}"
    )
    return response
