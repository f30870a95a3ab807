"""A programme's public log: its tiles and signed checkpoints, in a folder beside the database.

    log/PROGRAMME/tile/…          C2SP tlog-tiles, of every entry that a checkpoint covers
    log/PROGRAMME/checkpoint      the newest, signed
    log/PROGRAMME/verifier        the key that checks it, which anybody may have
    log/PROGRAMME/retired         keys that did so before, one a line
    log/PROGRAMME/published       folders where the log was published, one a line
    log/PROGRAMME/read-only       why the programme takes no facts, while it takes none

A checkpoint is signed from what the database has made durable, and only if it continues the one
before. Signing needs the key, which the process that serves pages cannot read; see keys.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from cairn.journal.durable import Write, locked, write_durably
from cairn.journal.heads import entries
from cairn.journal.models import Head
from cairn.journal.readonly import log_folder, make_read_only, why_read_only
from cairn.journal.spread import group_of
from cairn.journal.tile_folder import TileFolder
from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.frontier import Frontier, FrontierError
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import Note, Signer, Verifier
from cairn.merkle.proof import inclusion_proof
from cairn.merkle.tile import Edge, MalformedTileError, Tile, grow, hashes_in
from cairn.merkle.tlog_proof import TlogProof
from cairn.values import CairnError


class ContradictionError(CairnError):
    """The database does not continue what the log has published. Nothing was signed."""


class NoKeyError(CairnError):
    """A programme whose log has no key yet."""


class WrongKeyError(CairnError):
    """A key that is not the one which the log's verifier checks. Nothing was signed."""


