"""A published record of 10,000 entries in `make long`, of 2,000 elsewhere, and an earlier state of it, in memory."""

import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction

from cairn.journal import keys
from cairn.journal.heads import position_of
from cairn.journal.log import Log
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.cosignature import Cosigner
from cairn.merkle.note import Note, Signer
from cairn.merkle.policy import Group, Policy, Witness
from cairn.programme.facts import OrganisationJoined, OrganisationRole
from cairn.publish.record import Drawn, publish
from cairn.values import Text
from cast import OPENED, Pen, assemble
from once import made_once
from publish.forging import mended
from stands import tell_what_stands
from told import tell_a_year

SIZE = int(os.environ.get("RECORD_ENTRIES", "2000"))
EARLIER = SIZE * 9 // 10
AT = 1_750_000_000


@dataclass(frozen=True)
class Kept:
    """A record, and what a careful reader has: its key, an older checkpoint, a witness's policy."""

    files: dict[str, bytes]
    earlier: dict[str, bytes]
    signer: Signer
    since: Note
    policy: Policy


@pytest.fixture(scope="session")
def record(django_db_setup, django_db_blocker, tmp_path_factory):
    """The record as published, cosigned by a witness."""

    def make(folder):
        with django_db_blocker.unblock(), transaction.atomic():
            (folder / "kept").write_bytes(pickle.dumps(_published(folder / "record")))
            transaction.set_rollback(True)

    made = made_once(tmp_path_factory, "kept-record", make)
    return pickle.loads((made / "kept").read_bytes())  # noqa: S301 - written a moment ago


def _published(out):
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    tell_what_stands(pen)
    keys.make(pen.programme, origin=f"example.org/{pen.programme}")
    signer, drawn = keys.signer_of(pen.programme), Drawn()

    def published(size):
        _fill(pen, size)
        publish(pen.programme, out, sign=lambda: Log(pen.programme).sign(signer), drawn=drawn)
        return files_in(out)

    earlier, files = published(EARLIER), published(SIZE)
    witness = Cosigner("witness.example/w", bytes(range(32)))
    note = Note.parse(files["checkpoint"])
    note = note.with_signatures(witness.cosign(Checkpoint.parse(note.text), at=AT))
    policy = Policy(
        (signer.verifier,),
        {"w": Witness("w", witness.verifier)},
        {"one": Group(1, ("w",))},
        "one",
    )
    files |= {"checkpoint": bytes(note)}
    return Kept(mended(files), earlier, signer, Note.parse(earlier["checkpoint"]), policy)


def _fill(pen, size):
    """Facts that cost little, until there are so many."""
    shops = (
        OrganisationJoined(
            organisation=f"shop-{n}",
            name=Text(en=f"Village shop {n}", zh_hans=f"小卖部{n}"),
            role=OrganisationRole.CONTRACTOR,
        )
        for n in range(position_of(pen.programme), size)
    )
    pen.batch(*(pen.draft(shop, on=OPENED) for shop in shops))


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
