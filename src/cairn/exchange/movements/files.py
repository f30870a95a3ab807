"""Movements out of a table that was read; attributions and what stands into files."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from cairn.exchange.movements.amounts import amounts_of
from cairn.exchange.movements.rows import Objected, Read, Rows, Words, judge
from cairn.exchange.movements.tables import (
    COLUMNS,
    Source,
    UnreadableFileError,
    UnwritableFileError,
    extension,
)
from cairn.exchange.movements.text import text_from_amounts
from cairn.trace import kernel
from cairn.trace.columns import Trace
from cairn.trace.policy import Policy
from cairn.values import UNEXPLAINED, CairnError, currency_digits

ROWS_AT_ONCE: Final = 2**21
"""Arrow's texts end at two gigabytes: enough for this many lines."""


class BadRowsError(CairnError):
    """Rows that cannot be traced, each with its line and reason."""

    def __init__(self, path: Path, objections: list[str]) -> None:
        self.objections = objections
        count = len(objections)
        things = "thing is" if count == 1 else "things are"
        super().__init__(
            "\n".join(
                [
                    f"{count} {things} wrong in {path}; nothing was written",
                    *map(printable, objections),
                ]
            )
        )


def printable(text: str) -> str:
    """The same, where nothing that a file says can steer a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def movements_of(source: Source) -> Read:
    """Judge the table that a file held. Raises BadRowsError, UnreadableFileError."""
    try:
        rows = _rows(source.path, source.table)
    except pa.ArrowException as error:
        raise UnreadableFileError(
            f"{source.path} has a column of the wrong type: {error}"
        ) from error
    judged = judge(rows)
    if isinstance(judged, Read) and not source.ragged:
        return judged
    objected = [] if isinstance(judged, Read) else judged
    if source.is_csv:
        raise BadRowsError(source.path, _by_line(source, objected))
    raise BadRowsError(source.path, [f"row {bad.row + 1}: {bad.reason}" for bad in objected])


def warm_up(policy: Policy) -> None:
    """Have everything compiled loaded, by taking one row all the way."""
    row = ("1", "receive", "2025-01-01", "", "a", "1", "CNY", "g", "")
    table = pa.table({name: pa.array([cell]) for name, cell in zip(COLUMNS, row, strict=True)})
    read = movements_of(Source(Path(), table, is_csv=False, ragged=False))
    attribution_table(read, kernel.trace(read.movements, policy))


def _rows(path: Path, table: pa.Table) -> Rows:
    def text(name: str) -> pa.StringArray:
        return _text(path, name, _whole(table[name]))

    def words(name: str) -> Words:
        column = table[name]
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        column = _whole(column.unify_dictionaries())
        plain = _text(path, name, column.dictionary)
        return _words(pa.DictionaryArray.from_arrays(column.indices, plain))

    amount = amounts_of(_whole(table["amount"]))
    if amount is None:
        raise UnreadableFileError(f"{path} has {table['amount'].type} for amounts; use decimals")
    return Rows(
        id=text("id"),
        kind=words("kind"),
        date=words("date"),
        source=words("from"),
        target=words("to"),
        amount=amount,
        currency=words("currency"),
        grant=words("grant"),
        of=text("of"),
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole


def _text(path: Path, name: str, column: pa.Array) -> pa.StringArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
    elif pa.types.is_temporal(kind) and name == "date":
        column = column.cast(pa.date32())
    elif pa.types.is_floating(kind) or pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise UnreadableFileError(f"{path} has {kind} in column {name}; use text")
    return column.cast(pa.string()).fill_null("")


def _words(column: pa.DictionaryArray) -> Words:
    texts = [text or "" for text in column.dictionary.to_pylist()]
    codes = column.indices
    if codes.null_count:
        codes = codes.fill_null(len(texts))
        texts.append("")
    return Words(codes.to_numpy().astype(np.int32, copy=False), texts)


def _by_line(source: Source, objected: list[Objected]) -> list[str]:
    """Name bad rows by the line each begins on, and those with too few or too many cells as well.

    Only a file with bad rows is read this second time, slowly.
    """
    reasons: dict[int, list[str]] = {}
    for found in objected:
        reasons.setdefault(found.row, []).append(found.reason)
    lines = []
    width = source.table.num_columns
    row = -1  # the header
    try:
        for line, cells in _records(source.path):
            if row >= 0 and len(cells) != width:
                lines.append(f"line {line}: it has {len(cells)} cells where the header has {width}")
                continue
            lines += [f"line {line}: {reason}" for reason in reasons.pop(row, [])]
            row += 1
    except csv.Error:
        pass
    # Where Python's reader and Arrow's disagree on what a line is, nothing may go unsaid.
    return lines + [f"row {row + 1}: {reason}" for row, some in reasons.items() for reason in some]


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not an empty line, and the line it begins on."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        begins = 1
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1


def write_traced(
    read: Read, trace: Trace, attributions: Path | None, standing: Path | None
) -> None:
    """Write what was asked for: all of it or, when something goes wrong, nothing.

    Raises UnwritableFileError.
    """
    tables = [
        (path, table(read, trace))
        for path, table in ((attributions, attribution_table), (standing, standing_table))
        if path is not None
    ]
    unfinished: list[tuple[Path, Path]] = []
    try:
        for path, table in tables:
            unfinished.append((path.with_name(f".{path.name}.{os.getpid()}.unfinished"), path))
            _write(table, unfinished[-1][0], extension(path, {".csv", ".parquet"}))
        for made, path in unfinished:
            made.replace(path)
    except OSError as error:
        raise UnwritableFileError(f"{path} cannot be written: {error}") from error
    finally:
        for made, _ in unfinished:
            made.unlink(missing_ok=True)


def _write(table: pa.Table, path: Path, ending: str) -> None:
    if ending == ".parquet":
        parquet.write_table(table, path)
        return
    with path.open("wb") as file:
        file.write(",".join(table.column_names).encode() + b"\n")
        for start in range(0, len(table), ROWS_AT_ONCE):
            file.write(_csv_lines(table.slice(start, ROWS_AT_ONCE)))


def _csv_lines(table: pa.Table) -> pa.Buffer:
    """Lines of text and, in the last column, booleans.

    Arrow's own writer puts every text in quotes, needed or not, which makes a third more to write.
    """
    *texts, yes = (_whole(column) for column in table.columns)
    ends = pa.array(["false\n", "true\n"]).take(yes.cast(pa.int8()))
    lines = pc.binary_join_element_wise(*map(_quoted, texts), ends, ",")
    _, offsets, data = lines.buffers()
    first, last = np.frombuffer(offsets, np.int32)[[lines.offset, lines.offset + len(lines)]]
    return data.slice(first, last - first)


def _quoted(text: pa.StringArray) -> pa.StringArray:
    """The same with quotes where a cell would else be read as something else."""
    data = text.buffers()[2]
    if data is None or not any(
        letter in data.to_pybytes() for letter in (b'"', b",", b"\n", b"\r")
    ):
        return text
    doubled = pc.replace_substring(text, '"', '""')
    in_quotes = pc.binary_join_element_wise('"', doubled, '"', "")
    return pc.if_else(pc.match_substring_regex(text, '[",\\r\\n]'), in_quotes, text)


def attribution_table(read: Read, trace: Trace) -> pa.Table:
    """movement, grant, amount, currency, breach: one row per attribution, in the order taken."""
    movements = read.movements
    rows = np.diff(trace.offsets)
    made_of = np.repeat(np.arange(len(movements)), rows)
    # A receive has no source, and its target's currency is its own.
    account = np.where(movements.source >= 0, movements.source, movements.target)
    currencies = _Currencies(read)
    currency = currencies.of_account[account[made_of]] if len(read.accounts) else made_of
    return pa.table(
        {
            "movement": read.ids.take(pa.array(made_of)),
            "grant": _named([*(name for name, _ in read.grants), UNEXPLAINED], trace.grant),
            "amount": text_from_amounts(trace.amount, currencies.digits[currency]),
            "currency": _named(currencies.codes, currency),
            "breach": pa.array(trace.breach),
        }
    )


def standing_table(read: Read, trace: Trace) -> pa.Table:
    """account, currency, grant, amount, in_transit: one row per key, sorted, none of zero."""
    standing = trace.standing
    grants = [*(name for name, _ in read.grants), UNEXPLAINED]
    by_name = np.empty(len(grants), np.int64)
    by_name[sorted(range(len(grants)), key=lambda code: grants[code])] = np.arange(len(grants))
    # Account codes are in order of name and currency; grants too, but for what is unexplained.
    order = np.lexsort((standing.in_transit, by_name[standing.grant], standing.account))
    account = standing.account[order]
    currencies = _Currencies(read)
    currency = currencies.of_account[account] if len(read.accounts) else account
    return pa.table(
        {
            "account": _named([name for name, _ in read.accounts], account),
            "currency": _named(currencies.codes, currency),
            "grant": _named(grants, standing.grant[order]),
            "amount": text_from_amounts(standing.amount[order], currencies.digits[currency]),
            "in_transit": pa.array(standing.in_transit[order]),
        }
    )


class _Currencies:
    """The currencies of some accounts, by codes of their own."""

    def __init__(self, read: Read) -> None:
        self.codes = sorted({currency for _, currency in read.accounts})
        place = {currency: code for code, currency in enumerate(self.codes)}
        self.of_account = np.array([place[currency] for _, currency in read.accounts], np.int64)
        self.digits = np.array([currency_digits(currency) for currency in self.codes], np.uint8)


def _named(names: list[str], codes: npt.NDArray[Any]) -> pa.StringArray:
    return pa.array(names, pa.string()).take(pa.array(codes))
