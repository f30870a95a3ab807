"""A bundle verified: any byte of any file that changed is told; and what only a key, or nothing, can tell."""

import json
from hashlib import sha256
from random import Random

import pytest

from bundle.conftest import mended
from bundle.walked import TEAM
from cairn.journal.codec import canonical
from cairn.merkle.note import Note, Signer
from cairn.merkle.policy import Group, Policy, Witness
from cairn.merkle.tlog_proof import TlogProof
from cairn.verify import bundle_manifest as manifest
from cairn.verify.bundle import verify_bundle
from cairn.verify.bundle_manifest import CHECKPOINT, PACK, SCHEMA, VERIFIER, entry_path, proof_path
from cairn.verify.files import Memory
from cairn.verify.manifest import NAME
from cairn.verify.record import Trusted
from cairn.verify.wrong import UnusableError, WrongError
from merkle.signers import AUDITOR, COUNTY, LOG
from merkle.signers import cosigned as signed_anew

pytestmark = pytest.mark.django_db  # without it no test database is made for the bundle

KEY = Trusted(keys=(LOG.verifier,))
FLIPS = 6
"""Bytes of each file that are changed, besides its first and its last."""


def held(files, trusted=KEY):
    return verify_bundle(Memory(files), trusted)


def wrong(files, trusted=KEY):
    with pytest.raises(WrongError) as told:
        held(files, trusted)
    return told.value


@pytest.fixture
def files(made):
    return made.files


def test_a_bundle_holds_and_says_what_it_rests_on(made, files):
    found = held(files)

    assert found.about.team == TEAM
    assert found.about.position == made.upto
    assert not found.own_key
    assert found.photos == 1
    assert [(one.kind.partition(".")[2], one.post) for one in found.signed] == [
        ("pack-frozen", "leader"),
        ("outgoing-signed", "leader"),
        ("handover-witnessed", "township"),
        ("incoming-signed", "leader-2026"),
    ]


def test_by_its_own_key_it_holds_and_says_so(files):
    assert held(files, Trusted()).own_key


def test_a_byte_changed_in_any_file_is_told_with_the_file(files):
    chance = Random(6)  # noqa: S311 - no secret
    for path, content in files.items():
        last = len(content) - 1
        for at in {0, last, *(chance.randint(0, last) for _flip in range(FLIPS))}:
            bit = 1 << chance.randrange(8)
            changed = content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]
            found = wrong({**files, path: changed})

            # A manifest may be changed so that it names another file, or lists it otherwise.
            assert path in {found.where, NAME}, (path, at, found)


def test_a_file_that_is_gone_cut_or_more_is_told_with_its_name(files):
    for path, content in files.items():
        assert wrong({name: raw for name, raw in files.items() if name != path}).where == path
        assert wrong({**files, path: content[:-1]}).where == path
        assert wrong({**files, path: content + b"\n"}).where == path
    assert wrong({**files, "photos/more.jpg": b"x"}).where == "photos/more.jpg"


def rest(files, start):
    return sorted(path for path in files if path.startswith(start))


def test_with_a_manifest_that_is_mended_what_is_proved_is_told_all_the_same(files):
    chance = Random(7)  # noqa: S311 - no secret
    proved = [PACK, *rest(files, manifest.PROOFS), *rest(files, manifest.PHOTOS)]
    for path in set(proved) - {VERIFIER}:
        content = files[path]
        for _flip in range(FLIPS):
            at = chance.randrange(len(content))
            changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]

            assert wrong(mended({**files, path: changed}))


def test_so_is_a_proof_that_is_gone(files):
    for path in [
        SCHEMA,
        PACK,
        CHECKPOINT,
        *rest(files, manifest.ENTRIES),
        *rest(files, "proofs/sealed/"),
    ]:
        assert wrong(mended({name: raw for name, raw in files.items() if name != path})), path
    both = {entry_path(90), proof_path(90)}
    found = wrong(mended({name: raw for name, raw in files.items() if name not in both}))
    assert (found.where, found.what[:21]) == (entry_path(90), "there is no such file")


def another_pack(files, **fields):
    pack = canonical({**json.loads(files[PACK]), **fields})
    return mended({**files, PACK: pack}, pack=sha256(pack).hexdigest())


def test_another_pack_than_the_one_that_was_frozen_is_told_however_it_is_listed(files):
    forged = another_pack(files, risks=[])

    assert wrong(forged).where == entry_path(90)
    assert held(mended(forged, frozen=None)).signed == ()  # it says that nobody signed it


def test_a_pack_that_is_not_by_its_schema_or_not_of_this_team_is_told(files):
    unsaid = mended(another_pack(files, risks="none"), frozen=None)
    assert "risks is not by its schema" in wrong(unsaid).what

    assert "and manifest.json says otherwise" in wrong(mended(files, team="石桥村-2025")).what
    assert wrong(mended(files, programme="kunlun")).where == PACK
    assert wrong(mended(files, position=60)).where == entry_path(90)


