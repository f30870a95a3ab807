"""The database's own copies of what was erased: SQLite's write-ahead log, PostgreSQL's dead rows.

    files/PROGRAMME/erased/3f0c…     something was erased that the database may still hold

Whoever has been reading since before the erasure keeps them there, as an export may for minutes. Who erases
waits a moment for them, and has nobody wait for itself. What it leaves has a mark, by which `come_back` lets go
of the rest once those readers have ended: at each start, and each minute beside the pages.
"""

import logging
from collections import defaultdict
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import connections

from cairn.journal import spread
from cairn.journal.durable import write_durably

MARKS: Final = "erased"

A_MOMENT: Final = 1_000
"""Milliseconds. Nobody can write while SQLite waits for readers."""

VACUUM: Final = "VACUUM journal_sealedpart, voice_waiting"
"""The tables that things are erased from."""

DEAD_ROWS: Final = """
SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables
WHERE relname IN ('journal_sealedpart', 'voice_waiting')
"""
"""What vacuuming had to leave, for whoever may still see it, as it says itself (PostgreSQL 15 and later: at once)."""


def let_go(programme: str) -> None:
    """Let go of what was erased, now that this is durable; or leave a mark, for `come_back`."""
    mark = _folder() / programme / MARKS / uuid4().hex
    try:
        write_durably(mark, b"")
    except OSError:  # the fact is on record: what can still be done is done
        logging.getLogger("cairn").exception("What %s holds of something erased", programme)
    if _gone(spread.group_of(programme)):
        mark.unlink(missing_ok=True)


def come_back(group: str | None = None) -> None:
    """Let go of what older readers kept, if they have ended: in one group of programmes, or in all that answer."""
    marks = defaultdict[str, list[Path]](list)
    for mark in _folder().glob(f"*/{MARKS}/[!.]*"):
        marks[spread.group_of(mark.parent.parent.name)].append(mark)
    for each in spread.groups_that_answer() if group is None else [group]:
        if each in marks and _gone(each):
            for mark in marks[each]:
                mark.unlink(missing_ok=True)


def _gone(group: str) -> bool:
    """Whether a group's database holds nothing any more of what was erased."""
    with connections[group].cursor() as cursor:
        if connections[group].vendor == "postgresql":
            cursor.execute(VACUUM)
            cursor.execute(DEAD_ROWS)
            (left,) = cursor.fetchone()
            return not left
        cursor.execute("PRAGMA busy_timeout")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {A_MOMENT:d}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _frames, _moved = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before:d}")
        return not busy


def _folder() -> Path:
    return Path(settings.CAIRN_DIR) / "files"
