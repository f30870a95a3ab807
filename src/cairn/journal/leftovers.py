"""The database's own copies of what was erased: SQLite's write-ahead log, PostgreSQL's dead rows.

    files/PROGRAMME/erased/3f0c…     which table something was erased from, and when

Whoever has been reading since before the erasure keeps them there, as an export may for minutes. Who erases
waits a moment for them, and has nobody wait for itself. What it leaves has a mark, by which `come_back` lets go
of the rest once those readers have ended: at each start, and each minute beside the pages.
"""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

from cairn.journal import spread
from cairn.journal.durable import sync_folder, write_durably

MARKS: Final = "erased"

A_MOMENT: Final = 1_000
"""Milliseconds. Nobody can write while SQLite waits for readers."""

VACUUM: Final = {
    "journal_sealedpart": "VACUUM journal_sealedpart",
    "voice_waiting": "VACUUM voice_waiting",
}
"""The tables that things are erased from, and how PostgreSQL lets go of a table's dead rows."""

OLDER_READERS: Final = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_xmin IS NOT NULL AND xact_start < %s::timestamptz
)
"""


def let_go(programme: str, table: str) -> None:
    """Let go of what was erased from a table, now that this is durable; or leave a mark, for `come_back`."""
    when = ""
    if spread.connection_of(programme).vendor == "postgresql":
        with spread.connection_of(programme).cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()::text")
            (when,) = cursor.fetchone()
    mark = _folder_of(programme) / uuid4().hex
    write_durably(mark, f"{table} {when}".encode())
    _try(programme, [mark])


def come_back(group: str | None = None) -> None:
    """Let go of what older readers kept there, if they have ended: in one group of programmes, or in all that answer."""
    answering = set(spread.groups_that_answer()) if group is None else {group}
    marks = defaultdict[str, list[Path]](list)
    for mark in (Path(settings.CAIRN_DIR) / "files").glob(f"*/{MARKS}/[!.]*"):
        marks[mark.parent.parent.name].append(mark)
    for programme, found in sorted(marks.items()):
        if spread.group_of(programme) in answering:
            _try(programme, found)


def _try(programme: str, marks: Collection[Path]) -> None:
    said = [mark.read_text().partition(" ") for mark in marks]
    tables = {table for table, _space, _when in said}
    if spread.connection_of(programme).vendor == "sqlite":
        gone = _empty_the_log(programme)
    else:
        gone = _vacuum(programme, tables, newest=max(when for _table, _space, when in said))
    if gone:
        for mark in marks:
            mark.unlink(missing_ok=True)
        sync_folder(_folder_of(programme))


def _empty_the_log(programme: str) -> bool:
    """Whether nobody read what is only in SQLite's write-ahead log, which is empty now."""
    with spread.connection_of(programme).cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {A_MOMENT:d}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _frames, _moved = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before:d}")
    return not busy


def _vacuum(programme: str, tables: Collection[str], *, newest: str) -> bool:
    """Whether nobody read since before the newest erasure, so that no dead row had to stay."""
    with spread.connection_of(programme).cursor() as cursor:
        cursor.execute(OLDER_READERS, [newest])
        (somebody,) = cursor.fetchone()
        for table in sorted(tables):
            cursor.execute(VACUUM[table])
    return not somebody


def _folder_of(programme: str) -> Path:
    return Path(settings.CAIRN_DIR) / "files" / programme / MARKS
