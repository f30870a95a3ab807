"""What an operator does when the database and the published log disagree: `cairn log recover`.

Entries are never changed or deleted, so only two things can be put right: entries that the log
holds and the database lost are put back, and a log folder that was damaged is written anew from a
database that hashes to what was signed. A database that says something else than the log cannot be
made to continue it; then the operator is told what to do instead.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, zip_longest
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ValidationError

from cairn.journal import spread
from cairn.journal.columns import Columns
from cairn.journal.durable import locked, write_durably
from cairn.journal.heads import CHUNK, entries, lock
from cairn.journal.journal import Journal
from cairn.journal.keys import signed_folder
from cairn.journal.log import ContradictionError, Log, NoKeyError
from cairn.journal.models import Entry, Head
from cairn.journal.readonly import take_facts_again, why_read_only
from cairn.journal.recover_parts import Answer, put_back
from cairn.journal.tile_folder import TileFolder
from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import Note, Verifier
from cairn.merkle.tile import MalformedTileError, grow
from cairn.values import CairnError

SET_ASIDE = "set-aside.jsonl"
"""The file in the log's folder that lists the facts which contradict the log."""


class UnrecoverableError(CairnError):
    """Nothing here can make the database continue the log. The message says what is left to do."""


@dataclass(frozen=True)
class Found:
    """What the newest checkpoint covers, and how much of it the database holds."""

    checkpoint: Checkpoint
    note: Note
    source: TileFolder | None
    """Where every entry is that the checkpoint covers; None where no folder has them whole."""
    position: int
    """How many entries the database holds, and `same` of them are those of the log."""
    same: int

    @property
    def missing(self) -> int:
        """How many entries are to be put back."""
        return self.checkpoint.size - self.same

    @property
    def contradicted(self) -> bool:
        """Whether the database holds entries that are not those of the log."""
        return self.same < min(self.position, self.checkpoint.size)


