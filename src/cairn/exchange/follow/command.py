"""`cairn follow`: progress while it reads, a summary at the end, and files where asked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cairn.exchange.follow.page import page
from cairn.exchange.follow.run import Followed, follow
from cairn.exchange.follow.tables import TABLES, write_tables
from cairn.exchange.follow.text import summary
from cairn.terminal import as_json, bytes_read, harmless, say
from cairn.values import CairnError

ANSWERED: Final = ("chains", "ends", "coverage", "unreadable")
"""The tables that --json answers with; the two long ones are written with -o."""


class CannotWriteError(CairnError):
    """The folder asked for cannot be written to."""


def run(files: Sequence[Path], *, start: str | None, out: Path | None, window: int) -> None:
    """Follow, print, write. Raises CairnError for what a person can put right."""
    with bytes_read(files) as advance:
        followed = follow(files, start=start, window=window, advance=advance)
    if out is not None:
        try:
            written = write_tables(followed, out, {"follow.html": page(followed)})
        except OSError as error:
            raise CannotWriteError(f"cannot write to {out}: {error.strerror or error}") from error
    lines = summary(followed, written=out is not None).split("\n")
    say("\n".join(map(harmless, lines)), **_counted(followed))
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