@dataclass(frozen=True)
class Log:
    """One programme's log on disk."""

    programme: str
    write: Write = write_durably

    @cached_property
    def folder(self) -> Path:
        """Where it is kept."""
        return log_folder(self.programme)

    @property
    def tiles(self) -> TileFolder:
        """Its tiles, bundles and checkpoint."""
        return TileFolder(self.folder)

    # Keys

    @property
    def verifier(self) -> Verifier:
        """The key that checks its checkpoints. Raises NoKeyError."""
        found = self._lines("verifier")
        if not found:
            raise NoKeyError(
                f"The log of ‘{self.programme}’ has no key; run `cairn keys make {self.programme} "
                "--origin …`."
            )
        return Verifier.parse(found[0])

    @property
    def has_key(self) -> bool:
        """Whether anything is ever signed here."""
        return bool(self._lines("verifier"))

    @property
    def verifiers(self) -> list[Verifier]:
        """Every key that checks what it ever signed, the present one first. Raises NoKeyError."""
        return [self.verifier, *map(Verifier.parse, self._lines("retired"))]

    def adopt(self, verifier: Verifier) -> None:
        """Check its checkpoints with this key from now on; the one before is known as retired."""
        before = self._lines("verifier")
        if before and before[0] != str(verifier):
            retired = dict.fromkeys([*before, *self._lines("retired")])
            self.write(self.folder / "retired", "".join(f"{key}\n" for key in retired).encode())
        self.write(self.folder / "verifier", f"{verifier}\n".encode())

    def _lines(self, name: str) -> list[str]:
        try:
            return (self.folder / name).read_text().splitlines()
        except FileNotFoundError:
            return []

    # Checkpoints, and what the database must answer to

    def note(self) -> Note | None:
        """The newest signed checkpoint as it was written, with every signature on it."""
        return self.tiles.note()

    def checkpoint(self) -> Checkpoint | None:
        """The newest checkpoint, its signature checked. Raises SignatureError, MalformedError."""
        note = self.note()
        return open_checkpoint(note, [self.verifier]) if note else None

    def read(self, tile: Tile) -> bytes:
        """A tile's bytes: of that width, or cut from a wider one that took its place."""
        return self.tiles.read(tile)

    def was_published_in(self, folder: Path) -> None:
        """Remember where the log is published: at each start its checkpoint there counts too."""
        known = self._lines("published")
        if str(folder.absolute()) not in known:
            lines = [*known, str(folder.absolute())]
            self.write(self.folder / "published", "".join(f"{line}\n" for line in lines).encode())

    def copies(self, *more: Path | None) -> list[TileFolder]:
        """Folders where the log was published and is still found."""
        folders = dict.fromkeys([*map(Path, self._lines("published")), *filter(None, more)])
        return [TileFolder(folder) for folder in folders if _is_there(folder / "checkpoint")]

    def hold(self, head: Head, *, against: Sequence[Path] = ()) -> Checkpoint | None:
        """Hold the database's tree against the newest checkpoint. Raises ContradictionError.

        All that it covers must be there, and hash to what was signed; likewise what was published,
        there or in the folders `against`, which may have outlived this one. Only entries after
        the checkpoint are read.
        """
        try:
            # Under a retired key as well: between two reads of ours the key may have changed.
            note = self.note()
            own = open_checkpoint(note, self.verifiers) if note else None
            if own:
                self._hold(head, own, self.tiles)
            for copy in self.copies(*against):
                self._hold_copy(head, own, copy)
        except ContradictionError:
            raise
        except (CairnError, OSError) as error:
            raise ContradictionError(f"what the log published cannot be read: {error}.") from error
        return own

    def _hold_copy(self, head: Head, own: Checkpoint | None, copy: TileFolder) -> None:
        keys = self.verifiers
        try:
            note = copy.note()
            published = open_checkpoint(note, keys) if note else None
        except (CairnError, OSError):
            return  # what nobody can read, or this log never signed, proves nothing
        if published is None or published == own:
            return
        if own is None or published.size > own.size:
            try:
                self._hold(head, published, copy)
            except MalformedTileError as error:
                known = own.size if own else 0
                raise ContradictionError(
                    f"the checkpoint in {copy.path} is over {published.size} facts, and the log "
                    f"here knows of {known}."
                ) from error
        elif self.tiles.tree(published.size).root != published.root:
            raise ContradictionError(
                f"the checkpoint in {copy.path} is over other facts than the log's first "
                f"{published.size}."
            )

    def _hold(self, head: Head, checkpoint: Checkpoint, tiles: TileFolder) -> None:
        # A page may show this sentence: it names no folder of the installation's own.
        where = "the checkpoint" if tiles == self.tiles else f"the checkpoint in {tiles.path}"
        if head.position < checkpoint.size:  # unless it was signed after the head was read
            head = head_of(self.programme)
        if head.position < checkpoint.size:
            raise ContradictionError(
                f"the database holds {head.position} facts, and {where} is over {checkpoint.size}: "
                f"{checkpoint.size - head.position} are missing."
            )
        tree = tiles.tree(checkpoint.size)
        later = _bodies(self.programme, after=checkpoint.size, until=head.position)
        if tree.root != checkpoint.root:
            raise ContradictionError(f"the tiles beside {where} do not hash to it.")
        if tree.with_leaves(map(leaf_hash, later)) != head.tree:
            raise ContradictionError(
                f"the database's facts up to {checkpoint.size} are not those that {where} was "
                "signed over."
            )

    def hold_or_stop(self, *, against: Sequence[Path] = ()) -> Checkpoint | None:
        """Hold the database to it, or make the programme read-only. Raises ContradictionError.

        Raises it too while the programme is read-only for an earlier reason.
        """
        reason = why_read_only(self.programme)
        if reason:
            raise ContradictionError(reason)
        try:
            return self.hold(head_of(self.programme), against=against)
        except ContradictionError as error:
            make_read_only(self.programme, str(error))
            raise

    # Signing

    def sign(
        self,
        signer: Signer,
        *,
        also: Sequence[Signer] = (),
        publish: Path | None = None,
        against: Sequence[Path] = (),
    ) -> Checkpoint:
        """Write the tiles of what is durable and sign a checkpoint over it.

        `also` sign beside the log's key: the next one, while keys rotate. `publish` is where the
        log is published, and is held against at each start to come. Where there is nothing new to
        sign, nothing is written. Raises ContradictionError, and makes the programme
        read-only, where the database does not continue the newest checkpoint, here or published.
        """
        with locked(self.folder / "lock"):
            if signer.verifier != self.verifier:
                raise WrongKeyError(
                    f"The key given, {signer.verifier}, is not the one of the log of "
                    f"‘{self.programme}’, {self.verifier}."
                )
            before = self.hold_or_stop(against=[*filter(None, [publish]), *against])
            head = head_of(self.programme)
            now = Checkpoint(signer.name, head.position, head.tree.root)
            if now != before:
                self._grow(before.size if before else 0, head.tree)
            self._sign(now, [signer, *also], self.note() if now == before else None)
            if before and now != before:
                self.tiles.drop_narrower(now.size, before=before.size)
            if publish:
                self.was_published_in(publish)
            return now

    def _sign(self, checkpoint: Checkpoint, signers: list[Signer], signed: Note | None) -> None:
        note = signed or Note(checkpoint.text, ())
        there = {(each.name, each.key_id) for each in note.signatures}
        more = [each for each in signers if (each.name, each.verifier.id) not in there]
        if more:
            whole = note.with_signatures(*(each.sign(note.text) for each in more))
            self.write(self.folder / "checkpoint", bytes(whole))

    def _grow(self, size: int, tree: Frontier) -> None:
        """Write the tiles from one size to the next. Raises ContradictionError, then read-only."""
        try:
            self._write_tiles(size, tree)
        except MalformedTileError as error:
            reason = f"the log's tiles are damaged: {error}."
            make_read_only(self.programme, reason)
            raise ContradictionError(reason) from error

    def _write_tiles(self, size: int, tree: Frontier) -> None:
        bodies = _bodies(self.programme, after=size, until=tree.size)
        for tile, content in grow(bodies, size=size, read=self.read):
            self.write(self.folder / tile.path, content)
        if Edge.of(tree.size, self.read).root != tree.root:
            raise MalformedTileError("the tiles written do not hash to the journal's tree")

    # Receipts

    def receipt(self, position: int) -> TlogProof | None:
        """The proof that an entry is in the log, or None until a checkpoint covers it."""
        note = self.note()
        checkpoint = open_checkpoint(note, [self.verifier]) if note else None
        if note is None or checkpoint is None or not 1 <= position <= checkpoint.size:
            return None
        hash_at = hashes_in(self.read, size=checkpoint.size)
        path = inclusion_proof(index=position - 1, size=checkpoint.size, hash_at=hash_at)
        return TlogProof(position - 1, path, note)