@dataclass(frozen=True)
class _Copy:
    tiles: TileFolder
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Recovery:
    """One programme's recovery: `look`, show, and with the operator's word `mend`."""

    journal: Journal
    programme: str
    trusted: Sequence[Verifier] = ()
    """Keys that the operator vouches for, beside those that the log knows."""

    @property
    def log(self) -> Log:
        """The log that is recovered."""
        return Log(self.programme)

    def look(self, *, other: Path | None = None) -> Found:
        """Compare the database with the newest checkpoint known, entry by entry; change nothing.

        Raises UnrecoverableError, and NoKeyError where no key says what to trust.
        """
        copies = self._copies(other)
        newest = copies[0]
        own = self._compare_alone(copies)
        for copy in copies:
            if copy.checkpoint.size == newest.checkpoint.size and self._is_whole(copy, copies):
                return self._compare(copy)
        if own is None:
            raise UnrecoverableError(
                f"No folder holds every entry that the checkpoint over {newest.checkpoint.size} "
                "covers, and the database does not hash to it. Name a copy of the published log "
                "with --from: anybody's will do, for it must hash to what was signed."
            )
        return own

    def missing(self, found: Found) -> Iterator[Entry]:
        """The entries that will be put back. Raises UnrecoverableError if one cannot be read."""
        if found.source is not None:
            bodies = found.source.bodies(found.checkpoint.size)
            for body in islice(bodies, found.same, None):
                yield _entry(self.programme, body)

    def set_aside(self, found: Found) -> Path:
        """List the facts that contradict the log in a file, to be recorded anew elsewhere."""
        later = entries(self.programme, after=found.same)
        path = self.log.folder / SET_ASIDE
        write_durably(path, b"".join(bytes(entry.body) + b"\n" for entry in later))
        return path

    def mend(
        self,
        found: Found,
        *,
        other: Path | None = None,
        progress: Callable[[int], None] = lambda _n: None,
    ) -> list[Answer]:
        """Put back what is missing, bring the log's folder up to it, and take facts again.

        Sealed answers come from copies that were published, and from `other`; those that nothing
        opens any more are answered, as (position, field). Raises UnrecoverableError; then nothing was changed.
        """
        if found.contradicted:
            raise UnrecoverableError(
                f"The database's fact {found.same + 1} is not the one that was published. Entries "
                "are never changed, so this database cannot continue its log."
            )
        with locked(self.log.folder / "lock"):
            with spread.atomic(self.programme):
                head = lock(self.programme)
                if self._position() != found.position:
                    raise UnrecoverableError("The database changed meanwhile; look again.")
                lost = self._put_back(head, found, self._published(other), progress)
            self._write_log(found)
            self.log.hold(Head.objects.get(programme=self.programme))
            take_facts_again(self.programme)
        return lost

    def _published(self, other: Path | None) -> list[Path]:
        return [copy.path for copy in self.log.copies(other)]

    # Looking

    def _copies(self, other: Path | None) -> list[_Copy]:
        """Every copy of the log with a checkpoint of a key that is trusted, the newest first."""
        keys, found = self._keys(), []
        signed = signed_folder(self.programme)
        for tiles in [self.log.tiles, *self.log.copies(other, signed)]:
            try:
                note = tiles.note()
                if note is not None:
                    found.append(_Copy(tiles, note, open_checkpoint(note, keys)))
            except (CairnError, OSError):
                continue  # a copy that is damaged is no copy
        if not found:
            raise UnrecoverableError(
                f"There is no checkpoint of ‘{self.programme}’ that can be trusted, neither in "
                f"{self.log.folder} nor where it was published. Name a copy of the published log "
                "with --from."
            )
        return sorted(found, key=lambda copy: -copy.checkpoint.size)

    def _keys(self) -> list[Verifier]:
        try:
            return [*self.log.verifiers, *self.trusted]
        except NoKeyError:
            if not self.trusted:
                raise NoKeyError(
                    f"Nothing here says which key the log of ‘{self.programme}’ has. Name it with "
                    "--key: it stands on what was printed, and with every witness."
                ) from None
            return list(self.trusted)

    def _is_whole(self, copy: _Copy, copies: Sequence[_Copy]) -> bool:
        """Whether its bundles hash to every checkpoint there is: also to the older ones."""
        bodies = copy.tiles.bodies(copy.checkpoint.size)
        try:
            return self._hash_to(bodies, copies) == copy.checkpoint.size
        except (MalformedTileError, OSError):
            return False

    def _hash_to(self, bodies: Iterator[bytes], copies: Sequence[_Copy]) -> int:
        """How many entries there are. Raises MalformedTileError where they hash otherwise."""
        tree = Frontier()
        for checkpoint in sorted((each.checkpoint for each in copies), key=lambda each: each.size):
            more = map(leaf_hash, islice(bodies, checkpoint.size - tree.size))
            tree = tree.with_leaves(more)
            if tree.size == checkpoint.size and tree.root != checkpoint.root:
                raise MalformedTileError(f"the entries do not hash to the tree of {tree.size}")
        return tree.size

    def _compare_alone(self, copies: Sequence[_Copy]) -> Found | None:
        """The database by itself, if all that was signed is in it and hashes to it."""
        newest = copies[0]
        size = newest.checkpoint.size
        try:
            reached = self._hash_to(map(_body, entries(self.programme, until=size)), copies)
        except MalformedTileError:
            return None
        if reached < size:
            return None
        return Found(newest.checkpoint, newest.note, None, self._position(), size)

    def _compare(self, copy: _Copy) -> Found:
        size, same = copy.checkpoint.size, 0
        own = map(_body, entries(self.programme, until=size))
        for ours, logged in zip_longest(own, copy.tiles.bodies(size)):
            if ours != logged:
                break
            same += 1
        return Found(copy.checkpoint, copy.note, copy.tiles, self._position(), same)

    def _position(self) -> int:
        """How many entries there are: the head may be what is damaged."""
        last = Entry.objects.filter(programme=self.programme).order_by("-position").first()
        return last.position if last else 0

    # Mending

    def _put_back(
        self, head: Head, found: Found, copies: Sequence[Path], progress: Callable[[int], None]
    ) -> list[Answer]:
        """Insert the missing entries, set the head by what the entries hash to, fold all anew.

        All, because nobody knows what else became of a database that lost facts.
        """
        missing = self.missing(found)
        while chunk := list(islice(missing, CHUNK)):
            Columns.of(Entry).insert(
                self.programme,
                (
                    (self.programme, each.position, each.id, each.kind, each.happened_on, each.body)
                    for each in chunk
                ),
            )
        bodies, size = map(_body, entries(self.programme)), found.checkpoint.size
        tree = Frontier().with_leaves(map(leaf_hash, islice(bodies, size)))
        if (tree.size, tree.root) != (size, found.checkpoint.root):
            raise UnrecoverableError("What was put back does not hash to the checkpoint.")
        head.tree = tree.with_leaves(map(leaf_hash, bodies))
        head.save(update_fields=["position", "frontier"])
        lost = put_back(self.programme, after=found.same, copies=copies)
        self.journal.rebuild(self.programme, progress=progress)
        return lost

    def _write_log(self, found: Found) -> None:
        """Write the tiles anew unless the folder's own are the source, then the checkpoint.

        A key that the operator vouches for is the log's where none is known, or none of those has
        signed: the log was put back from before its key changed.
        """
        known = self.log.verifiers if self.log.has_key else []
        signed = [key for key, _signature in found.note.verify([*self.trusted, *known])]
        if not set(signed) & set(known):
            self.log.adopt(signed[0])
        if found.source != self.log.tiles:
            bodies = map(_body, entries(self.programme, until=found.checkpoint.size))
            for tile, content in grow(bodies):
                write_durably(self.log.folder / tile.path, content)
        if self.log.note() != found.note:
            write_durably(self.log.folder / "checkpoint", bytes(found.note))


def reason_to_recover(programme: str) -> str:
    """Why a programme is read-only, or would be made so; nothing where all is well."""
    try:
        Log(programme).hold_or_stop()
    except ContradictionError as error:
        return str(error)
    return why_read_only(programme)


def _body(entry: Entry) -> bytes:
    return bytes(entry.body)


class _Columns(BaseModel):
    """What the entry table repeats of an entry's bytes."""

    programme: str
    position: int
    id: UUID
    kind: str
    happened_on: date


def _entry(programme: str, body: bytes) -> Entry:
    try:
        said = _Columns.model_validate_json(body)
    except ValidationError as error:
        raise UnrecoverableError(f"An entry of the log is none of a journal: {error}.") from error
    if said.programme != programme:
        raise UnrecoverableError(
            f"This is the log of the programme ‘{said.programme}’, not of ‘{programme}’."
        )
    return Entry(body=body, **said.model_dump())
