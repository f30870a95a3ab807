"""The right edge of a tree: all it takes to add leaves and to know the root."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from cairn.merkle.hashing import EMPTY_ROOT, node_hash
from cairn.values import CairnError


class FrontierError(CairnError):
    """Hashes that are no frontier of a tree of the size they are said to be of."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the perfect trees that a tree falls into, the largest first.

    A tree of 11 leaves is one of 8, one of 2 and one of 1, so three hashes are kept for it, and
    never more than 63 for any. They can be stored as they are, 32 bytes each, beside the size.
    A frontier proves nothing by itself: whoever loads one holds its root against a checkpoint.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Raises FrontierError."""
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise FrontierError(
                f"a tree of {self.size} leaves has no frontier of {len(self.hashes)} hashes"
            )
        if any(len(each) != 32 for each in self.hashes):
            raise FrontierError("a hash of a frontier is not 32 bytes long")

    def with_leaves(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """The frontier after more leaves. It takes one hash a leaf on average, and reads nothing."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaf_hashes:
            grown, left = leaf, size
            while left & 1:
                grown = node_hash(hashes.pop(), grown)
                left >>= 1
            hashes.append(grown)
            size += 1
        return Frontier(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 6962 §2.1): the smallest trees are joined first."""
        if not self.hashes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.hashes))
