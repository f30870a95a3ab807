"""From a file to rows of cells: .xlsx and delimited text, in whichever encoding, within limits.

Knows nothing of what the cells mean. A file that could hurt (a bomb, a sheet with a cell at the far
corner) is refused before its reader sees it.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.values import Cell
from cairn.values import CairnError

MAX_FILE_BYTES: Final = 256 * 2**20
MAX_UNPACKED_BYTES: Final = 512 * 2**20
MAX_RATIO: Final = 250
"""Sheets pack 10 to 60 times; a part that packs more than this, and is large, is a bomb."""
MAX_CELLS: Final = 12_000_000
"""Rows × columns up to the farthest cell: the reader of .xlsx keeps them all, at 32 bytes each."""
MAX_CELL: Final = 131_072
"""Signs in one cell of a text file: more come of a quotation mark that is never closed."""

_CHUNK: Final = 2**18

LOCKED: Final = _("{file} is locked with a password; save a copy without one")
DAMAGED: Final = _("{file} is damaged: {why}")


class SheetUnreadableError(CairnError):
    """A file that is no sheet, is damaged, locked, or larger than is safe to open.

    `text` is the sentence as the catalogues know it; `told` says it of a file called otherwise.
    """

    def __init__(self, text: str, path: Path, /, **said: str) -> None:
        self.text, self.said = text, said
        super().__init__(self.told(str, str(path)))

    def told(self, say: Callable[[str], str], name: str) -> str:
        """The sentence in a language that `say` puts it into, of a file of this name."""
        return say(self.text).format(file=name, **self.said)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet, numbered from 1 as spreadsheets show it.

    `merged` gives, for each column where a cell is merged over several rows, the first and last of
    those rows; the value stands in every one of them here. `trouble` says why the cells of a line
    of text may not be what their writer meant.
    """

    number: int
    cells: list[Cell]
    merged: dict[int, tuple[int, int]] = field(default_factory=dict)
    trouble: str | None = None
    refused: str | None = None
    """Why a line is not read at all, though it is a row: it tells of a person."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, read as often as needed: `lines()` starts again at the top.

    `spans` are the horizontal merges as (row, first column, last column), rows from 1.
    """

    name: str
    lines: Callable[[], Iterator[Line]]
    hidden: bool = False
    spans: tuple[tuple[int, int, int], ...] = ()
    date1904: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A file's sheets. `encoding` and `delimiter` are None for a workbook."""

    path: Path
    sheets: tuple[Sheet, ...]
    encoding: str | None = None
    delimiter: str | None = None


