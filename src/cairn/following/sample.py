"""A sample that anybody can draw again: positions ranked by the SHA-256 of "seed/position".

    printf %s 'dice 4 1 6/5000' | sha256sum

The entries with the lowest digests, read as numbers, are the sample. So it does not depend on how
many entries there are: a later draw with the same seed keeps whatever no new entry has overtaken.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from heapq import nsmallest

MOST = 500
"""Entries that one sample may have."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One entry of a sample: which draw it was, and the digest that ranked it."""

    draw: int
    position: int
    digest: str


def draw(seed: str, positions: Iterable[int], size: int) -> tuple[Drawn, ...]:
    """The `size` positions that rank first under a seed, in order of rank."""
    ranked = nsmallest(size, ((digest_of(seed, each), each) for each in positions))
    return tuple(
        Drawn(number, position, digest.hex())
        for number, (digest, position) in enumerate(ranked, start=1)
    )


def digest_of(seed: str, position: int) -> bytes:
    """What a position is ranked by."""
    return sha256(f"{seed}/{position}".encode()).digest()
