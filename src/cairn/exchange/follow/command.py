"""`cairn follow`: progress while it reads, a summary at the end, and files where asked for."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from cairn.exchange.follow.page import page
from cairn.exchange.follow.run import Followed, follow
from cairn.exchange.follow.tables import TABLES, write_tables
from cairn.exchange.follow.text import summary
from cairn.exchange.iati.read import Advance
from cairn.terminal import as_json, say
from cairn.values import CairnError

_STEERING: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer the terminal, or turn the direction of what follows; publishers wrote the text."""


ANSWERED: Final = ("chains", "ends", "coverage", "unreadable")
"""The tables that --json answers with; the two long ones are written with -o."""


class CannotWriteError(CairnError):
    """The folder asked for cannot be written to."""


def run(files: Sequence[Path], *, start: str | None, out: Path | None, window: int) -> None:
    """Follow, print, write. Raises CairnError for what a person can put right."""
    with _progress(files) as advance:
        followed = follow(files, start=start, window=window, advance=advance)
    if out is not None:
        try:
            written = write_tables(followed, out, {"follow.html": page(followed)})
        except OSError as error:
            raise CannotWriteError(f"cannot write to {out}: {error.strerror or error}") from error
    text = summary(followed, written=out is not None)
    say(_STEERING.sub("�", text), **_counted(followed))
    for name in ANSWERED if as_json() else ():
        header, rows = TABLES[name]
        for row in rows(followed):
            say(None, table=name, **dict(zip(header, row, strict=True)))
    if out is not None:
        line = f"\nWrote {len(written)} files to {out}; open {out / 'follow.html'}"
        say(line, written=len(written), folder=out)


def _counted(followed: Followed) -> dict[str, object]:
    return {
        "files": [str(file.path) for file in followed.published.files if file.read],
        "not_read": [str(file.path) for file in followed.published.files if not file.read],
        "activities": sum(activity.counted for activity in followed.published.activities),
        "transactions": followed.in_files(),
        "kept": len(followed.published),
        "left_out": followed.lost(),
    }


@contextmanager
def _progress(files: Sequence[Path]) -> Iterator[Advance]:
    """Show bytes read, where somebody is watching."""
    console = Console(stderr=True)
    if not (sys.stderr.isatty() and console.is_terminal):
        yield lambda _bytes: None
        return
    whole = sum(path.stat().st_size for path in files if path.is_file())
    columns = (TextColumn("Reading"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("read", total=whole)
        yield lambda count: progress.advance(task, count)