def open_book(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Book:
    """Open a workbook or a delimited text, told apart by content. Raises SheetUnreadableError."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise SheetUnreadableError(
            "{file}: {why}", path, why=error.strerror or str(error)
        ) from error
    if size > MAX_FILE_BYTES:
        message = _("{file} has {size} MB; the most is {most} MB. Split it")
        most = MAX_FILE_BYTES // 2**20
        raise SheetUnreadableError(message, path, size=str(size // 2**20), most=str(most))
    if not head.strip():
        raise SheetUnreadableError(_("{file} is empty"), path)
    if head.startswith(b"PK\x03\x04"):
        return _open_workbook(path)
    _refuse_other_formats(path, head)
    return _open_text(path, encoding, delimiter)


def _refuse_other_formats(path: Path, head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        # A locked .xlsx is wrapped in the same container as the old .xls; only its name tells.
        with path.open("rb") as file:
            locked = "EncryptedPackage".encode("utf-16-le") in file.read()
        if locked:
            raise SheetUnreadableError(LOCKED, path)
        raise SheetUnreadableError(
            _("{file} is an old Excel file (.xls); open it and save it as .xlsx or .csv"), path
        )
    if head.startswith(b"%PDF"):
        raise SheetUnreadableError(
            _("{file} is a PDF; the sheet it was printed from is needed"), path
        )
    if re.match(rb"(\xef\xbb\xbf)?\s*<(\?xml|!doctype|html|table|meta|head)", head, re.IGNORECASE):
        raise SheetUnreadableError(
            _(
                "{file} is a web page or XML under a sheet's name; open it and save it as .xlsx or .csv"
            ),
            path,
        )


# Workbooks


def _open_workbook(path: Path) -> Book:
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415, I001 - a native reader that commands without sheets need not load
    from python_calamine import load_workbook  # noqa: PLC0415

    date1904 = _check_package(path)
    try:
        workbook = load_workbook(str(path))
        sheets = []
        for about in workbook.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            merges = workbook.get_sheet_by_name(about.name).merged_cell_ranges or []
            sheets.append(
                Sheet(
                    name=about.name,
                    lines=_WorkbookLines(workbook, about.name, merges),
                    hidden=about.visible != SheetVisibleEnum.Visible,
                    spans=tuple((r1 + 1, c1, c2) for (r1, c1), (_, c2) in merges if c2 > c1),
                    date1904=date1904,
                )
            )
    except PasswordError as error:
        raise SheetUnreadableError(LOCKED, path) from error
    except (CalamineError, ValueError, OSError) as error:
        raise SheetUnreadableError(DAMAGED, path, why=str(error)) from error
    return Book(path=path, sheets=tuple(sheets))


@dataclass(frozen=True, slots=True)
class _WorkbookLines:
    workbook: object
    name: str
    merges: list[tuple[tuple[int, int], tuple[int, int]]]

    def __call__(self) -> Iterator[Line]:
        sheet = self.workbook.get_sheet_by_name(self.name)  # type: ignore[attr-defined] # calamine has no types
        # Its rows begin at row 1, its columns at the first that has a cell.
        first_column = (sheet.start or (0, 0))[1]
        tall = [(top, bottom, column) for (top, column), (bottom, _) in self.merges if bottom > top]
        starts: dict[int, list[tuple[int, int]]] = {}
        for top, bottom, column in tall:
            starts.setdefault(top, []).append((bottom, column))
        open_merges: dict[int, tuple[int, int, Cell]] = {}
        pad: list[Cell] = [""] * first_column
        for at, values in enumerate(_rows_of(sheet)):
            cells: list[Cell] = pad + values
            open_merges = {c: merge for c, merge in open_merges.items() if merge[1] >= at}
            for column, (_top, _bottom, value) in open_merges.items():
                if column < len(cells):
                    cells[column] = value
            for bottom, column in starts.get(at, ()):
                if column < len(cells):
                    open_merges[column] = (at, bottom, cells[column])
            merged = {c: (top + 1, bottom + 1) for c, (top, bottom, _) in open_merges.items()}
            yield Line(number=at + 1, cells=cells, merged=merged)


def _rows_of(sheet: object) -> Iterator[list[Cell]]:
    yield from sheet.iter_rows()  # type: ignore[attr-defined]


def _check_package(path: Path) -> bool:
    """Unpack everything once, counting, and keep nothing. Says whether dates count from 1904.

    Sizes in a zip's directory are what its maker wrote; only unpacking knows. The XML is looked at
    for its farthest cell, because a single one at XFD1048576 would make the reader ask for 500 GB.
    """
    date1904 = False
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as package:
            _refuse_other_packages(path, package)
            for entry in package.infolist():
                with package.open(entry) as content:
                    part = _unpacked(path, entry, content, unpacked)
                unpacked += part.size
                date1904 |= entry.filename == "xl/workbook.xml" and part.says_1904
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,  # an entry under a password of its own
    ) as error:
        raise SheetUnreadableError(DAMAGED, path, why=str(error)) from error
    return date1904


def _refuse_other_packages(path: Path, package: zipfile.ZipFile) -> None:
    if "xl/workbook.xml" not in package.namelist():
        raise SheetUnreadableError(
            _("{file} is a zip file, but no .xlsx workbook; open it and save it as .xlsx or .csv"),
            path,
        )


def _unpacked(path: Path, entry: zipfile.ZipInfo, content: IO[bytes], before: int) -> "_Part":
    part = _Part(is_sheet=entry.filename.startswith("xl/worksheets/sheet"))
    most = min(MAX_UNPACKED_BYTES - before, max(8 * 2**20, entry.compress_size * MAX_RATIO))
    while chunk := content.read(_CHUNK):
        part.see(chunk)
        if part.size > most:
            raise SheetUnreadableError(
                _("{file} unpacks to more than is safe ({part}); save the table alone"),
                path,
                part=entry.filename,
            )
    part.refuse_far_cells(path)
    return part


class _Part:
    """What is noticed of one part of a workbook as it streams by."""

    def __init__(self, *, is_sheet: bool) -> None:
        self.is_sheet = is_sheet
        self.size = 0
        self.says_1904 = False
        self._tail = b""
        self._columns: set[bytes] = set()
        self._last_row = 0

    def see(self, chunk: bytes) -> None:
        self.size += len(chunk)
        text = self._tail + chunk
        self._tail = chunk[-64:]
        if not self.is_sheet:
            self.says_1904 |= bool(re.search(rb"date1904\s*=\s*[\"'](1|true)", text))
            return
        references = re.findall(rb"\sr\s*=\s*[\"']([A-Z]*)(\d+)[\"']", text)
        if references:
            self._columns.update({letters for letters, _ in references})
            self._last_row = max(self._last_row, *(int(row[:9]) for _, row in references))

    def refuse_far_cells(self, path: Path) -> None:
        width = max((_column_number(letters) for letters in self._columns), default=0)
        if width * self._last_row > MAX_CELLS:
            raise SheetUnreadableError(
                _(
                    "{file} has a sheet of {rows} rows and {columns} columns up to its last "
                    "cell; the most is {most} cells. Delete what is empty, or split it"
                ),
                path,
                rows=str(self._last_row),
                columns=str(width),
                most=f"{MAX_CELLS:,}",
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number


# Delimited text


def _open_text(path: Path, encoding: str | None, delimiter: str | None) -> Book:
    encoding = encoding or _encoding_of(path)
    try:
        codecs.lookup(encoding)
        with path.open(encoding=encoding, newline="") as file:
            sample = file.read(_CHUNK)
    except (LookupError, UnicodeError) as error:
        message = _("{file} cannot be read as {encoding}: {why}")
        raise SheetUnreadableError(message, path, encoding=encoding, why=str(error)) from error
    if "\x00" in sample:
        raise SheetUnreadableError(_("{file} is neither a workbook nor a text"), path)
    delimiter = delimiter or _delimiter_of(sample)
    # The sheet of a text has no name of its own: a renamed file is still the same file.
    sheet = Sheet(name="", lines=_TextLines(path, encoding, delimiter))
    return Book(path=path, sheets=(sheet,), encoding=encoding, delimiter=delimiter)


@dataclass(frozen=True, slots=True)
class _TextLines:
    path: Path
    encoding: str
    delimiter: str

    def __call__(self) -> Iterator[Line]:
        number = 0
        width = 0
        csv.field_size_limit(MAX_CELL)  # one for all readers of a process: others may have set it
        try:
            with self.path.open(encoding=self.encoding, newline="") as file:
                for number, cells in enumerate(csv.reader(file, delimiter=self.delimiter), start=1):
                    width = max(width, len(cells)) if number <= 50 else width
                    yield Line(number, list(cells), trouble=self._trouble(cells, width))
        except csv.Error as error:
            raise SheetUnreadableError(
                _("{file}, after row {row}: {why}; probably a quotation mark that is never closed"),
                self.path,
                row=str(number),
                why=str(error),
            ) from error
        except UnicodeError as error:
            raise SheetUnreadableError(
                _("{file}, after row {row}: not {encoding}; say encoding = … in the map"),
                self.path,
                row=str(number),
                encoding=self.encoding,
            ) from error

    def _trouble(self, cells: list[str], width: int) -> str | None:
        """Find rows that an unclosed quotation mark has swallowed into one cell."""
        for cell in cells:
            if "\n" in cell and width > 2:
                swallowed = [
                    line for line in cell.splitlines() if line.count(self.delimiter) >= width - 1
                ]
                if swallowed:
                    return (
                        f"a quotation mark that is never closed has swallowed "
                        f"{len(swallowed)} more rows into this one"
                    )
        return None


def _encoding_of(path: Path) -> str:
    """UTF-8, UTF-16 with or without a mark, GB18030, or failing all Windows-1252."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    # Without a mark: in UTF-16 each digit, comma and line end has a zero byte on one side.
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 20 and min(even, odd) <= max(even, odd) // 4:
        return "utf-16-be" if even > odd else "utf-16-le"
    if _decodes(path, "utf-8"):
        return "utf-8"
    return "gb18030" if _decodes(path, "gb18030") and _is_chinese(path) else "cp1252"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(path: Path) -> bool:
    """Tell GB18030 from Windows-1252, which often decodes as it too.

    Common hanzi are two high bytes. A dash or an accent in Western text is one, before a letter.
    """
    with path.open("rb") as file:
        found = re.findall(rb"[\x81-\xfe]+", file.read(16 * _CHUNK))
    pairs = sum(len(run) // 2 for run in found)
    return pairs > 4 * sum(len(run) % 2 for run in found)


def _delimiter_of(sample: str) -> str:
    """The delimiter under which rows that agree on a number of cells above one have the most."""
    cells_by_delimiter = {}
    for delimiter in ",\t;|":
        widths: dict[int, int] = {}
        try:
            read = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            for cells in islice(read, 100):
                if len(cells) > 1:
                    widths[len(cells)] = widths.get(len(cells), 0) + 1
        except csv.Error:
            continue
        most = max((width * rows for width, rows in widths.items()), default=0)
        cells_by_delimiter[delimiter] = most
    return max(cells_by_delimiter, key=cells_by_delimiter.__getitem__, default=",")
