"""A log and its witnesses, named once. Their seeds are public and sign nothing else."""

from cairn.merkle.cosignature import Cosigner
from cairn.merkle.note import Note, Signer

LOG = Signer("example.com/log", b"l" * 32)
COUNTY = Cosigner("county.example/witness", b"c" * 32)
AUDITOR = Cosigner("auditor.example/w1", b"a" * 32)
COLLEGE = Cosigner("college.example/cairn", b"g" * 32)


def note_of(checkpoint, *signers):
    return Note(checkpoint.text, tuple(signer.sign(checkpoint.text) for signer in signers))


def cosigned(checkpoint, *witnesses, at=1):
    """The checkpoint signed by the log, and cosigned by these."""
    more = (witness.cosign(checkpoint, at=at) for witness in witnesses)
    return note_of(checkpoint, LOG).with_signatures(*more)
