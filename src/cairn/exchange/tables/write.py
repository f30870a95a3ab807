"""A table as CSV or Parquet: a few thousand rows in memory at a time, the same bytes for the same record.

CSV is UTF-8 with a byte order mark, without which Excel in China reads it as GBK; text that a
spreadsheet would run begins with an apostrophe. Parquet holds every text as it is.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

from cairn.exchange.tables.declared import Row, Table

BOM: Final = "\ufeff"
LINES_AT_ONCE: Final = 2_000
ROWS_IN_GROUP: Final = 50_000

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

DECIMAL: Final = (23, 4)
"""How amounts stand in Parquet: 19 digits of a whole number and the 4 that no currency exceeds."""


def csv_of(table: Table, rows: Iterable[Row], *, header: bool = True) -> Iterator[bytes]:
    """A table's lines, some thousand at a time."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    if header:
        buffer.write(BOM)
        writer.writerow([one.name for one in table.fields])
        yield _taken(buffer)
    typed = [at for at, one in enumerate(table.fields) if one.typed]
    flags = [at for at, one in enumerate(table.fields) if one.type == "boolean"]
    rows = iter(rows)
    while some := list(islice(rows, LINES_AT_ONCE)):
        writer.writerows([_safe(row, typed, flags) for row in some])
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    said = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return said


def _safe(row: Row, typed: list[int], flags: list[int]) -> Row:
    """A row whose texts no spreadsheet runs. Most rows are given back as they came."""
    for at in typed:
        cell = row[at]
        if cell and (cell.startswith(FORMULA) or "\0" in cell):
            row = list(row)
            row[at] = f"'{cell}".replace("\0", "")
    if flags:
        row = list(row)
        for at in flags:
            row[at] = None if row[at] is None else "true" if row[at] else "false"
    return row


def write_parquet(path: Path, table: Table, rows: Iterable[Row]) -> None:
    """Write a table as Parquet: amounts exact decimals, days as days."""
    import pyarrow as pa  # noqa: PLC0415 - loads slowly, and pages do without
    from pyarrow import parquet  # noqa: PLC0415 - likewise

    types: dict[str, Any] = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.decimal128(*DECIMAL),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }
    schema = pa.schema(
        [
            pa.field(one.name, types[one.type], metadata={"description": one.about})
            for one in table.fields
        ]
    )
    rows = iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while some := list(islice(rows, ROWS_IN_GROUP)):
            columns = zip(*some, strict=True)
            arrays = [
                pa.array([_exact(cell, one.type) for cell in column], type=types[one.type])
                for one, column in zip(table.fields, columns, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _exact(cell: Any, type: str) -> Any:  # noqa: A002, ANN401 - a cell of that type
    if cell is None:
        return None
    if type == "number":
        return Decimal(cell)
    if type == "date" and isinstance(cell, str):
        return date.fromisoformat(cell)
    return cell
