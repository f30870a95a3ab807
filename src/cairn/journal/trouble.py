"""What a disk or a database refused, in a sentence that says what to do.

By error codes, because messages are another in every version and language.
"""

import errno
import sqlite3
from collections.abc import Iterator

import psycopg
from django.db import DatabaseError

FULL = "The disk is full. What was being written is not on record; free some space and try again."
READ_ONLY = (
    "The installation's folder can be read and not written here: its disk is mounted read-only, or "
    "belongs to another user. Nothing was written."
)
DAMAGED = "The database is damaged. Restore the newest backup: docs/how-to/backup.md says how."
BUSY = (
    "Another program holds the database's lock, and has for long. Nothing was written; try again."
)
AWAY = "The database does not answer. What was being written may not be on record; send it again."
STANDBY = "The database is a standby, or was made read-only. Nothing was written."
FAILING = "The disk fails. What was being written may not be on record; look at the disk first."

_OF_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EIO: FAILING,
}
_OF_SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": READ_ONLY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_IOERR": FAILING,
}
_OF_POSTGRESQL = {
    "53100": FULL,  # disk_full
    "25006": STANDBY,  # read_only_sql_transaction
    "57": AWAY,  # operator intervention: shutting down, starting up, recovering
    "08": AWAY,  # connection exceptions
    "XX001": DAMAGED,  # data_corrupted
    "XX002": DAMAGED,  # index_corrupted
}


def in_words(error: BaseException) -> str | None:
    """The sentence, or None where the error is a bug of ours and its trace should be seen."""
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in _OF_SYSTEM:
            named = f" ({each.filename})" if each.filename else ""
            return f"{_OF_SYSTEM[each.errno]}{named}"
        if isinstance(each, sqlite3.Error):
            return _longest(_OF_SQLITE, getattr(each, "sqlite_errorname", ""))
        if isinstance(each, psycopg.Error):
            away = AWAY if isinstance(each, psycopg.OperationalError) else None
            return _longest(_OF_POSTGRESQL, each.sqlstate or "") or away
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from, the first cause of a database's error first."""
    while error is not None:
        if not isinstance(error, DatabaseError):
            yield error
        error = error.__cause__


def _longest(sentences: dict[str, str], code: str) -> str | None:
    """The sentence of a code, or of the family that its beginning names."""
    known = [each for each in sentences if code.startswith(each)]
    return sentences[max(known, key=len)] if known else None
