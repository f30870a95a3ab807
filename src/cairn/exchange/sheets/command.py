"""`cairn import SHEET`: finds or guesses the map, runs the import, shows what came of it.

Needs Django set up and an installation; cli.py sees to both.
"""

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cairn.exchange.giving.read import open_any
from cairn.exchange.sheets.cells import Book
from cairn.exchange.sheets.chunk import Told
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.importing import SheetImport
from cairn.exchange.sheets.mapping import Mapping, read_mapping, save_mapping
from cairn.exchange.sheets.read import Verdict
from cairn.exchange.sheets.show import show_mapping, show_outcome, verdict_line
from cairn.journal.journal import Journal
from cairn.terminal import as_json, console, say


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    sheet: Path
    programme: str
    post: str
    beside: Path | None = None
    """Where its map is kept where none is named; nowhere for a sheet that came on stdin."""
    map_file: Path | None = None
    save_map: Path | None = None
    bad: Path | None = None
    dry_run: bool = False
    all_or_nothing: bool = False
    verdicts: bool = False


def run(asked: Asked, *, journal: Journal, now: datetime) -> int:
    """Import and show; 0 when every row is good or on record already, 1 when some were refused.

    Raises CairnError for a file or map that cannot be used.
    """
    shown = console()
    book, mapping = _mapped(asked, shown)
    with _progress() as progress:
        task = progress.add_task(f"reading {asked.sheet.name}")
        outcome = SheetImport(
            journal=journal,
            programme=asked.programme,
            book=book,
            mapping=mapping,
            post=asked.post,
            now=now,
            on_rows=lambda rows: progress.advance(task, rows),
            on_verdict=_verdict_of(asked),
        ).run(dry_run=asked.dry_run, all_or_nothing=asked.all_or_nothing, bad=asked.bad)
    show_outcome(shown, outcome, dry_run=asked.dry_run)
    say(
        None,
        rows=outcome.rows,
        good=outcome.good,
        already=outcome.already,
        refused=outcome.bad_rows,
        new=Counter(thing.called for thing in outcome.new_things),
        written=outcome.written and not asked.dry_run,
    )
    return 1 if outcome.bad_rows else 0


def _mapped(asked: Asked, shown: Console) -> tuple[Book, Mapping]:
    """The book with its map: the one given, else the one beside the sheet, else a guess, saved."""
    beside = asked.beside
    given = asked.map_file or (beside if beside and beside.exists() else None)
    if given:
        mapping = read_mapping(given)
        book = open_any(asked.sheet, encoding=mapping.encoding, delimiter=mapping.delimiter)
        show_mapping(shown, mapping, where_from=f"as {given.name} says")
        return book, mapping
    book = open_any(asked.sheet)
    mapping = guess_mapping(book)
    show_mapping(shown, mapping, where_from="guessed")
    where = asked.save_map or (None if asked.dry_run else beside)
    if where:
        save_mapping(mapping, where, sheet=asked.sheet.name)
        shown.print(f"The map is saved as {where}; mend it there.", highlight=False)
    return book, mapping


def _verdict_of(asked: Asked) -> Callable[[Told], None]:
    """Says what becomes of each row, where that was asked; to programs always of refused ones."""

    def tell_of(told: Told) -> None:
        row = told.row
        if not asked.verdicts and not (as_json() and row.verdict == Verdict.BAD):
            return
        said = {"sheet": row.sheet, "row": row.number, "verdict": row.verdict, "id": row.source_id}
        # Past the console, which would turn tabs into spaces.
        say(verdict_line(row), **said, on_record=told.there, why=row.why)

    return tell_of


def _progress() -> Progress:
    """On stderr, and only on a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}: {task.completed:.0f} rows"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())
