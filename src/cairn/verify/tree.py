"""Every tile of a log, recomputed from its entries; the entries read on the way.

A check by proofs alone would let an altered hash pass that no proof of the day needs. Here each
bundle is hashed and held against its tile, and all that is above is hashed from what was found.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, ClassVar, Final, Protocol, TypeVar

from cairn.merkle.hashing import leaf_hashes, root_of
from cairn.merkle.tile import (
    ENTRIES,
    MAX_ENTRY_BYTES,
    WIDTH,
    Edge,
    MalformedTileError,
    Tile,
    entries_of,
    tiles_of,
)
from cairn.verify.entries import Entry, EntryReader, NotAnEntryError
from cairn.verify.files import Files
from cairn.verify.manifest import Listed
from cairn.verify.sealed import Committed
from cairn.verify.wrong import WrongError

AT_A_TIME: Final = 32
"""Bundles that one process is given at a time: 8,192 entries."""

Progress = Callable[[int, int], None]
"""Told how many entries of how many are checked."""

MOST_BYTES: Final = WIDTH * (2 + MAX_ENTRY_BYTES)


@dataclass(frozen=True, slots=True)
class Task:
    """Bundles of a log of `size` entries: those from `first` up to `last`, and what is listed."""

    first: int
    last: int
    size: int
    listed: Mapping[str, Listed]


@dataclass(slots=True)
class Hashed:
    """What the entries of some bundles hash to."""

    roots: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    """The leaf hashes of a bundle that is not full."""


@dataclass(slots=True)
class Read:
    """What the entries of some bundles say."""

    ids: list[bytes] = field(default_factory=list)
    kept: list[Entry] = field(default_factory=list)
    """The entries that a later check needs."""
    committed: list[Committed] = field(default_factory=list)
    """What those that seal something commit to."""


Result_co = TypeVar("Result_co", covariant=True)


class Check(Protocol[Result_co]):
    """Checks some bundles, in a process of its own perhaps. Raises WrongError."""

    worth: ClassVar[int]
    """From how many tasks on it is worth to start processes, which take a second."""

    def __call__(self, task: Task, /) -> Result_co:
        """What is found in the bundles of a task."""
        ...


@dataclass(frozen=True, slots=True)
class HashEntries:
    """Hash bundles, and hold their tiles of level 0 against them."""

    worth: ClassVar[int] = 100
    files: Files

    def __call__(self, task: Task) -> Hashed:
        """See Check."""
        found = Hashed()
        for index, entries in _bundles(self.files, task):
            hashes = leaf_hashes(entries)
            tile = Tile(0, index, len(entries)).path
            said = _read(self.files, tile, 32 * WIDTH, task.listed)
            if b"".join(hashes) != said:
                raise _differing(tile, index, hashes, said)
            if len(entries) == WIDTH:
                found.roots.append(root_of(hashes))
            else:
                found.rest = hashes
        return found


@dataclass(frozen=True, slots=True)
class ReadEntries:
    """Read the entries of bundles, each by its schema, and keep those that are wanted."""

    worth: ClassVar[int] = 6
    files: Files
    programme: str
    schemas: Mapping[str, bytes]
    keep: Callable[[Entry], bool]

    def __call__(self, task: Task) -> Read:
        """See Check."""
        reader, found = EntryReader(self.programme, self.schemas), Read()
        for index, entries in _bundles(self.files, task):
            for position, raw in enumerate(entries, index * WIDTH + 1):
                try:
                    entry = reader.read(raw, position)
                except NotAnEntryError as error:
                    path = Tile(ENTRIES, index, len(entries)).path
                    raise WrongError(path, str(error), position=position) from error
                found.ids.append(bytes.fromhex(entry["id"].replace("-", "")))
                if self.keep(entry):
                    found.kept.append(entry)
                if "sealed" in entry:
                    found.committed.append(
                        Committed(position, entry["id"], entry["kind"], entry["sealed"])
                    )
        return found


def checked(
    check: Check[Result_co],
    *,
    size: int,
    listed: Mapping[str, Listed],
    processes: int,
    progress: Progress,
) -> Iterator[Result_co]:
    """Check every bundle by as many processes; results in order. Raises WrongError."""
    with ExitStack() as stack:
        tasks = list(_tasks(size, listed))
        if processes > 1 and len(tasks) >= check.worth:
            pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (check,))
            stack.callback(pool.shutdown, wait=True, cancel_futures=True)
            results = pool.map(_go_on, tasks)
        else:
            results = map(check, tasks)
        for task, result in zip(tasks, results, strict=True):
            progress(min(task.last * WIDTH, size), size)
            yield result


def hold_tiles(files: Files, found: Iterable[Hashed], *, listed: Mapping[str, Listed]) -> Edge:
    """Hash what was found up to the root, and hold each tile above level 0 against it.

    Raises WrongError. Its root is then for the caller to hold against the checkpoint's.
    """
    edge, rest = Edge(), list[bytes]()
    for one in found:
        for tile, hashes in edge.add(one.roots, level=1):
            _hold(files, tile, hashes, listed)
        rest = one.rest
    list(edge.add(rest))
    for tile, hashes in edge.partial_tiles():
        if tile.level:  # that of level 0 was held against its bundle
            _hold(files, tile, hashes, listed)
    return edge


def paths_of(size: int) -> set[str]:
    """The tiles and bundles that a log of this size has."""
    return {tile.path for tile in tiles_of(size)}


_check: Check[Any] | None = None


def _begin(check: Check[Any]) -> None:
    global _check  # noqa: PLW0603 - how a process is told once what it is for
    _check = check


def _go_on(task: Task) -> Any:  # noqa: ANN401 - whatever the check gives
    if _check is None:
        raise AssertionError("a process was given work before it was told which")
    return _check(task)


def _tasks(size: int, listed: Mapping[str, Listed]) -> Iterator[Task]:
    bundles = -(-size // WIDTH)
    for first in range(0, bundles, AT_A_TIME):
        last = min(bundles, first + AT_A_TIME)
        mine = (
            Tile(level, index, min(WIDTH, size - index * WIDTH)).path
            for index in range(first, last)
            for level in (ENTRIES, 0)
        )
        yield Task(first, last, size, {path: listed[path] for path in mine if path in listed})


def _bundles(files: Files, task: Task) -> Iterator[tuple[int, list[bytes]]]:
    for index in range(task.first, task.last):
        width = min(WIDTH, task.size - index * WIDTH)
        path = Tile(ENTRIES, index, width).path
        try:
            yield index, entries_of(_read(files, path, MOST_BYTES, task.listed), width)
        except MalformedTileError as error:
            raise WrongError(path, str(error)) from error


def _read(files: Files, path: str, most: int, listed: Mapping[str, Listed]) -> bytes:
    content = files.read(path, most=most)
    if path in listed:
        listed[path].hold(path, content)
    return content


def _hold(files: Files, tile: Tile, hashes: bytes, listed: Mapping[str, Listed]) -> None:
    said = _read(files, tile.path, 32 * WIDTH, listed)
    if said != hashes:
        at = next((n for n in range(tile.width) if said[32 * n :][:32] != hashes[32 * n :][:32]), 0)
        raise WrongError(tile.path, f"hash {at} is not the root of the tile below it")


def _differing(tile: str, index: int, hashes: list[bytes], said: bytes) -> WrongError:
    if len(said) != 32 * len(hashes):
        return WrongError(tile, f"it is {len(said)} bytes long, not {32 * len(hashes)}")
    at = next(n for n, one in enumerate(hashes) if said[32 * n : 32 * n + 32] != one)
    bundle = Tile(ENTRIES, index, len(hashes)).path
    what = f"its bytes do not hash to what {tile} holds of it"
    return WrongError(bundle, what, position=index * WIDTH + at + 1)
