"""The file into which refused rows go, with reasons: safe to open in a spreadsheet."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final, Self

from cairn.exchange.sheets.read import Row
from cairn.exchange.sheets.values import text_of
from cairn.values import CairnError

HEADINGS: Final = ("sheet", "row", "id", "reasons", "offer", "cells")


class BadRowsFileError(CairnError):
    """The file for refused rows cannot be written, or is there already."""


class BadRows:
    """Refused rows as a CSV; nothing where no file is asked for. Raises BadRowsFileError."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                # With a mark: without one, Excel reads Chinese in UTF-8 as something else.
                self._file = self._path.open("x", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise BadRowsFileError(
                    f"{self._path}: {error.strerror}; give another file with --bad"
                ) from error
            csv.writer(self._file).writerow(HEADINGS)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, row: Row) -> None:
        """Write a row with its reasons."""
        if self._file is not None:
            why = "; ".join(reason.message for reason in row.reasons)
            csv.writer(self._file).writerow(safe(refused_line(row, why)))


def refused_line(row: Row, why: str) -> list[str]:
    """A refused row under HEADINGS, its own cells last."""
    offer = next((reason.offer for reason in row.reasons if reason.offer), "")
    cells = [text_of(cell) for cell in row.cells]
    return [row.sheet, str(row.number), row.source_id, why, offer, *cells]


def safe(line: Sequence[str]) -> list[str]:
    """A line of which no cell is a formula."""
    return [formula_safe(text) for text in line]


def formula_safe(text: str) -> str:
    """The text so that no spreadsheet runs it: a quotation mark before what begins a formula."""
    text = text.replace("\0", "")
    if text[:1] in "=+-@\t\r＝＋－＠" and text and not re.fullmatch(r"[+-]?[\d.,]+", text):
        return f"'{text}"
    return text
