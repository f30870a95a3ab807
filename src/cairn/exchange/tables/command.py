"""`cairn export tables`: the data package in a folder, or one of its tables on stdout."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cairn.exchange.outgoing import (
    chosen,
    new_file,
    new_folder,
    size_in_words,
    still_so,
    up_to_date,
)
from cairn.exchange.tables.chosen import Choice
from cairn.exchange.tables.declared import Chosen, Row, Table
from cairn.exchange.tables.package import (
    DESCRIPTOR,
    TABLES,
    Written,
    as_json,
    descriptor,
    table_named,
)
from cairn.exchange.tables.write import csv_of, write_parquet
from cairn.following.queries.reading import Reading
from cairn.terminal import DASH, say
from cairn.values import CairnError


class WhichTableError(CairnError):
    """A table that there is not, or none named where one must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for on the command line."""

    programme: str | None
    out: Path
    table: str = ""
    chosen: Chosen
    licence: str = ""
    parquet: bool = True


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written: a data package, of which state of which record."""

    reading: Reading
    tables: list[Written]
    size: int
    """Of all its files, in bytes."""


def run(asked: Asked) -> None:
    """Write the tables, and say what was written."""
    if asked.table or asked.out == DASH:
        _one(asked, Choice(up_to_date(chosen(asked.programme)), asked.chosen))
        return
    _tell(asked, packed(asked))


def packed(asked: Asked) -> Packed:
    """Write the data package. Raises OutputError, NotSteadyError."""
    reading = up_to_date(chosen(asked.programme))
    choice = Choice(reading, asked.chosen)
    with new_folder(asked.out, ours=lambda folder: _is_package(folder, reading.id)) as folder:
        written = list(_written(choice, folder, parquet=asked.parquet))
        still_so(reading)
        said = descriptor(reading, licence=asked.licence, written=written, whole=not asked.chosen)
        if asked.chosen:
            said["cairn"]["chosen"] = _in_words(asked.chosen)
        if not asked.parquet:
            for resource in said["resources"]:
                del resource["parquet"]
        (folder / DESCRIPTOR).write_bytes(as_json(said))
        on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Packed(reading, written, on_disk)


def _one(asked: Asked, choice: Choice) -> None:
    table = table_named(asked.table)
    if table is None:
        raise WhichTableError(
            f"Name one of these with --table: {', '.join(one.name for one in TABLES)}."
        )
    file = new_file(asked.out, csv_of(table, choice.rows(table)))
    say(f"{table.name}  {size_in_words(file.size)}", table=table.name, bytes=file.size)


def _written(choice: Choice, folder: Path, *, parquet: bool) -> Iterator[Written]:
    (folder / "data").mkdir()
    if parquet:
        (folder / "parquet").mkdir()
    with _bar() as bar:
        task = bar.add_task("writing tables", total=len(TABLES))
        for table in TABLES:
            bar.update(task, description=f"writing {table.name}")
            yield _csv(table, choice.rows(table), folder / "data" / f"{table.name}.csv")
            if parquet:
                path = folder / "parquet" / f"{table.name}.parquet"
                write_parquet(path, table, choice.rows(table))
            bar.advance(task)


def _csv(table: Table, rows: Iterable[Row], path: Path) -> Written:
    counted, digest, size = _Counted(rows), hashlib.sha256(), 0
    with path.open("xb") as file:
        for some in csv_of(table, counted):
            file.write(some)
            digest.update(some)
            size += len(some)
    return Written(table, counted.count, size, digest.hexdigest())


class _Counted:
    """Rows, counted as they pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row


def _is_package(folder: Path, programme: str) -> bool:
    """Whether a folder holds a package of the same programme, which a newer one may replace."""
    try:
        said = json.loads((folder / DESCRIPTOR).read_bytes())
        return bool(said["cairn"]["programme"] == programme)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _in_words(rows: Chosen) -> dict[str, str]:
    said = {"place": rows.place, "project": rows.project, "from": rows.since, "to": rows.until}
    return {name: value for name, value in said.items() if value}


def _tell(asked: Asked, done: Packed) -> None:
    for one in done.tables:
        say(
            f"{one.table.name:<18} {one.rows:>9,} rows  {size_in_words(one.size):>9}",
            table=one.table.name,
            rows=one.rows,
            bytes=one.size,
            sha256=one.sha256,
        )
    say(
        f"{asked.out}: {len(done.tables)} tables of ‘{done.reading.id}’ as of position "
        f"{done.reading.snapshot.position}, {size_in_words(done.size)}.",
        programme=done.reading.id,
        position=done.reading.snapshot.position,
        folder=asked.out,
        bytes=done.size,
    )


def _bar() -> Progress:
    shown = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal)
