"""Tables of movements as they stand in files, CSV or Parquet: the columns are there, no more is said.

Without numba, so that it can load while a file is read.
"""

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as arrow_csv
from pyarrow import parquet

from cairn.values import CairnError

COLUMNS: Final = ("id", "kind", "date", "from", "to", "amount", "currency", "grant", "of")
FEW_TEXTS: Final = ("kind", "date", "from", "to", "currency", "grant")
"""Columns in which the same texts come again and again."""


class UnreadableFileError(CairnError):
    """A file that is no table of movements at all."""


class UnwritableFileError(CairnError):
    """A file that cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's table."""

    path: Path
    table: pa.Table
    is_csv: bool
    ragged: bool
    """Whether rows with too few or too many cells were left out of it."""


def read_table(path: Path) -> Source:
    """Read a table of movements, whose columns may stand in any order; further ones are ignored.

    Raises UnreadableFileError.
    """
    is_csv = extension(path, {".csv", ".parquet"}) == ".csv"
    if not path.is_file():
        raise UnreadableFileError(f"There is no file {path}")
    try:
        table, ragged = _read_csv(path) if is_csv else (_read_parquet(path), False)
        names = table.column_names
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error}") from error
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise UnreadableFileError(_why_invalid(path, error, is_csv=is_csv)) from error
    _check_columns(path, names)
    return Source(path, table, is_csv, ragged)


def extension(path: Path, known: set[str]) -> str:
    """The file's kind by its ending. Raises UnreadableFileError."""
    ending = path.suffix.lower()
    if ending not in known:
        raise UnreadableFileError(f"{path} should end in {' or '.join(sorted(known))}")
    return ending


def _read_csv(path: Path) -> tuple[pa.Table, bool]:
    """Answer the table, and whether rows with too few or too many cells were left out of it."""
    ragged: list[int] = []

    def leave_out(_row: object) -> str:
        ragged.append(1)
        return "skip"

    coded = pa.dictionary(pa.int32(), pa.string())
    types = {name: coded if name in FEW_TEXTS else pa.string() for name in COLUMNS}
    table = arrow_csv.read_csv(
        path,
        parse_options=arrow_csv.ParseOptions(
            # Asked for only where needed, since it costs time.
            newlines_in_values=_has_quotes(path),
            invalid_row_handler=leave_out,
        ),
        read_options=arrow_csv.ReadOptions(block_size=2**22),
        convert_options=arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )
    return table, bool(ragged)


def _has_quotes(path: Path) -> bool:
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(b'"') >= 0


def _read_parquet(path: Path) -> pa.Table:
    """Only the nine columns; other columns may be of types that nobody here can read."""
    with parquet.ParquetFile(path, read_dictionary=list(FEW_TEXTS)) as file:
        names = file.schema_arrow.names
        return file.read(columns=[name for name in names if name in COLUMNS])


def _why_invalid(path: Path, error: Exception, *, is_csv: bool) -> str:
    if not is_csv:
        return f"{path} is no Parquet file that can be read: {error}"
    content = path.read_bytes()
    if not content.strip():
        return f"{path} is empty; its first line must name the columns {','.join(COLUMNS)}"
    try:
        content.decode()
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        return f"{path} is not UTF-8 (line {line}); save it as “CSV UTF-8”"
    return f"{path} is no CSV that can be read: {error}"


def _check_columns(path: Path, names: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise UnreadableFileError(
            f"{path} has no column {', '.join(missing)}; its first line must name {','.join(COLUMNS)}"
        )
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise UnreadableFileError(f"{path} has two columns {', '.join(twice)}")


def check_writable(path: Path) -> None:
    """Say before the work, not after it, that a file cannot be. Raises UnwritableFileError."""
    extension(path, {".csv", ".parquet"})
    if not path.parent.is_dir():
        raise UnwritableFileError(f"There is no folder {path.parent} to write {path.name} in")


def check_different(*paths: Path) -> None:
    """No file may be written over another. Raises UnwritableFileError."""
    if len({path.resolve() for path in paths}) < len(paths):
        raise UnwritableFileError("The files read and written must be different ones")
