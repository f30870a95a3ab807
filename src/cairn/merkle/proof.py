"""Inclusion and consistency proofs: made per RFC 6962 §2.1, verified per RFC 9162 §2.1.

A maker reads the tree through `hash_at(height, index)`, which gives the root of the perfect tree
over leaves [index · 2^height, (index + 1) · 2^height); height 0 is the leaf hashes. It is asked for
perfect trees only, about two times log₂ of the size. `tile.hashes_in` reads it out of tiles.
"""

from collections.abc import Callable, Iterator, Sequence

from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import EMPTY_ROOT, node_hash
from cairn.values import CairnError

HashAt = Callable[[int, int], bytes]


class ProofRangeError(CairnError):
    """A proof was asked for that no tree has."""


class InclusionError(CairnError):
    """A proof does not show that the leaf is in the tree."""


class ConsistencyError(CairnError):
    """A proof does not show that one tree continues the other."""


def inclusion_proof(*, index: int, size: int, hash_at: HashAt) -> list[bytes]:
    """Make the proof that leaf `index` is in the tree of `size` leaves: PATH, RFC 6962 §2.1.1.

    Raises ProofRangeError.
    """
    if not 0 <= index < size:
        raise ProofRangeError(f"a tree of {size} leaves has no leaf {index}")
    start, end, path = 0, size, []
    while end - start > 1:
        split = _split(start, end)
        if index < split:
            path.append(root_between(split, end, hash_at))
            end = split
        else:
            path.append(root_between(start, split, hash_at))
            start = split
    return path[::-1]


def consistency_proof(*, old: int, new: int, hash_at: HashAt) -> list[bytes]:
    """Make the proof that the tree of `new` leaves begins with that of `old`: RFC 6962 §2.1.2.

    It is empty if they are the same, and also from the empty tree, as tlog-witness wants it.
    Raises ProofRangeError.
    """
    if not 0 <= old <= new:
        raise ProofRangeError(f"a tree of {new} leaves does not continue one of {old}")
    if old == 0:
        return []
    start, end, path = 0, new, []
    while end != old:
        split = _split(start, end)
        if old <= split:
            path.append(root_between(split, end, hash_at))
            end = split
        else:
            path.append(root_between(start, split, hash_at))
            start = split
    if start > 0:  # else it would be the root of the old tree, which the verifier has
        path.append(root_between(start, end, hash_at))
    return path[::-1]


def verify_inclusion(
    *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Follow a proof from the leaf up to the root: RFC 9162 §2.1.3.2. Raises InclusionError."""
    where = f"the inclusion proof of entry {index} in the tree of {size}"
    if not 0 <= index < size:
        raise InclusionError(f"{where}: there is no such entry in it")
    if any(len(each) != 32 for each in (leaf_hash, root, *proof)):
        raise InclusionError(f"{where}: a hash is not 32 bytes long")
    fn, sn, r = index, size - 1, leaf_hash
    for p in proof:
        if sn == 0:
            raise InclusionError(f"{where} has hashes to spare: {len(proof)} are too many")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise InclusionError(f"{where} is cut short: {len(proof)} hashes are too few")
    if r != root:
        raise InclusionError(f"{where} leads to another root than the checkpoint's")


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Follow a proof from one tree to a later one: RFC 9162 §2.1.4.2. Raises ConsistencyError.

    The RFC leaves an old size of 0 undefined; tlog-witness allows it, with an empty proof, and the
    empty tree has one root only.
    """
    where = f"the consistency proof from {old} to {new}"
    if not 0 <= old <= new:
        raise ConsistencyError(f"{where}: a tree never shrinks")
    if any(len(each) != 32 for each in (old_root, new_root, *proof)):
        raise ConsistencyError(f"{where}: a hash is not 32 bytes long")
    if any(size == 0 and root != EMPTY_ROOT for size, root in ((old, old_root), (new, new_root))):
        raise ConsistencyError(f"{where}: this is not the root of the empty tree")
    if old == new and old_root != new_root:
        raise ConsistencyError(f"{where}: two trees of {old} entries have different roots")
    if old in {0, new}:
        if proof:
            raise ConsistencyError(f"{where} must be empty and has {len(proof)} hashes")
        return
    if not proof:
        raise ConsistencyError(f"{where} is empty")
    found = _roots_by(proof if old & (old - 1) else [old_root, *proof], old, new, where)
    if found[0] != old_root:
        raise ConsistencyError(f"{where} leads to another root of the older tree")
    if found[1] != new_root:
        raise ConsistencyError(f"{where} leads to another root of the newer tree")


def root_between(start: int, end: int, hash_at: HashAt) -> bytes:
    """Give MTH(D[start:end]) for a range as RFC 6962 splits a tree into, from perfect trees."""
    hashes = tuple(hash_at(height, index) for height, index in _perfect(start, end))
    return Frontier(end - start, hashes).root


def frontier_of(size: int, hash_at: HashAt) -> Frontier:
    """Read the frontier of a tree that is already stored."""
    return Frontier(size, tuple(hash_at(height, index) for height, index in _perfect(0, size)))


def _roots_by(path: Sequence[bytes], old: int, new: int, where: str) -> tuple[bytes, bytes]:
    """Steps 3 to 6 of RFC 9162 §2.1.4.2, with its names."""
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ConsistencyError(f"{where} has hashes to spare")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ConsistencyError(f"{where} is cut short")
    return fr, sr


def _split(start: int, end: int) -> int:
    """Where RFC 6962 splits a tree: after the largest power of two below its size."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _perfect(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The perfect trees that [start, end) falls into, the largest first, as (height, index)."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height
