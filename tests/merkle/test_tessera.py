"""A log that another implementation wrote, byte for byte: transparency-dev's Tessera."""

import pytest

from cairn.merkle.checkpoint import open_checkpoint
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import Note, Verifier
from cairn.merkle.proof import (
    consistency_proof,
    frontier_of,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from cairn.merkle.tile import ENTRIES, Tile, entries_of, grow, hashes_in, tiles_of
from merkle import reference
from shared_data import shared

KEY = Verifier.parse(
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
)
WORDS = (
    b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
)


@pytest.fixture(scope="module")
def log():
    return shared("data/vectors/tessera/log")


def checkpoint(log, size):
    return open_checkpoint(Note.parse((log / f"checkpoint.{size}").read_bytes()), [KEY])


def test_every_checkpoint_is_signed_and_is_written_as_it_was(log):
    for size in range(16):
        raw = (log / f"checkpoint.{size}").read_bytes()
        note = Note.parse(raw)
        read = open_checkpoint(note, [KEY])

        assert (read.origin, read.size) == ("example.com/log/testdata", size)
        assert read.root == reference.mth(WORDS[:size])
        assert read.text == note.text
        assert bytes(note) == raw


def test_every_tile_and_bundle_is_recomputed_from_the_entries(log):
    files = {str(path.relative_to(log)) for path in log.rglob("tile/**/*") if path.is_file()}
    written = {}
    for size in range(1, 16):
        written |= {tile.path: data for tile, data in grow(WORDS[:size])}

    assert set(written) == files
    for path, data in written.items():
        assert (log / path).read_bytes() == data, path


def test_the_log_grows_from_its_own_partial_tiles(log):
    def read(tile):
        return (log / tile.path).read_bytes()

    for old in range(1, 16):
        for new in range(old, 16):
            grown = dict(grow(WORDS[old:new], size=old, read=read))

            assert list(grown) == list(tiles_of(new, since=old))
            assert all(read(tile) == data for tile, data in grown.items())


def test_proofs_made_of_its_tiles_lead_to_its_checkpoints(log):
    def read(tile):
        return (log / tile.path).read_bytes()

    for new in range(1, 16):
        hash_at = hashes_in(read, size=new)
        root = checkpoint(log, new).root
        assert frontier_of(new, hash_at).root == root
        for old in range(new):
            verify_inclusion(
                leaf_hash=leaf_hash(WORDS[old]),
                index=old,
                size=new,
                proof=inclusion_proof(index=old, size=new, hash_at=hash_at),
                root=root,
            )
            verify_consistency(
                old=old,
                new=new,
                old_root=checkpoint(log, old).root,
                new_root=root,
                proof=consistency_proof(old=old, new=new, hash_at=hash_at),
            )


def test_its_bundles_hold_the_words(log):
    assert entries_of((log / Tile(ENTRIES, 0, 15).path).read_bytes(), 15) == WORDS