def test_a_schema_that_leads_elsewhere_or_is_none_is_told(files):
    for schema in ({"$ref": "http://127.0.0.1:9/x"}, {"type": 7}, [], {"$ref": "#/$defs/none"}):
        forged = mended({**files, SCHEMA: json.dumps(schema).encode()})
        assert wrong(forged).where == SCHEMA, schema
    deep = b"[" * 100_000
    assert wrong(mended({**files, SCHEMA: deep})).where == SCHEMA


def forged_log(files, signer):
    """Every proof under a checkpoint of the same tree that somebody else signed."""
    note = Note.parse(files[CHECKPOINT])
    note = Note(note.text, (signer.sign(note.text),))
    changed = {CHECKPOINT: bytes(note), VERIFIER: f"{signer.verifier}\n".encode()}
    for path in rest(files, manifest.ENTRIES):
        if path.endswith(".tlog-proof"):
            proof = TlogProof.parse(files[path])
            changed[path] = bytes(TlogProof(proof.index, proof.path, note))
    return mended({**files, **changed})


def test_another_key_of_the_same_name_is_told_by_the_true_one_alone(files):
    forged = forged_log(files, Signer(LOG.name, b"x" * 32))

    assert held(forged, Trusted()).own_key
    assert wrong(forged).where == CHECKPOINT


def test_a_proof_under_another_checkpoint_is_told(files):
    path = proof_path(90)
    proof = TlogProof.parse(files[path])
    bare = Note(proof.checkpoint.text, proof.checkpoint.signatures[:1])
    with_extra = TlogProof(proof.index, proof.path, proof.checkpoint, b"more")

    for other in (TlogProof(proof.index, proof.path, bare), with_extra):
        assert wrong(mended({**files, path: bytes(other)})).where == path


def test_the_witnesses_that_are_asked_for_must_have_seen_it(files):
    def asked(witness):
        listed = {"w": Witness("w", witness.verifier)}
        return Trusted(policy=Policy((LOG.verifier,), listed, {"one": Group(1, ("w",))}, "one"))

    assert set(held(files, asked(COUNTY)).cosigned) == {"w"}
    assert "not the quorum" in wrong(files, asked(AUDITOR)).what


def without_log(files):
    kept = {path: raw for path, raw in files.items() if not path.startswith(manifest.PROOFS)}
    return mended(kept, origin=None, frozen=None)


def test_without_a_log_it_agrees_with_itself_and_no_key_is_content(files):
    found = held(without_log(files), Trusted())

    assert (found.checkpoint, found.entries, found.signed) == (None, 0, ())
    assert "no log proves this bundle" in wrong(without_log(files)).what
    assert wrong(mended(without_log(files), frozen=90), Trusted()).where == CHECKPOINT
    assert wrong(mended({**without_log(files), VERIFIER: b"x"}), Trusted()).where == VERIFIER


def test_a_photo_that_nobody_took_for_this_asset_is_told(files):
    photo = b"\xff\xd8 another"
    path = manifest.photo_path(sha256(photo).hexdigest())
    assert "no entry that the pack names" in wrong(mended({**files, path: photo})).what

    (own,) = rest(files, manifest.PHOTOS)
    renamed = {name: raw for name, raw in files.items() if name != own} | {path: files[own]}
    assert "not called after" in wrong(mended(renamed)).what


def test_an_older_checkpoint_cannot_be_asked_for(files):
    with pytest.raises(UnusableError, match="Verify the published record with --since"):
        held(files, Trusted(since=signed_anew(held(files).checkpoint)))


def test_manifests_that_are_none_are_told(files):
    about = json.loads(files[NAME])
    for change in (
        {"format": "cairn-handover/2"},
        {"position": 0},
        {"position": "5"},
        {"position": True},
        {"pack": "x"},
        {"team": ""},
        {"origin": ""},
        {"frozen": 1.5},
        {"files": []},
        {"files": {"../x": {"sha256": "0" * 64, "size": 1}}},
        {"more": 1},
    ):
        raw = json.dumps({**about, **change}).encode()
        assert wrong({**files, NAME: raw}).where == NAME
        if change != {"frozen": 1.5}:
            assert wrong({**files, NAME: canonical({**about, **change})}).where == NAME


def test_what_no_memory_holds_is_not_read(files, monkeypatch):
    monkeypatch.setattr("cairn.verify.bundle.MOST_KEPT", 10_000)
    assert "more to prove than" in wrong(files).what

    monkeypatch.setattr("cairn.verify.bundle.MOST_BYTES", 30_000)
    assert "it is longer than the 30000 bytes" in wrong(files).what