def logs(group: str | None = None) -> Iterator[Log]:
    """The log of every programme that has one, or of those of a group."""
    for folder in sorted((Path(settings.CAIRN_DIR) / "log").glob("*/")):
        if group in (None, group_of(folder.name)) and any(
            (folder / name).exists() for name in ("verifier", "checkpoint", "read-only")
        ):
            yield Log(folder.name)


def hold_all(group: str | None = None) -> Iterator[tuple[str, str]]:
    """Hold every programme to its log, or those of a group: those that take no facts from now on, and why.

    Raises ContradictionError where that cannot be written down: better not to start at all.
    """
    for log in logs(group):
        try:
            log.hold_or_stop()
        except ContradictionError as error:
            yield log.programme, str(error)
        except OSError as error:
            raise ContradictionError(
                f"The database and the log of ‘{log.programme}’ disagree, and {log.folder} cannot "
                f"be written to say so: {error}."
            ) from error


def head_of(programme: str) -> Head:
    """A programme's head with its tree whole; of position 0 where the database knows none.

    Raises ContradictionError.
    """
    head = Head.objects.filter(programme=programme).first() or Head(programme=programme)
    try:
        _tree = head.tree
    except FrontierError as error:
        raise ContradictionError(f"the head of the journal is damaged: {error}.") from error
    return head


def _is_there(path: Path) -> bool:
    """A folder that is not reached, or is not for this user, is passed over."""
    try:
        return path.exists()
    except OSError:
        return False


def _bodies(programme: str, *, after: int, until: int | None = None) -> Iterator[bytes]:
    return (bytes(entry.body) for entry in entries(programme, after=after, until=until))
