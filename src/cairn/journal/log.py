"""A programme's public log: its tiles and signed checkpoints, in a folder beside the database.

    log/PROGRAMME/tile/…          C2SP tlog-tiles, of every entry that a checkpoint covers
    log/PROGRAMME/checkpoint      the newest, signed
    log/PROGRAMME/verifier        the key that checks it, which anybody may have
    log/PROGRAMME/read-only       why the programme takes no facts, while it takes none

A checkpoint is signed from what the database has made durable, and only if it continues the one
before. Signing needs the key, which the process that serves pages cannot read; see keys.py.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cairn.journal.journal import entries
from cairn.journal.models import Head
from cairn.journal.readonly import log_folder, why_read_only
from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import Note, Signer, Verifier
from cairn.merkle.proof import frontier_of, inclusion_proof
from cairn.merkle.tile import Edge, Tile, grow, hashes_in
from cairn.merkle.tlog_proof import TlogProof
from cairn.values import CairnError


class ContradictionError(CairnError):
    """The database does not continue what the log has published. Nothing was signed."""


class NoKeyError(CairnError):
    """A programme whose log has no key yet."""


@dataclass(frozen=True)
class Log:
    """One programme's log on disk."""

    programme: str

    @cached_property
    def folder(self) -> Path:
        """Where it is kept."""
        return log_folder(self.programme)

    @property
    def verifier(self) -> Verifier:
        """The key that checks its checkpoints. Raises NoKeyError."""
        try:
            return Verifier.parse((self.folder / "verifier").read_text().strip())
        except FileNotFoundError as error:
            raise NoKeyError(
                f"The log of ‘{self.programme}’ has no key; run `cairn keys make {self.programme}`."
            ) from error

    def note(self) -> Note | None:
        """The newest signed checkpoint as it was written, with every signature on it."""
        try:
            return Note.parse((self.folder / "checkpoint").read_bytes())
        except FileNotFoundError:
            return None

    def checkpoint(self) -> Checkpoint | None:
        """The newest checkpoint, its signature checked. Raises SignatureError, MalformedError."""
        note = self.note()
        return open_checkpoint(note, [self.verifier]) if note else None

    def read(self, tile: Tile) -> bytes:
        """A tile's bytes: of that width, or cut from a wider one that took its place."""
        path = self.folder / tile.path
        if path.exists():
            return path.read_bytes()
        whole = self.folder / Tile(tile.level, tile.index).path
        wider = sorted(
            (int(each.name), each) for each in whole.with_name(f"{whole.name}.p").glob("[0-9]*")
        )
        found = next((each for width, each in wider if width >= tile.width), whole)
        return _cut(found.read_bytes(), tile)

    def hold(self, head: Head) -> Checkpoint | None:
        """Hold the database's tree against the newest checkpoint. Raises ContradictionError.

        All that the checkpoint covers must be there, and hash to what was signed.
        """
        checkpoint = self.checkpoint()
        if checkpoint is None:
            return None
        if head.position < checkpoint.size:
            raise ContradictionError(
                f"the database holds {head.position} facts, and a checkpoint over "
                f"{checkpoint.size} was published: {checkpoint.size - head.position} are missing."
            )
        tiles = frontier_of(checkpoint.size, hashes_in(self.read, size=checkpoint.size))
        later = (leaf_hash(body) for body in _bodies(self.programme, after=checkpoint.size))
        if tiles.root != checkpoint.root or tiles.with_leaves(later) != head.tree:
            raise ContradictionError(
                f"the database's facts up to {checkpoint.size} are not those that the checkpoint "
                "over them was signed for."
            )
        return checkpoint

    def sign(self, signer: Signer, *, publish: Path | None = None) -> Checkpoint:
        """Write the tiles of what is durable and sign a checkpoint over it.

        Raises ContradictionError and makes the programme read-only where the database does not
        continue the newest checkpoint, here or in the published folder.
        """
        head = Head.objects.get(programme=self.programme)
        if why_read_only(self.programme):
            raise ContradictionError(why_read_only(self.programme))
        try:
            before = self.hold(head)
            self._hold_published(publish, before)
        except ContradictionError as error:
            make_read_only(self.programme, str(error))
            raise
        size = before.size if before else 0
        if before is None or head.position > size:
            self._grow(size, head.tree)
            text = Checkpoint(signer.verifier.name, head.position, head.tree.root).text
            write_durably(self.folder / "checkpoint", bytes(Note(text, (signer.sign(text),))))
        return Checkpoint(signer.verifier.name, head.position, head.tree.root)

    def _hold_published(self, folder: Path | None, known: Checkpoint | None) -> None:
        """The published folder may have outlived this one, after a restore from a backup."""
        path = folder / "checkpoint" if folder else None
        if path is None or not path.exists():
            return
        published = open_checkpoint(Note.parse(path.read_bytes()), [self.verifier])
        if known is None or known.size < published.size:
            raise ContradictionError(
                f"a checkpoint over {published.size} facts was published in {folder}, "
                f"and this log knows of {known.size if known else 0}."
            )

    def _grow(self, size: int, tree: Frontier) -> None:
        bodies = _bodies(self.programme, after=size, until=tree.size)
        for tile, content in grow(bodies, size=size, read=self.read):
            write_durably(self.folder / tile.path, content)
        if Edge.of(tree.size, self.read).root != tree.root:
            raise ContradictionError("the tiles written do not hash to the tree of the journal.")
        for tile in _superseded(size, tree.size):
            (self.folder / tile.path).unlink(missing_ok=True)

    def receipt(self, position: int) -> TlogProof | None:
        """The proof that an entry is in the log, or None until a checkpoint covers it."""
        note, checkpoint = self.note(), self.checkpoint()
        if note is None or checkpoint is None or checkpoint.size < position:
            return None
        hash_at = hashes_in(self.read, size=checkpoint.size)
        path = inclusion_proof(index=position - 1, size=checkpoint.size, hash_at=hash_at)
        return TlogProof(position - 1, path, note)


def make_read_only(programme: str, reason: str) -> None:
    """Take no more facts until an operator has looked."""
    write_durably(log_folder(programme) / "read-only", f"{reason}\n".encode())


def write_durably(path: Path, content: bytes) -> None:
    """Write beside, sync and rename: whoever reads it sees the old file or the new, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _bodies(programme: str, *, after: int, until: int | None = None) -> Iterator[bytes]:
    return (bytes(entry.body) for entry in entries(programme, after=after, until=until))


def _cut(content: bytes, tile: Tile) -> bytes:
    """The first hashes, or entries, of a wider tile."""
    if tile.level >= 0:
        return content[: 32 * tile.width]
    end = 0
    for _entry in range(tile.width):
        end += 2 + int.from_bytes(content[end : end + 2], "big")
    return content[:end]


def _superseded(before: int, after: int) -> Iterator[Tile]:
    """The partial tiles that a wider one has taken the place of."""
    level = 0
    while before >> 8 * level:
        index, width = divmod(before >> 8 * level, 256)
        if width and (after >> 8 * level) != (before >> 8 * level):
            yield Tile(level, index, width)
            if level == 0:
                yield Tile(-1, index, width)
        level += 1
