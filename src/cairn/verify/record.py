"""Verify a published record: every file, every tile, every signature, every entry, the money.

It loads no Django and asks no database. What is checked, in order, and first what is cheap:

1. each file that `manifest.json` lists is there, and no other;
2. the checkpoint is signed, witnessed as asked, and no older than the one that is known;
3. each file has the bytes that are listed;
4. each tile is what the entries hash to, and the root is the checkpoint's;
5. the older checkpoint's tree is the beginning of this one;
6. each entry is what its schema says, in its place, its id its own;
7. each sealed answer that is opened is what its entry commits to, and none is missing that no fact
   says was erased;
8. the totals on the pages are what the entries come to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cairn.journal import openings
from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.note import MAX_BYTES, Note, Verifier
from cairn.merkle.policy import Accepted, Policy
from cairn.merkle.proof import frontier_of
from cairn.merkle.tile import ENTRIES, WIDTH, Tile, hashes_in
from cairn.values import CairnError
from cairn.verify import manifest, tables
from cairn.verify.entries import Entry, EntryReader
from cairn.verify.files import Files
from cairn.verify.manifest import Listed, Manifest
from cairn.verify.money import Money, NotFollowedError, is_of_money, totals
from cairn.verify.sealed import SHREDDED, Committed, Shreds, hold_openings, is_named_rightly
from cairn.verify.tree import (
    Check,
    HashEntries,
    Progress,
    ReadEntries,
    Result_co,
    checked,
    hold_tiles,
    paths_of,
)
from cairn.verify.wrong import UnusableError, WrongError

CHECKPOINT: Final = "checkpoint"
VERIFIER: Final = "verifier"
SCHEMAS: Final = "schemas/"
TILES: Final = "tile/"
NEEDED: Final = (SCHEMAS, openings.FOLDER)
"""Where files are that are read again once all of them are held."""

HALF_WAY: Final = (
    "It is being published just now, or that was broken off: verify it again in a while. "
    "If it still says so then, its publisher must run `cairn publish` again."
)


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a person brings: the log's keys, a checkpoint seen before, the witnesses believed."""

    keys: tuple[Verifier, ...] = ()
    since: Note | None = None
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What holds. `own_key` where the only key was the one that came with the record."""

    checkpoint: Checkpoint
    programme: str
    own_key: bool
    cosigned: Mapping[str, int]
    since: int | None
    files: int


def verify(
    files: Files,
    trusted: Trusted,
    *,
    processes: int = 1,
    progress: Progress = lambda _done, _of: None,
) -> Verified:
    """Verify a record. Raises WrongError for the first thing wrong, UnusableError if it is none."""
    listed = None
    try:
        listed = manifest_of(files)
        return _verified(files, listed, trusted, processes, progress)
    except WrongError as error:
        if not _is_half_way(files, listed):
            raise
        raise WrongError(
            error.where, f"{error.what}. {HALF_WAY}", position=error.position
        ) from error


def _verified(
    files: Files, listed: Manifest, trusted: Trusted, processes: int, progress: Progress
) -> Verified:
    keys = trusted.keys or (trusted.policy.logs if trusted.policy else ())
    policy = replace(trusted.policy or Policy(), logs=keys or (_own_key(files),))
    accepted = _accepted(files, policy)
    checkpoint = accepted.checkpoint
    older = _older(trusted.since, policy.logs, checkpoint) if trusted.since else None
    if listed.position != checkpoint.size:
        what = f"it is of {listed.position} entries, and the checkpoint of {checkpoint.size}"
        raise WrongError(manifest.NAME, what)
    _tiles_are_those(listed, checkpoint.size)
    contents = _held(files, listed)
    log = _Log(files, listed, checkpoint, processes, progress)
    log.hold_tree(older)
    _hold_pages(log.read(contents), contents)
    cosigned, since = accepted.cosigned_at, older.size if older else None
    return Verified(checkpoint, listed.programme, not keys, cosigned, since, len(listed.files))


def manifest_of(files: Files) -> Manifest:
    """The manifest, with every file it lists there and no other, as far as that can be seen."""
    there = files.names()
    if there is not None and not there & {manifest.NAME, manifest.UNDER_WAY, CHECKPOINT}:
        raise UnusableError(f"there is no record here: no {manifest.NAME} and no {CHECKPOINT}")
    found = Manifest.parse(files.read(manifest.NAME, most=manifest.MOST))
    if there is not None:
        missing = sorted(found.files.keys() - there)
        if missing:
            raise WrongError(missing[0], f"there is no such file, and {manifest.NAME} lists it")
        kept = {manifest.NAME, manifest.UNDER_WAY} if _says_under_way(files) else {manifest.NAME}
        more = sorted(there - found.files.keys() - kept)
        if more:
            raise WrongError(more[0], f"{manifest.NAME} does not list it")
    for needed in (CHECKPOINT, VERIFIER):
        if needed not in found.files:
            raise WrongError(needed, f"{manifest.NAME} does not list it")
    return found


def _is_half_way(files: Files, listed: Manifest | None) -> bool:
    """Whether it says so, or was published anew since `listed` was read.

    It proves nothing, so what is wrong stays wrong: a forger may say so too.
    """
    if _says_under_way(files):
        return True
    if listed is None:
        return False
    try:
        raw = files.read(manifest.NAME, most=manifest.MOST)
        return Listed.of(raw) != listed.read and Manifest.parse(raw) != listed
    except CairnError:
        return False


def _says_under_way(files: Files) -> bool:
    try:
        return files.read(manifest.UNDER_WAY, most=0) == b""
    except CairnError:
        return False  # as it should be: there is no such file


def _own_key(files: Files) -> Verifier:
    """The key that came with the record: it shows a slip, and no forger."""
    try:
        text = files.read(VERIFIER, most=MAX_BYTES).decode()
        return Verifier.parse(text.removesuffix("\n"))
    except (CairnError, UnicodeDecodeError) as error:
        raise _at(VERIFIER, error) from error


def _accepted(files: Files, policy: Policy) -> Accepted:
    try:
        return policy.accept(Note.parse(files.read(CHECKPOINT, most=MAX_BYTES)))
    except CairnError as error:
        raise _at(CHECKPOINT, error) from error


def _at(where: str, error: Exception) -> WrongError:
    return error if isinstance(error, WrongError) else WrongError(where, str(error))


def _older(note: Note, keys: tuple[Verifier, ...], now: Checkpoint) -> Checkpoint:
    try:
        older = open_checkpoint(note, keys)
    except CairnError as error:
        raise UnusableError(f"the older checkpoint is not of this log: {error}") from error
    if older.size > now.size:
        what = f"it is over {now.size} entries, and the one you hold over {older.size}"
        raise WrongError(CHECKPOINT, what)
    return older


def _tiles_are_those(listed: Manifest, size: int) -> None:
    """A log of this size has these tiles; any other is of another."""
    wanted = paths_of(size)
    there = {path for path in listed.files if path.startswith(TILES)}
    if there != wanted:
        path = min(there ^ wanted)
        has = "needs it" if path in wanted else "has no such tile"
        raise WrongError(path, f"a log of {size} entries {has}")


def _held(files: Files, listed: Manifest) -> dict[str, bytes]:
    """Hold every file but the tiles against the manifest; what is needed again is kept."""
    kept = {}
    for path, one in sorted(listed.files.items()):
        if not path.startswith(TILES):
            content = files.read(path, most=one.size)
            one.hold(path, content)
            if path.startswith(openings.KEPT) and not is_named_rightly(path, content):
                raise WrongError(path, "it is not called after the SHA-256 of its bytes")
            if path.startswith(NEEDED) or tables.is_of_grants(path) or tables.is_of_stages(path):
                kept[path] = content
    return kept


@dataclass(frozen=True, slots=True)
class _Log:
    """The log in a record, held against its checkpoint, then read."""

    files: Files
    listed: Manifest
    checkpoint: Checkpoint
    processes: int
    progress: Progress

    def hold_tree(self, older: Checkpoint | None) -> None:
        size, root = self.checkpoint.size, self.checkpoint.root
        found = self._checked(HashEntries(self.files))
        if hold_tiles(self.files, found, listed=self.listed.files).root != root:
            raise WrongError(CHECKPOINT, "its root is not the one that the entries hash to")
        if older:
            hash_at = hashes_in(self._tile, size=size)
            if frontier_of(older.size, hash_at).root != older.root:
                what = f"the first {older.size} entries are not those of the older checkpoint"
                raise WrongError(CHECKPOINT, what)

    def read(self, contents: Mapping[str, bytes]) -> Money:
        """Read every entry, hold what is sealed in it, and take in what is said of money."""
        schemas = {
            path.removeprefix(SCHEMAS).removesuffix(".json"): raw
            for path, raw in contents.items()
            if path.startswith(SCHEMAS)
        }
        reading = ReadEntries(self.files, self.listed.programme, schemas, _is_needed)
        money, positions, at = Money(), dict[bytes, int](), 0
        committed, shreds = list[Committed](), Shreds()
        for found in self._checked(reading):
            for id_ in found.ids:
                at += 1
                if positions.setdefault(id_, at) != at:
                    raise self._twice(at, positions[id_])
            committed += found.committed
            for entry in found.kept:
                if entry["kind"] == SHREDDED:
                    shreds.add((entry["fact"]["entry"], entry["fact"]["field"]))
                else:
                    money.read(entry)
        reader = EntryReader(self.listed.programme, schemas)
        hold_openings(committed, shreds, reader, contents, self.listed.files)
        return money

    def _twice(self, position: int, first: int) -> WrongError:
        index = (position - 1) // WIDTH
        width = min(WIDTH, self.checkpoint.size - index * WIDTH)
        what = f"its id is that of entry {first}"
        return WrongError(Tile(ENTRIES, index, width).path, what, position=position)

    def _checked(self, check: Check[Result_co]) -> Iterator[Result_co]:
        return checked(
            check,
            size=self.checkpoint.size,
            listed=self.listed.files,
            processes=self.processes,
            progress=self.progress,
        )

    def _tile(self, tile: Tile) -> bytes:
        content = self.files.read(tile.path, most=32 * WIDTH)
        self.listed.files[tile.path].hold(tile.path, content)
        return content


def _is_needed(entry: Entry) -> bool:
    return is_of_money(entry) or entry["kind"] == SHREDDED


def _hold_pages(money: Money, contents: Mapping[str, bytes]) -> None:
    """The tables of grants and of stages, in every language; one of each, where there is money."""
    try:
        found = totals(money)
    except NotFollowedError as error:
        raise WrongError(f"{TILES}entries", str(error)) from error
    grants = any(any(sums.values()) for sums in found.grants.values())
    stages = any(found.stages.values())
    for is_of, hold, named, is_needed in (
        (tables.is_of_grants, tables.hold_grants, "grants/grants.csv", grants),
        (tables.is_of_stages, tables.hold_stages, "stages.csv", stages),
    ):
        paths = [path for path in contents if is_of(path)]
        for path in paths:
            hold(path, contents[path], found)
        if is_needed and not paths:
            raise WrongError(named, "no page has this table, with which the money is checked")
