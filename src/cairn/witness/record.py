"""What a witness has cosigned: for each log its newest checkpoint, in one SQLite file.

A witness that forgets can be made to sign a second history, so what is here is on the disk before
anybody hears of it, and a size only ever grows.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.hashing import EMPTY_ROOT
from cairn.merkle.note import Note, Verifier
from cairn.values import CairnError

WAIT_SECONDS: Final = 10
"""How long a request waits for another's write."""

TABLES: Final = """
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS key (
    vkey TEXT PRIMARY KEY, origin TEXT NOT NULL REFERENCES log
) STRICT;
CREATE TABLE IF NOT EXISTS contradiction (
    origin TEXT NOT NULL REFERENCES log, size INTEGER NOT NULL, root BLOB NOT NULL,
    note BLOB NOT NULL, PRIMARY KEY (origin, size, root)
) STRICT;
"""


class NotTrustedError(CairnError):
    """A key that the witness was never told to trust."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest checkpoint cosigned of a log; of size 0 and without a note, if none ever was."""

    origin: str
    size: int
    root: bytes
    note: bytes | None


@dataclass(frozen=True, slots=True)
class Record:
    """One file, opened anew for each use: requests come in many threads, and processes."""

    path: Path

    def make(self) -> None:
        """Make the tables, if they are not there."""
        with self._open() as db:
            # Kept in the file. With synchronous=FULL each commit of a WAL is synced; a rollback
            # journal would come back if the power fails before its removal is on the disk.
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(TABLES)

    def trust(self, key: Verifier) -> None:
        """Take checkpoints of the log that the key is named after, signed by it."""
        with self._open() as db, db:
            db.execute(
                "INSERT INTO log VALUES (?, 0, ?, NULL) ON CONFLICT DO NOTHING",
                (key.name, EMPTY_ROOT),
            )
            db.execute("INSERT INTO key VALUES (?, ?) ON CONFLICT DO NOTHING", (str(key), key.name))

    def distrust(self, key: Verifier) -> None:
        """Take no more of this key; what was cosigned of its log stays. Raises NotTrustedError."""
        with self._open() as db, db:
            if not db.execute("DELETE FROM key WHERE vkey = ?", (str(key),)).rowcount:
                raise NotTrustedError(f"The key {key} is not one of those trusted.")

    def keys(self, origin: str) -> list[Verifier]:
        """The keys trusted for a log: two while it changes from one to the next."""
        with self._open() as db:
            found = db.execute("SELECT vkey FROM key WHERE origin = ?", (origin,)).fetchall()
        return [Verifier.parse(vkey) for (vkey,) in found]

    def latest(self, origin: str) -> Latest:
        """What was last cosigned of a log. Raises NotTrustedError."""
        with self._open() as db:
            asked = "SELECT origin, size, root, note FROM log WHERE origin = ?"
            found = db.execute(asked, (origin,)).fetchone()
        if found is None:
            raise NotTrustedError(f"No key of the log ‘{origin}’ was ever trusted.")
        return Latest(*found)

    def logs(self) -> list[Latest]:
        """Every log, by origin."""
        with self._open() as db:
            found = db.execute("SELECT origin, size, root, note FROM log ORDER BY origin")
            return [Latest(*row) for row in found]

    def advance(self, checkpoint: Checkpoint, note: Note, *, since: Latest) -> bool:
        """Put a checkpoint in the place of the one it was proved to continue, on the disk.

        False, and nothing written, where another request was faster.
        """
        with self._open() as db, db:
            # The size is compared by the statement that writes. Compared by a statement before it,
            # a smaller checkpoint could overtake a larger one and roll the log back; that one
            # transaction around both would prevent it, nobody who changes this would see.
            written = db.execute(
                "UPDATE log SET size = ?, root = ?, note = ?"
                " WHERE origin = ? AND size = ? AND root = ?",
                (
                    checkpoint.size,
                    checkpoint.root,
                    bytes(note),
                    checkpoint.origin,
                    since.size,
                    since.root,
                ),
            )
            return written.rowcount == 1

    def keep_contradiction(self, checkpoint: Checkpoint, note: Note) -> None:
        """Keep the proof that a log signed another tree of the size last cosigned, once a root."""
        with self._open() as db, db:
            db.execute(
                "INSERT INTO contradiction VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (checkpoint.origin, checkpoint.size, checkpoint.root, bytes(note)),
            )

    def contradictions(self) -> list[Note]:
        """Checkpoints that logs signed against one cosigned before."""
        with self._open() as db:
            found = db.execute("SELECT note FROM contradiction ORDER BY origin, size, root")
            return [Note.parse(note) for (note,) in found]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS)) as db:
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA foreign_keys=ON")
            yield db
