"""Another open implementation of Merkle trees, pymerkle, reads our entries and finds our roots."""

import pytest
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.note import Note
from cairn.merkle.proof import frontier_of, inclusion_proof
from cairn.merkle.tile import hashes_in
from publish.forging import entries_in

pytestmark = pytest.mark.django_db

SIZE = 1500
SIZES = (1, 2, 3, 255, 256, 257, 511, 512, 1000, SIZE)


@pytest.fixture(scope="module")
def theirs(record):
    """Their tree of the entries in our bundles."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries_in(record.files)[:SIZE]:
        tree.append_entry(entry)
    return tree


@pytest.fixture(scope="module")
def ours(record):
    """What our tiles say of the same."""
    size = Checkpoint.parse(Note.parse(record.files["checkpoint"]).text).size
    return hashes_in(lambda tile: record.files[tile.path], size=size)


@pytest.mark.parametrize("size", SIZES)
def test_they_find_the_root_that_our_tiles_hash_to(theirs, ours, size):
    assert theirs.get_root(size) == frontier_of(size, ours).root


@pytest.mark.parametrize("size", SIZES)
def test_their_proofs_lead_to_our_roots_by_our_hashes(theirs, ours, size):
    index = size // 3
    leaf, root = ours(0, index), frontier_of(size, ours).root
    proof = theirs.prove_inclusion(index + 1, size)

    verify_inclusion(leaf, root, proof)
    path = [bytes.fromhex(one) for one in proof.serialize()["path"]]
    assert sorted(path) == sorted([leaf, *inclusion_proof(index=index, size=size, hash_at=ours)])


@pytest.mark.parametrize("size", SIZES[:-1])
def test_they_agree_that_our_log_only_grew(theirs, ours, size):
    before, after = frontier_of(size, ours).root, frontier_of(SIZE, ours).root
    proof = theirs.prove_consistency(size, SIZE)

    assert verify_consistency(before, after, proof) is None  # else it raises
