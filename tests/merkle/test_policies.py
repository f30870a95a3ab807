"""Which checkpoints a policy accepts, and proofs of one entry under a policy."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.merkle.checkpoint import Checkpoint, UnknownLogError
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import MalformedError, NotSignedError, SignatureError, Signer
from cairn.merkle.policy import MalformedPolicyError, Policy, QuorumError
from cairn.merkle.proof import InclusionError
from cairn.merkle.tlog_proof import MalformedProofError, TlogProof
from merkle import reference
from merkle.signers import AUDITOR, COLLEGE, COUNTY, LOG, cosigned, note_of

ENTRIES = [b"well", b"road", b"school", b"clinic", b"bridge"]
CHECKPOINT = Checkpoint(LOG.name, 5, reference.mth(ENTRIES))
WITNESSES = {"county": COUNTY, "auditor": AUDITOR, "college": COLLEGE}

HEAD = f"""
# whose word counts
log {LOG.verifier}   https://example.com/log
witness county  {COUNTY.verifier}  https://county.example
\twitness auditor {AUDITOR.verifier}
witness college {COLLEGE.verifier}
"""


def policy(rest):
    return Policy.parse((HEAD + rest).encode())


@pytest.mark.parametrize(
    ("rest", "enough"),
    [
        ("quorum none\n", lambda _: True),
        ("quorum county\n", lambda seen: "county" in seen),
        ("group g any county auditor\nquorum g\n", lambda seen: seen & {"county", "auditor"}),
        ("group g all county auditor\nquorum g\n", lambda seen: seen >= {"county", "auditor"}),
        ("group g 2 county auditor college\nquorum g\n", lambda seen: len(seen) >= 2),
        (
            "group outside any auditor college\ngroup both all county outside\nquorum both\n",
            lambda seen: "county" in seen and len(seen) >= 2,
        ),
    ],
)
def test_a_quorum_is_met_by_the_witnesses_it_asks_for(rest, enough):
    asked = policy(rest)
    for count in range(4):
        for seen in combinations(WITNESSES, count):
            note = cosigned(CHECKPOINT, *(WITNESSES[name] for name in seen), at=17)
            if enough(set(seen)):
                accepted = asked.accept(note)
                assert accepted.checkpoint == CHECKPOINT
                assert accepted.cosigned_at == dict.fromkeys(seen, 17)
            else:
                with pytest.raises(QuorumError, match="which is not the quorum"):
                    asked.accept(note)


def test_a_witness_counts_from_its_last_cosignature():
    note = cosigned(CHECKPOINT, COUNTY, at=20).with_signatures(COUNTY.cosign(CHECKPOINT, at=9))

    assert policy("quorum county\n").accept(note).cosigned_at == {"county": 20}


def test_witnesses_do_not_stand_in_for_the_log():
    asked = policy("quorum none\n")
    elsewhere = Checkpoint("elsewhere.example", 5, CHECKPOINT.root)
    log = note_of(CHECKPOINT)

    with pytest.raises(NotSignedError):
        asked.accept(log.with_signatures(COUNTY.cosign(CHECKPOINT, at=1)))
    with pytest.raises(UnknownLogError):
        asked.accept(note_of(elsewhere, LOG))
    with pytest.raises(SignatureError, match="county.example"):
        asked.accept(note_of(CHECKPOINT, LOG).with_signatures(COUNTY.cosign(elsewhere, at=1)))


def test_a_policy_keeps_where_a_witness_takes_checkpoints():
    witnesses = policy("quorum none\n").witnesses

    assert witnesses["county"].url == "https://county.example"
    assert witnesses["auditor"].url is None


def test_names_are_octets():
    raw = HEAD.encode().replace(b"witness county", b"witness K\xff")

    assert Policy.parse(raw + b"quorum K\xff\n").quorum == "K\udcff"
    with pytest.raises(MalformedPolicyError, match="no line before says what ‘K’ is"):
        Policy.parse(raw + b"quorum K\n")


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("", "no quorum line"),
        ("quorum none", "does not end in a newline"),
        ("quorum none\nquorum none\n", "line 8 of the policy: there is a quorum line already"),
        ("quorum g\ngroup g any county\n", "line 7 of the policy: no line before says what ‘g’"),
        ("group g any county none\n", "no line before says what ‘none’ is"),
        ("group none any county\n", "‘none’ has a meaning already"),
        ("group county any auditor\n", "‘county’ has a meaning already"),
        ("group g any g\n", "no line before says what ‘g’ is"),
        ("group g any county county\n", "‘county’ is a member already"),
        ("group g any county\ngroup h any county\n", "line 8 .* is a member already"),
        ("group g any\n", "no line of a log, witness, group or quorum"),
        ("group g 0 county\n", "‘0’ of 1 members"),
        ("group g 2 county\n", "‘2’ of 1 members"),
        ("group g 01 county\n", "‘01’ of 1 members"),
        ("group g some county\n", "‘some’ of 1 members"),
        ("quorum\n", "no line of a log"),
        ("quorum none now\n", "no line of a log"),
        ("Quorum none\n", "no line of a log"),
        ("quorum\u00a0none\n", "no line of a log"),
        ("quorum none\r\n", "control code"),
        (f"log {LOG.verifier}\n", "listed as a log already"),
        (f"log {LOG.verifier} https://a https://b\n", "no line of a log"),
        (f"log {COUNTY.verifier}\n", "no Ed25519 key of type 0x01"),
        (f"witness w {LOG.verifier}\n", "no Ed25519 key of type 0x04"),
        (f"witness w {COUNTY.verifier}\n", "listed as a witness already"),
        (f"witness county {LOG.verifier}\n", "no Ed25519 key of type 0x04"),
    ],
)
def test_a_policy_that_is_written_otherwise_is_refused_by_its_line(rest, says):
    with pytest.raises(MalformedPolicyError, match=says):
        policy(rest)


def proof_of(index, extra=b""):
    path = tuple(reference.path(index, ENTRIES))
    return TlogProof(index, path, cosigned(CHECKPOINT, COUNTY), extra)


@given(st.integers(0, 4), st.binary(max_size=40))
def test_a_proof_is_read_as_it_was_written_and_verifies(index, extra):
    proof = proof_of(index, extra)

    assert TlogProof.parse(bytes(proof)) == proof
    accepted = proof.verify(leaf_hash(ENTRIES[index]), policy("quorum county\n"))
    assert accepted.cosigned_at == {"county": 1}


def test_a_proof_looks_as_the_specification_shows():
    lines = bytes(proof_of(3, b"receipt")).decode().split("\n")

    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra cmVjZWlwdA==", "index 3"]
    assert lines[6:9] == ["", "example.com/log", "5"]


def test_a_proof_of_one_entry_is_none_of_another():
    proof, asked = proof_of(3), policy("quorum county\n")

    with pytest.raises(InclusionError):
        proof.verify(leaf_hash(ENTRIES[2]), asked)
    with pytest.raises(QuorumError):
        proof.verify(leaf_hash(ENTRIES[3]), policy("quorum college\n"))
    with pytest.raises(UnknownLogError):
        proof.verify(leaf_hash(ENTRIES[3]), Policy((Signer("b.example", bytes(32)).verifier,)))


def test_a_log_of_one_entry_needs_no_hash():
    checkpoint = Checkpoint(LOG.name, 1, leaf_hash(b"well"))
    proof = TlogProof(0, (), note_of(checkpoint, LOG))

    read = TlogProof.parse(bytes(proof))

    assert read.verify(leaf_hash(b"well"), Policy((LOG.verifier,))).checkpoint == checkpoint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"@v1\n", b"@v1\n\n"),
        (b"@v1\n", b"@v1 \n"),
        (b"c2sp", b" c2sp"),
        (b"index 3", b"index 03"),
        (b"index 3", b"index  3"),
        (b"index 3", b"index -3"),
        (b"index 3", b"index"),
        (b"index 3\n", b""),
        (b"index 3\n", b"index 3\nindex 3\n"),
        (b"index 3\n", b"index 3\nAAAA\n"),
        (b"index 3\n", "index 3\nÄ\n".encode()),
        (b"extra cm", b"extra  cm"),
        (b"extra cm", b"extra "),
        (b"extra cmVjZWlwdA==", b"extra "),
        (b"extra", b"other"),
        (b"extra cmVjZWlwdA==", b"extra cmVjZWlwdA==\nextra cmVjZWlwdA=="),
        (b"\n\nexample", b"\nexample"),
        (b"\n\nexample", b"\n\n\nexample"),
        (b"\n", b"\r\n"),
    ],
)
def test_a_proof_that_is_written_otherwise_is_refused(old, new):
    raw = bytes(proof_of(3, b"receipt"))
    assert old in raw
    asked = policy("quorum county\n")

    with pytest.raises((MalformedError, SignatureError, NotSignedError, UnknownLogError)):
        TlogProof.parse(raw.replace(old, new)).verify(leaf_hash(ENTRIES[3]), asked)


def test_a_proof_has_no_more_hashes_than_a_tree_can():
    with pytest.raises(MalformedProofError, match="64 hashes"):
        TlogProof.parse(bytes(TlogProof(0, (bytes(32),) * 64, note_of(CHECKPOINT, LOG))))
