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
from cairn.exchange.follow.run import follow
from cairn.exchange.follow.tables import write_tables
from cairn.exchange.follow.text import summary
from cairn.exchange.iati.read import Advance
from cairn.values import CairnError

_STEERING: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer the terminal, or turn the direction of what follows; publishers wrote the text."""


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
    print(_STEERING.sub("�", text))  # noqa: T201 - its output
    if out is not None:
        print(f"\nWrote {len(written)} files to {out}; open {out / 'follow.html'}")  # noqa: T201


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
