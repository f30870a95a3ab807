"""Loading a tale into the journal: any number of times with one result, and from where it stopped."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from cairn.demo.diary import Batch, Tale
from cairn.demo.pictures import drawn
from cairn.journal.entry import Refused
from cairn.journal.files import keep
from cairn.journal.heads import position_of, positions
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.values import CairnError

DEMO = re.compile(r"demo(-\d+)?|large-\d+(-\d+)?")
"""The ids of programmes that were made by `cairn demo`."""


class RealRecordsError(CairnError):
    """A folder that holds a programme which is no demo."""


class EarlierDemoError(CairnError):
    """A folder that holds the same demo as another version of Cairn told it."""


class DemoRefusedError(CairnError):
    """The journal objected to the demo: Cairn's own mistake."""


def keep_away_from_real_records(tale: Tale) -> None:
    """Invented facts do not belong beside real ones. Raises RealRecordsError."""
    for programme in positions():
        other = programme != tale.programme
        if not DEMO.fullmatch(programme) or not (other or _first_id(programme) == tale.first):
            raise RealRecordsError(
                f"This folder holds the programme ‘{programme}’, which is not this demo. "
                "Nothing was changed. Name another folder with --dir."
            )


def is_loaded(tale: Tale) -> bool:
    """Whether all of it is on record."""
    return position_of(tale.programme) >= tale.facts


def load(tale: Tale, journal: Journal, progress: Callable[[int], None]) -> None:
    """Record what of a tale is not on record yet. Raises EarlierDemoError, DemoRefusedError.

    A tale is always told alike, and none of it is refused: so the first n facts on record are
    its first n, and what is left begins behind them.
    """
    done = position_of(tale.programme)
    progress(done)
    kept = 0
    last = _id_at(tale.programme, done)
    for batch in _from(done, last, tale.batches()):
        for picture in drawn()[kept:]:
            keep(tale.programme, picture)
            kept += 1
        for verdict in journal.append_batch(tale.programme, batch.drafts, now=batch.now):
            if isinstance(verdict, Refused):
                why = "; ".join(objection.message for objection in verdict.objections)
                raise DemoRefusedError(f"The demo is wrong at {verdict.id}: {why}")
        done += len(batch.drafts)
        progress(done)


def _from(position: int, last: UUID | None, batches: Iterator[Batch]) -> Iterator[Batch]:
    """What comes after a position, where the tale's fact is the `last` one on record."""
    for batch in batches:
        if 0 < position <= len(batch.drafts) and batch.drafts[position - 1].id != last:
            raise EarlierDemoError(
                "This folder holds the demo as another version of Cairn told it. Nothing was "
                "changed. Name another folder with --dir."
            )
        if position < len(batch.drafts):
            yield Batch(batch.now, batch.drafts[position:])
        position = max(0, position - len(batch.drafts))


def _first_id(programme: str) -> UUID | None:
    return _id_at(programme, 1)


def _id_at(programme: str, position: int) -> UUID | None:
    found = Entry.objects.filter(programme=programme, position=position)
    return found.values_list("id", flat=True).first()


@contextmanager
def shown(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far something is, on stderr: a bar on a terminal, a line each tenth elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(title, total)
        return
    bar = BarColumn(bar_width=None)
    columns = (TextColumn("{task.description}"), bar, MofNCompleteColumn(), _Rate())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)


class _Rate(ProgressColumn):
    """Facts a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0:,.0f}/s")


class _Lines:
    """Progress for a log: no more than eleven lines."""

    def __init__(self, title: str, total: int) -> None:
        self._title, self._total, self._tenth = title, total, -1

    def __call__(self, done: int) -> None:
        tenth = done * 10 // max(self._total, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            print(f"{self._title} {done:,} / {self._total:,}", file=sys.stderr, flush=True)  # noqa: T201 - a command's own voice
