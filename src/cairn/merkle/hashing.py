"""RFC 6962 §2.1 hashing."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of the tree that has no leaf."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry (RFC 6962 §2.1). The prefix keeps a leaf from ever passing as a node."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many entries, without a call of our own for each."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two roots into the one above them (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Hash leaf hashes, or the roots of equally large perfect trees, into their root.

    A level at a time, an odd one carried up as it is, which is the same tree as RFC 6962 §2.1
    defines from the top. 255 hashes for a full tile.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        pairs = iter(row)
        row = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(pairs, pairs, strict=False)
        ]
        row += odd
    return row[0]
