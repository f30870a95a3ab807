"""A folder of C2SP tlog-tiles with a checkpoint: the log's own, or a copy that was published."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cairn.merkle.frontier import Frontier
from cairn.merkle.note import Note
from cairn.merkle.proof import frontier_of
from cairn.merkle.tile import ENTRIES, WIDTH, MalformedTileError, Tile, entries_of, hashes_in


@dataclass(frozen=True)
class TileFolder:
    """Reads what is there, and trusts none of it."""

    path: Path

    def note(self) -> Note | None:
        """Its checkpoint as it was written, no signature checked. Raises MalformedError."""
        try:
            return Note.parse((self.path / "checkpoint").read_bytes())
        except FileNotFoundError:
            return None

    def read(self, tile: Tile) -> bytes:
        """A tile's bytes: of that width, or cut from a wider one that took its place.

        Raises MalformedTileError where there is none.
        """
        for _attempt in range(2):  # a signer may replace it by a wider one while we look
            for path in self._holding(tile):
                try:
                    return _cut(path.read_bytes(), tile)
                except FileNotFoundError:
                    continue
        raise MalformedTileError(f"{tile.path} is missing")

    def tree(self, size: int) -> Frontier:
        """The right edge of the tree of that size. Raises MalformedTileError."""
        return frontier_of(size, hashes_in(self.read, size=size))

    def bodies(self, size: int) -> Iterator[bytes]:
        """The first entries of its bundles, in order. Raises MalformedTileError."""
        for index in range(-(-size // WIDTH)):
            width = min(WIDTH, size - index * WIDTH)
            yield from entries_of(self.read(Tile(ENTRIES, index, width)), width)

    def _holding(self, tile: Tile) -> Iterator[Path]:
        yield self.path / tile.path
        whole = self.path / Tile(tile.level, tile.index).path
        partial = whole.with_name(f"{whole.name}.p")
        wider = sorted((int(each.name), each) for each in partial.glob("[0-9]*"))
        yield from (path for width, path in wider if width > tile.width)
        yield whole

    def drop_narrower(self, size: int, *, before: int) -> None:
        """Remove the partial tiles of an earlier size that wider ones have taken the place of."""
        level = 0
        while before >> 8 * level:
            index, width = divmod(before >> 8 * level, WIDTH)
            if width and size >> 8 * level != before >> 8 * level:
                for each in (level, ENTRIES) if level == 0 else (level,):
                    (self.path / Tile(each, index, width).path).unlink(missing_ok=True)
            level += 1


def _cut(content: bytes, tile: Tile) -> bytes:
    """The first hashes, or entries, of a tile that may be wider."""
    if tile.level != ENTRIES:
        return content[: 32 * tile.width]
    end = 0
    for _entry in range(tile.width):
        end += 2 + int.from_bytes(content[end : end + 2], "big")
    return content[:end]
