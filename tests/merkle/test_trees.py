"""Roots, frontiers and proofs: equal to the reference, and worth nothing once changed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cairn.merkle.frontier import Frontier, FrontierError
from cairn.merkle.hashing import EMPTY_ROOT, leaf_hash, leaf_hashes, root_of
from cairn.merkle.proof import (
    ConsistencyError,
    InclusionError,
    ProofRangeError,
    consistency_proof,
    frontier_of,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from merkle import reference

ENTRIES = [f"entry {n}".encode() for n in range(140)]
LEAVES = leaf_hashes(ENTRIES)
SIZES = st.integers(1, len(ENTRIES))


def hash_at(height, index):
    return reference.mth(ENTRIES[index << height : (index + 1) << height])


@st.composite
def inclusions(draw):
    """A right inclusion proof, as the arguments that verify it."""
    size = draw(SIZES)
    index = draw(st.integers(0, size - 1))
    return {
        "leaf_hash": LEAVES[index],
        "index": index,
        "size": size,
        "proof": inclusion_proof(index=index, size=size, hash_at=hash_at),
        "root": reference.mth(ENTRIES[:size]),
    }


@st.composite
def consistencies(draw):
    """A right consistency proof between two sizes, neither of them 0."""
    new = draw(SIZES)
    old = draw(st.integers(1, new))
    return {
        "old": old,
        "new": new,
        "old_root": reference.mth(ENTRIES[:old]),
        "new_root": reference.mth(ENTRIES[:new]),
        "proof": consistency_proof(old=old, new=new, hash_at=hash_at),
    }


def flipped(hashed, data):
    bit = data.draw(st.integers(0, 8 * len(hashed) - 1))
    return (int.from_bytes(hashed, "big") ^ 1 << bit).to_bytes(len(hashed), "big")


def changed(right, data):
    """The same arguments with one hash flipped, dropped, doubled, swapped or added."""
    proof = list(right["proof"])
    hashes = [key for key, value in right.items() if isinstance(value, bytes)]
    what = data.draw(st.sampled_from([*hashes, "flip", "drop", "double", "swap", "add", "cut"]))
    if what in hashes:
        return right | {what: flipped(right[what], data)}
    at = data.draw(st.integers(0, max(0, len(proof) - 1)))
    assume(proof or what == "add")
    if what == "flip":
        proof[at] = flipped(proof[at], data)
    elif what == "drop":
        del proof[at]
    elif what == "double":
        proof.insert(at, proof[at])
    elif what == "swap":
        proof[at], proof[-1] = proof[-1], proof[at]
    elif what == "add":
        proof.insert(at, data.draw(st.sampled_from([*LEAVES[:2], EMPTY_ROOT])))
    elif what == "cut":
        proof[at] = proof[at][:-1]
    assume(proof != right["proof"])
    return right | {"proof": proof}


def test_roots_and_frontiers_are_those_of_the_rfc_at_every_size():
    frontier = Frontier()
    for size in range(len(ENTRIES) + 1):
        root = reference.mth(ENTRIES[:size])

        assert root_of(LEAVES[:size]) == root
        assert frontier.root == root
        assert frontier == frontier_of(size, hash_at)
        frontier = frontier.with_leaves([leaf_hash(b"entry %d" % size)])


@given(st.tuples(SIZES, SIZES, SIZES))
def test_a_frontier_comes_out_the_same_in_whatever_batches_leaves_arrive(cuts):
    first, second, last = sorted(cuts)

    frontier = Frontier().with_leaves(LEAVES[:first]).with_leaves(LEAVES[first:second])
    kept = Frontier(frontier.size, tuple(frontier.hashes))

    assert kept.with_leaves(LEAVES[second:last]).root == reference.mth(ENTRIES[:last])


def test_a_frontier_must_fit_its_size():
    for size, hashes in (
        (3, (EMPTY_ROOT,)),
        (-1, (EMPTY_ROOT,)),
        (1, (b"short",)),
        (0, (EMPTY_ROOT,)),
    ):
        with pytest.raises(FrontierError):
            Frontier(size, hashes)


@given(SIZES, st.data())
def test_proofs_are_those_of_the_rfc(size, data):
    other = data.draw(st.integers(1, size))

    inclusion = inclusion_proof(index=other - 1, size=size, hash_at=hash_at)
    consistency = consistency_proof(old=other, new=size, hash_at=hash_at)

    assert inclusion == reference.path(other - 1, ENTRIES[:size])
    assert consistency == reference.proof(other, ENTRIES[:size])


@given(inclusions(), st.data())
def test_an_inclusion_proof_verifies_and_nothing_near_it_does(right, data):
    verify_inclusion(**right)

    with pytest.raises(InclusionError):
        verify_inclusion(**changed(right, data))


@given(inclusions(), SIZES)
def test_an_inclusion_proof_is_of_one_entry_only(right, index):
    assume(index != right["index"])

    with pytest.raises(InclusionError):
        verify_inclusion(**right | {"index": index})


@given(consistencies(), st.data())
def test_a_consistency_proof_verifies_and_nothing_near_it_does(right, data):
    verify_consistency(**right)

    with pytest.raises(ConsistencyError):
        verify_consistency(**changed(right, data))


@given(consistencies(), SIZES, st.data())
def test_a_consistency_proof_is_from_one_size_only(right, size, data):
    """To another size, a proof may hold: where the old tree hangs in the new one says not all of it."""
    assume(size not in {right["old"], right["new"]})

    with pytest.raises(ConsistencyError):
        verify_consistency(**right | {"old": size})


def test_every_tree_continues_the_empty_one_which_has_one_root():
    right = {"old": 0, "new": 3, "old_root": EMPTY_ROOT, "new_root": LEAVES[0], "proof": []}
    verify_consistency(**right)

    assert consistency_proof(old=0, new=3, hash_at=hash_at) == []
    for wrong in ({"old_root": LEAVES[1]}, {"proof": [LEAVES[1]]}, {"new": 0}, {"old": -1}):
        with pytest.raises(ConsistencyError):
            verify_consistency(**right | wrong)


def test_no_proof_is_made_of_what_is_not_in_the_tree():
    for index, size in ((3, 3), (0, 0), (-1, 3)):
        with pytest.raises(ProofRangeError):
            inclusion_proof(index=index, size=size, hash_at=hash_at)
    for old, new in ((4, 3), (-1, 3)):
        with pytest.raises(ProofRangeError):
            consistency_proof(old=old, new=new, hash_at=hash_at)
