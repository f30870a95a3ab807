"""Tiles and bundles beyond one: several levels, growth in pieces, strictness."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import leaf_hash, leaf_hashes, root_of
from cairn.merkle.proof import (
    ProofRangeError,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from cairn.merkle.tile import (
    ENTRIES,
    Edge,
    EntryTooLongError,
    MalformedTileError,
    Tile,
    encode_entries,
    entries_of,
    grow,
    hashes_in,
    hashes_of,
    tiles_of,
)
from merkle import reference

WORDS = [b"entry %d" % n for n in range(70_000)]


@pytest.fixture(scope="module")
def seventy_thousand():
    return dict(grow(WORDS))


def test_a_tree_of_70_000_is_laid_out_as_the_specification_says(seventy_thousand):
    widths = {}
    for tile in seventy_thousand:
        widths.setdefault(tile.level, []).append((tile.index, tile.width))

    assert {level: sorted(found) for level, found in widths.items()} == {
        ENTRIES: [*((n, 256) for n in range(273)), (273, 112)],
        0: [*((n, 256) for n in range(273)), (273, 112)],
        1: [(0, 256), (1, 17)],
        2: [(0, 1)],
    }
    assert set(tiles_of(70_000)) == set(seventy_thousand)


def test_its_tiles_hold_the_hashes_that_the_specification_defines(seventy_thousand):
    for tile in (Tile(0, 0), Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)):
        assert seventy_thousand[tile] == reference.tile(tile.level, tile.index, WORDS, tile.width)
    assert entries_of(seventy_thousand[Tile(ENTRIES, 272)]) == WORDS[272 * 256 : 273 * 256]
    assert entries_of(seventy_thousand[Tile(ENTRIES, 273, 112)], 112) == WORDS[-112:]


def test_its_root_is_the_same_by_edge_frontier_and_reference(seventy_thousand):
    root = reference.mth(WORDS)

    assert Edge.of(70_000, seventy_thousand.__getitem__).root == root
    assert Frontier().with_leaves(leaf_hashes(WORDS)).root == root


def test_its_tiles_are_enough_for_any_proof(seventy_thousand):
    hash_at = hashes_in(seventy_thousand.__getitem__, size=70_000)
    root = reference.mth(WORDS)

    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        proof = inclusion_proof(index=index, size=70_000, hash_at=hash_at)
        verify_inclusion(
            leaf_hash=leaf_hash(WORDS[index]), index=index, size=70_000, proof=proof, root=root
        )
    for old in (1, 255, 256, 300, 65_536, 69_999, 70_000):
        verify_consistency(
            old=old,
            new=70_000,
            old_root=root_of(leaf_hashes(WORDS[:old])),
            new_root=root,
            proof=consistency_proof(old=old, new=70_000, hash_at=hash_at),
        )
    with pytest.raises(ProofRangeError):
        hash_at(0, 70_000)


def test_many_processes_can_hash_full_tiles_and_one_join_them(seventy_thousand):
    full = [root_of(hashes_of(seventy_thousand[Tile(0, n)])) for n in range(273)]

    edge = Edge()
    above = dict(edge.add(full, level=1))
    rest = dict(edge.add(leaf_hashes(WORDS[273 * 256 :])))

    assert rest == {}
    assert edge.root == reference.mth(WORDS)
    for tile, data in (above | dict(edge.partial_tiles())).items():
        assert seventy_thousand[tile] == data
    with pytest.raises(ValueError, match="partial tiles below level 1"):
        list(edge.add(full, level=1))


@given(st.lists(st.integers(0, 700), min_size=1, max_size=6))
@example([256, 256, 1])
@example([65_535, 1, 1])
@example([65_536, 512])
def test_a_log_that_grows_in_pieces_has_the_tiles_of_one_written_at_once(pieces):
    stored, size = {}, 0
    for piece in pieces:
        grown = dict(grow(WORDS[size : size + piece], size=size, read=stored.__getitem__))
        assert set(grown) == set(tiles_of(size + piece, since=size))
        assert not grown.keys() & stored.keys()
        stored |= grown
        size += piece

    at_once = dict(grow(WORDS[:size]))
    assert set(at_once) == set(tiles_of(size))
    assert at_once.items() <= stored.items()


@given(st.integers(ENTRIES, 63), st.integers(0, 2**55), st.integers(1, 256))
@example(0, 1_234_067, 256)
def test_a_tile_is_found_at_its_path(level, index, width):
    tile = Tile(level, index, width)

    assert Tile.at(tile.path) == tile


def test_paths_are_written_as_the_specification_shows():
    assert Tile(0, 0).path == "tile/0/000"
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(ENTRIES, 273, 112).path == "tile/entries/273.p/112"
    assert Tile(63, 1000, 1).path == "tile/63/x001/000.p/1"


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/x000/000",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/007",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/data/000",
        "tile/0/٠٠٠",
        "tile/entries/../0/000",
    ],
)
def test_a_path_that_is_written_otherwise_is_no_tile(path):
    with pytest.raises(MalformedTileError):
        Tile.at(path)


@given(st.lists(st.binary(max_size=20), max_size=256))
def test_a_bundle_gives_back_its_entries_and_no_others(entries):
    bundle = encode_entries(entries)

    assert entries_of(bundle, len(entries)) == entries
    for wrong in (bundle + b"\0", bundle + b"\0\0", bundle[:-1], b"\0\1" + bundle):
        if wrong != bundle:
            with pytest.raises(MalformedTileError):
                entries_of(wrong, len(entries))


def test_an_entry_is_as_long_as_two_bytes_can_say():
    assert entries_of(encode_entries([bytes(65_535)]), 1) == [bytes(65_535)]
    with pytest.raises(EntryTooLongError, match="65535 bytes long at most, and this is 65536"):
        encode_entries([bytes(65_536)])


def test_a_tile_must_be_as_wide_as_it_says():
    for wrong in (b"", bytes(31), bytes(33), bytes(32 * 255), bytes(32 * 257)):
        with pytest.raises(MalformedTileError):
            hashes_of(wrong)


def test_a_log_whose_partial_bundle_is_torn_does_not_grow():
    stored = dict(grow(WORDS[:10]))
    stored[Tile(ENTRIES, 0, 10)] = stored[Tile(ENTRIES, 0, 10)][:-1]

    with pytest.raises(MalformedTileError, match="a bundle of 10 entries"):
        list(grow(WORDS[10:11], size=10, read=stored.__getitem__))


def test_a_log_whose_last_entries_were_changed_does_not_grow():
    stored = dict(grow(WORDS[:10]))
    stored[Tile(ENTRIES, 0, 10)] = encode_entries([*WORDS[:9], b"another"])

    with pytest.raises(MalformedTileError, match="tile/0/000.p/10 does not hold the hashes"):
        list(grow(WORDS[10:11], size=10, read=stored.__getitem__))


def test_a_log_does_not_grow_from_what_nobody_can_read():
    with pytest.raises(ValueError, match="how to read tile/1/000.p/1"):
        list(grow(WORDS[:1], size=256))
