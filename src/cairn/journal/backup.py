"""`cairn backup` and `cairn restore`: what goes into an archive, and when one may be trusted again.

The logs are read before the database, and the database in one piece while others write in it: so
its copy holds all that the checkpoints in the archive cover. The archive itself is in archive.py.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import connection

from cairn.journal.archive import PRIVATE, InTheWayError, Manifest, Packer, written
from cairn.journal.checks import (
    CONTINUES,
    FILES,
    Invariant,
    answers,
    database_answers,
    programmes,
)
from cairn.journal.heads import entries
from cairn.journal.journal import Journal
from cairn.journal.keys import keys_folder
from cairn.journal.log import Log
from cairn.journal.models import Head
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import Note
from cairn.merkle.proof import frontier_of
from cairn.merkle.tile import WIDTH, MalformedTileError, hashes_in, tiles_of
from cairn.values import CairnError

DATABASE = "cairn.sqlite3"
COMPUTED = ("imports", "pasts", "traces")
"""Folders that come back by themselves; and sheets on their way in, which are kept for a day at most."""

AGAIN = 20
"""How often a log is read anew when the signer moves it on meanwhile."""


class OtherDatabaseError(CairnError):
    """A database that has better tools for this than Cairn could bring."""


class UnsoundError(CairnError):
    """What a backup holds is not sound. Nothing was restored."""


def back_up(out: Path, *, keys: bool, now: datetime) -> tuple[Path, Manifest]:
    """Write this installation into one file, while facts are recorded. Where, and what it holds.

    In a folder the file is named by the time. Private keys and the installation's secret go along
    only if `keys`. Raises InTheWayError, OtherDatabaseError, UnsoundError.
    """
    folder = Path(settings.CAIRN_DIR)
    if connection.vendor != "sqlite":
        raise OtherDatabaseError(
            "This installation's database is a PostgreSQL, which is backed up by its own tools: "
            f"copy {folder / 'log'} first, then run pg_dump or pg_basebackup. "
            "docs/how-to/backup.md says how."
        )
    out = out.absolute()
    if out.is_dir():
        out /= f"cairn-{now:%Y-%m-%dT%H%M%SZ}.tar"
    if not out.parent.is_dir():
        raise InTheWayError(f"There is no folder {out.parent} to write a backup in.")
    with written(out) as file:
        packer = Packer(file, now)
        for log in sorted((folder / "log").glob("*/")):
            _put_log(packer, Log(log.name))
        positions = _put_database(packer, beside=out)
        for path in _rest(folder):
            _put_if_there(packer, str(path.relative_to(folder)), path)
        for path in _private(folder) if keys else ():
            name = path.name if path.parent == folder else f"keys/{path.name}"
            _put_if_there(packer, name, path)
        return out, packer.seal(positions)


def prove(journal: Journal, manifest: Manifest, *, invariants: Sequence[Invariant]) -> None:
    """Hold what was restored against its checkpoints and every invariant. Raises UnsoundError.

    That a later checkpoint was published is no flaw of a backup: Cairn says so at its start, and
    the programme takes no facts until an operator has looked. Nor is a file that was shredded
    while the backup was made; what is in the archive was held against its hash already.
    """
    for programme, position in manifest.positions.items():
        wrong = _unsound(programme, position)
        if wrong:
            raise UnsoundError(f"{wrong} Nothing was restored.")
    for programme in programmes():
        for answer in chain(database_answers(), answers(journal, programme, invariants=invariants)):
            if answer.wrong and answer.holds not in {CONTINUES, FILES}:
                raise UnsoundError(
                    f"In ‘{programme}’ it does not hold that {answer.holds}: {answer.wrong[0]}. "
                    "Nothing was restored."
                )
    connection.close()  # which folds SQLite's write-ahead log into its file


def _unsound(programme: str, position: int) -> str:
    """Hash every entry anew: what the head or the tiles say of them is not taken on trust."""
    log, head, tree = Log(programme), Head.objects.get(programme=programme), Frontier()
    if head.position != position:
        return f"There should be {position} facts of ‘{programme}’, and {head.position} are there."
    checkpoint = log.checkpoint()
    if checkpoint:
        if head.position < checkpoint.size:
            return f"‘{programme}’ has a checkpoint over more facts than it holds."
        tree = tree.with_leaves(_leaves(programme, until=checkpoint.size))
        tiles = frontier_of(checkpoint.size, hashes_in(log.read, size=checkpoint.size))
        if not tree.root == tiles.root == checkpoint.root:
            return f"The checkpoint of ‘{programme}’ is not over the facts that are here."
    if tree.with_leaves(_leaves(programme, after=tree.size)) != head.tree:
        return f"The tree of ‘{programme}’ is not that of its facts."
    return ""


def _leaves(programme: str, *, after: int = 0, until: int | None = None) -> Iterator[bytes]:
    found = entries(programme, after=after, until=until)
    return (leaf_hash(bytes(entry.body)) for entry in found)


# Logs


def _put_log(packer: Packer, log: Log) -> None:
    """A log as of its newest checkpoint, whatever the signer does meanwhile."""
    for _each in range(AGAIN):
        small = {path.name: path.read_bytes() for path in _beside_tiles(log)}
        tiles = list(tiles_of(_size(small.get("checkpoint"))))
        try:
            small |= {tile.path: log.read(tile) for tile in tiles if tile.width < WIDTH}
        except (FileNotFoundError, MalformedTileError):
            continue  # a partial tile gave way to a wider one between two looks at it
        for name, content in small.items():
            packer.put(f"log/{log.programme}/{name}", content)
        for tile in tiles:
            if tile.width == WIDTH:
                packer.put_file(f"log/{log.programme}/{tile.path}", log.folder / tile.path)
        return
    raise UnsoundError(f"The log of ‘{log.programme}’ lacks tiles that its checkpoint covers.")


def _beside_tiles(log: Log) -> Iterator[Path]:
    """Checkpoint, key and whatever else, but what is just being written."""
    for path in sorted(log.folder.iterdir()):
        if path.is_file() and not path.name.startswith(".") and path.name != "lock":
            yield path


def _size(note: bytes | None) -> int:
    return Checkpoint.parse(Note.parse(note).text).size if note else 0


# The database and other files


def _put_database(packer: Packer, *, beside: Path) -> dict[str, int]:
    copy = beside.with_name(f".{beside.name}.{os.getpid()}.sqlite3")
    try:
        with (
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            copy.chmod(0o600)
            source.backup(target)  # in one step: a snapshot, and in WAL mode nobody waits for it
            if (said := target.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                raise UnsoundError(f"The database is damaged, and was not backed up: {said}")
            positions = dict(target.execute("SELECT programme, position FROM journal_head"))
        packer.put_file(DATABASE, copy)
    finally:
        copy.unlink(missing_ok=True)
    return positions


def _rest(folder: Path) -> Iterator[Path]:
    """What is neither database nor log nor private, nor computed: named by what it is not."""
    for top in sorted(folder.iterdir()):
        if top.name.startswith((".", DATABASE)) or top.name in {"log", *PRIVATE, *COMPUTED}:
            continue
        yield from (path for path in sorted([top, *top.rglob("*")]) if path.is_file())


def _private(folder: Path) -> Iterator[Path]:
    yield folder / "secret"
    if keys_folder().is_dir():
        for path in sorted(keys_folder().iterdir()):
            if path.is_file() and not path.name.endswith("~lock"):
                yield path


def _put_if_there(packer: Packer, name: str, path: Path) -> None:
    try:
        packer.put_file(name, path)
    except FileNotFoundError:
        return  # erased since the folder was listed
