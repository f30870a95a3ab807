"""C2SP tlog-tiles v0.1.0: a log as files that never change, of 256 hashes or entries each.

    checkpoint
    tile/0/000                    256 leaf hashes, 8,192 bytes
    tile/0/x001/234               leaf hashes of entries [1234 · 256, 1235 · 256)
    tile/0/x001/235.p/112         the last 112 so far: a partial tile
    tile/1/004.p/211              roots of the full tiles below, each over 256 entries
    tile/entries/000              256 entries, each after its length in two bytes
    tile/entries/x001/235.p/112

A partial tile is replaced by a wider one beside it, never changed. Nothing here reads or writes a
file: callers say how a tile is read, and do with the new ones as they see fit.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from cairn.merkle.hashing import leaf_hashes, root_of
from cairn.merkle.proof import HashAt, ProofRangeError
from cairn.values import CairnError

WIDTH: Final = 256
ENTRIES: Final = -1
"""The level of an entry bundle: below the leaf hashes."""
MAX_ENTRY_BYTES: Final = 2**16 - 1


class MalformedTileError(CairnError):
    """Bytes that are no tile or bundle of that width, or a path that names none."""


class EntryTooLongError(CairnError):
    """An entry that is longer than its length in a bundle can say."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Which tile: level, index in the level, and how many hashes (or, in a bundle, entries)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where the log serves it, and the name of its file."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.index)
        padded = digits.zfill(-(-len(digits) // 3) * 3)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/" + re.sub(r"([0-9]{3})(?=[0-9])", r"x\1/", padded) + partial

    @classmethod
    def at(cls, path: str) -> "Tile":
        """Read what `path` writes, and nothing else. Raises MalformedTileError."""
        found = re.fullmatch(
            r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", path
        )
        if found:
            level, index, width = found.groups()
            tile = cls(
                ENTRIES if level == "entries" else int(level),
                int(re.sub("[x/]", "", index)),
                int(width or WIDTH),
            )
            if tile.path == path and tile.level < 64 and 0 < tile.width <= WIDTH:
                return tile
        raise MalformedTileError(f"‘{path:.120}’ is no path of a tile")


ReadTile = Callable[[Tile], bytes]
"""How a caller gets at a tile's bytes: of exactly that width, be it cut from a wider one."""


def _nothing(tile: Tile) -> bytes:
    raise ValueError(f"nobody said how to read {tile.path} of the log so far")


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Name the tiles and bundles of a tree, or those that it has and the tree of `since` lacked.

    Of 70,000 entries: 274 bundles, 274 tiles of level 0 (the last 112 wide), two of level 1 (the
    last 17 wide), and one of level 2 (1 wide).
    """
    level, before, after = 0, since, size
    while after > before:
        for index in range(before // WIDTH, -(-after // WIDTH)):
            width = min(WIDTH, after - index * WIDTH)
            if level == 0:
                yield Tile(ENTRIES, index, width)
            yield Tile(level, index, width)
        level, before, after = level + 1, before // WIDTH, after // WIDTH


def grow(
    entries: Iterable[bytes], *, size: int = 0, read: ReadTile = _nothing
) -> Iterator[tuple[Tile, bytes]]:
    """Write the tiles and bundles that entries add to a log of `size`, each once.

    Of the log so far only its partial tiles are read, one a level; that their root is the log's is
    for the caller to see, with Edge. Memory is the same however many entries come. From nothing,
    it is what a verifier compares a whole log with. Raises EntryTooLongError, MalformedTileError.
    """
    edge = Edge.of(size, read)
    index, width = divmod(size, WIDTH)
    bundle = read(Tile(ENTRIES, index, width)) if width else b""
    if leaf_hashes(entries_of(bundle, width)) != edge.leaves:
        path = Tile(0, index, width).path
        raise MalformedTileError(f"{path} does not hold the hashes of the entries in its bundle")
    entries = iter(entries)
    while chunk := list(islice(entries, WIDTH - edge.size % WIDTH)):
        bundle += encode_entries(chunk)
        full = list(edge.add(leaf_hashes(chunk)))
        index, width = divmod(edge.size, WIDTH)
        yield Tile(ENTRIES, index, width) if width else Tile(ENTRIES, index - 1), bundle
        yield from full
        bundle = bundle if width else b""
    for tile, hashes in edge.partial_tiles():
        if edge.size >> 8 * tile.level != size >> 8 * tile.level:
            yield tile, hashes


class Edge:
    """The right edge of a tree in tiles: the hashes of the partial tile of each level."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[list[bytes]] = [[]]

    @classmethod
    def of(cls, size: int, read: ReadTile) -> "Edge":
        """Read the edge of a tree that is already stored. Raises MalformedTileError."""
        edge = cls()
        edge.size = size
        edge._rows = [
            hashes_of(read(Tile(level, *divmod(count, WIDTH))), count % WIDTH)
            if count % WIDTH
            else []
            for level, count in enumerate(_counts(size))
        ]
        return edge

    def add(self, hashes: Iterable[bytes], level: int = 0) -> Iterator[tuple[Tile, bytes]]:
        """Add leaf hashes, or at a higher level roots of full tiles, and give what tiles they fill.

        It adds as it is iterated over. A higher level only while the lower ones are full, as when
        many processes have hashed the full tiles of a log and one joins what they found.
        """
        if self.size % WIDTH**level:
            raise ValueError(f"a tree of {self.size} leaves has partial tiles below level {level}")
        self._reach(level)
        row = self._rows[level]
        for each in hashes:
            row.append(each)
            self.size += WIDTH**level
            if len(row) == WIDTH:
                yield from self._filled(level)

    def partial_tiles(self) -> Iterator[tuple[Tile, bytes]]:
        """The partial tiles of the tree as it is now."""
        for level, row in enumerate(self._rows):
            if row:
                yield Tile(level, self.size >> 8 * (level + 1), len(row)), b"".join(row)

    @property
    def leaves(self) -> list[bytes]:
        """The leaf hashes of the partial tile of level 0."""
        return self._rows[0]

    @property
    def root(self) -> bytes:
        """The root of the tree: of each level's hashes, with the rest of the one below as the last."""
        rest: list[bytes] = []
        for row in self._rows:
            rest = [root_of(row + rest)] if row or rest else []
        return root_of(rest)

    def _filled(self, level: int) -> Iterator[tuple[Tile, bytes]]:
        row = self._rows[level]
        yield Tile(level, (self.size >> 8 * (level + 1)) - 1), b"".join(row)
        self._reach(level + 1)
        above = self._rows[level + 1]
        above.append(root_of(row))
        row.clear()
        if len(above) == WIDTH:
            yield from self._filled(level + 1)

    def _reach(self, level: int) -> None:
        while len(self._rows) <= level:
            self._rows.append([])


def hashes_in(read: ReadTile, *, size: int) -> HashAt:
    """Read the perfect trees of a log of `size` out of its tiles, for proofs about it.

    The last 64 tiles are kept. Raises MalformedTileError, and ProofRangeError past the end.
    """

    @lru_cache(64)
    def row(level: int, index: int) -> list[bytes]:
        width = min(WIDTH, (size >> 8 * level) - index * WIDTH)
        return hashes_of(read(Tile(level, index, width)), width)

    def hash_at(height: int, index: int) -> bytes:
        if (index + 1) << height > size:
            raise ProofRangeError(f"a tree of {size} leaves has no tree {index} of height {height}")
        level, above = divmod(height, 8)
        first = index << above
        offset = first % WIDTH
        return root_of(row(level, first // WIDTH)[offset : offset + (1 << above)])

    return hash_at


def hashes_of(tile: bytes, width: int = WIDTH) -> list[bytes]:
    """Cut a hash tile into its hashes. Raises MalformedTileError unless there are `width`."""
    if len(tile) != 32 * width:
        raise MalformedTileError(
            f"a tile of {width} hashes is {32 * width} bytes long, not {len(tile)}"
        )
    return [tile[start : start + 32] for start in range(0, len(tile), 32)]


def entries_of(bundle: bytes, width: int = WIDTH) -> list[bytes]:
    """Cut a bundle into its entries. Raises MalformedTileError unless there are `width`, no more."""
    entries, at = [], 0
    while at + 2 <= len(bundle):
        end = at + 2 + (bundle[at] << 8 | bundle[at + 1])
        entries.append(bundle[at + 2 : end])
        at = end
    if at != len(bundle) or len(entries) != width:
        raise MalformedTileError(
            f"a bundle of {width} entries has {len(entries)}, which end {at - len(bundle):+} bytes off"
        )
    return entries


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """Write entries as a bundle. Raises EntryTooLongError."""
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise EntryTooLongError(
                f"an entry of a log is {MAX_ENTRY_BYTES} bytes long at most, and this is {len(entry)}"
            )
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def _counts(size: int) -> Iterator[int]:
    """How many hashes each level of tiles has; level 0 is there even if empty."""
    yield size
    while size := size >> 8:
        yield size
