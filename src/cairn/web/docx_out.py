"""A page as a document of a word processor: its heading, what stands above its tables, and the tables.

For minutes and registers that an office keeps, signs and sends. Nothing in it is to be run, and it says
nothing of who asked for it.
"""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_DIRECTION
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from cairn.web.tables import Column, InCell, Setting, Table, shown

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDE: Final = 5
"""With more columns a page lies on its side."""
A4: Final = (Cm(21), Cm(29.7))
MOST: Final = 2_000
"""Rows of a table in a document; its CSV has all of them."""


def docx_response(
    title: str, lines: Sequence[str], tables: Sequence[Table[Any]], setting: Setting, name: str
) -> HttpResponse:
    """A page as a document to keep. `lines` stand under its title."""
    file = io.BytesIO()
    document_of(title, lines, tables, setting).save(file)
    response = HttpResponse(file.getvalue(), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{name}.docx"
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def document_of(
    title: str, lines: Sequence[str], tables: Sequence[Table[Any]], setting: Setting
) -> Any:  # noqa: ANN401 - python-docx's
    """The document, in the direction in which its language is written."""
    document = Document()
    about = document.core_properties
    about.author, about.title, about.comments = "", title, ""
    wide = max((len(_read(table)) for table in tables), default=0) > WIDE
    section = document.sections[0]
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = reversed(A4) if wide else A4
    normal = document.styles["Normal"]
    normal.font.size = Pt(10)
    mirrored = setting.reader.direction == "rtl"
    if mirrored:  # each paragraph is of this style, or of one that is made from it
        normal.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
    document.add_heading(title, level=1)
    for line in lines:
        document.add_paragraph(line)
    for table in tables:
        document.add_heading(str(table.caption), level=2)
        _add(document, table, setting, mirrored=mirrored)
    return document


def _read(table: Table[Any]) -> list[Column[Any]]:
    return [column for column in shown(table) if not column.csv_only]


def _add(document: Any, table: Table[Any], setting: Setting, *, mirrored: bool) -> None:  # noqa: ANN401
    rows = list(table.whole() if table.whole else table.rows)[:MOST]
    columns = _read(table)
    if not rows:
        document.add_paragraph(str(table.empty))
        return
    drawn = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    if mirrored:
        drawn.table_direction = WD_TABLE_DIRECTION.RTL
    for cell, column in zip(drawn.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(str(column.label)).bold = True
    for row in rows:
        for cell, column in zip(drawn.add_row().cells, columns, strict=True):
            cell.text = _said(column.in_sheet(row, setting), setting)


def _said(value: InCell, setting: Setting) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return setting.reader.day(value)
    return setting.reader.count(value) if isinstance(value, int) else str(value)
