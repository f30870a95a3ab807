"""Facts are recorded, signed and erased in every order: each proof and checkpoint that anybody kept still verifies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.journal import files, keys, sealing
from cairn.journal.facts import PartShredded
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.merkle.checkpoint import open_checkpoint
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.policy import Policy
from cairn.merkle.proof import consistency_proof, verify_consistency
from cairn.merkle.tile import hashes_in
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.values import Text
from cast import Pen, a_picture, assemble, cny


@pytest.fixture(autouse=True)
def _within_a_transaction(monkeypatch):
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)


steps = st.lists(st.sampled_from(["say", "erase", "sign"]), min_size=4, max_size=14)


@given(steps)
@settings(max_examples=8)
def test_every_proof_still_verifies_whatever_is_erased_when(db, taken):
    pen = Pen.opened()
    assemble(pen)
    keys.make(pen.programme, origin=f"cairn.example/{pen.programme}")
    signer, log = keys.signer_of(pen.programme), Log(pen.programme)
    said, proofs, checkpoints, erased = [], [], [], 0
    for step in [*taken, "say", "sign", "erase", "sign"]:
        if step == "say":
            said.append(_evidenced(pen))
        elif step == "erase" and said:
            pen.record(PartShredded(entry=str(said.pop(0).id), field="caption", reason="A test"))
            erased += 1
        elif step == "sign":
            log.sign(signer)
            checkpoints.append(log.note())
            proofs += [(one.position, log.receipt(one.position)) for one in said]

    assert erased
    assert proofs
    policy = Policy((signer.verifier,))
    for position, proof in proofs:
        entry = Entry.objects.get(programme=pen.programme, position=position)
        proof.verify(leaf_hash(bytes(entry.body)), policy)
    last = open_checkpoint(checkpoints[-1], [signer.verifier])
    hash_at = hashes_in(log.read, size=last.size)
    assert last.size >= len(taken)
    for note in checkpoints:
        old = open_checkpoint(note, [signer.verifier])
        path = consistency_proof(old=old.size, new=last.size, hash_at=hash_at)
        verify_consistency(
            old=old.size, new=last.size, old_root=old.root, new_root=last.root, proof=path
        )


def _evidenced(pen):
    paid = pen.movement(
        MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("1.00"))
    )
    photo = files.keep(pen.programme, a_picture())
    return pen.record(PaymentEvidenced(movement=paid, sha256=photo, caption=Text(en="The pump")))


HELD_BY = ("tests/journal/test_sealing.py::test_shredding_leaves_the_entry_and_takes_the_answer",
           "tests/test_shred.py::test_what_is_shredded_is_nowhere_and_the_record_still_verifies")  # fmt: skip
