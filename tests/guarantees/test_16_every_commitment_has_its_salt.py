"""A salt of 32 bytes for each answer; without it a dictionary of every likely answer finds nothing in the record."""

import hmac
import json
from itertools import product

import pytest

from cairn.catalog import journal
from cairn.journal import files, sealing
from cairn.journal.codec import canonical
from cairn.journal.facts import PartShredded
from cairn.journal.models import Entry, SealedPart
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.values import Text
from cast import a_picture, cny

LIKELY = [
    {language: word}
    for language, word in product(("en", "zh-hans"), ("yes", "no", "是", "否", "pump"))
]
"""So few answers that somebody tries them all."""


@pytest.fixture(autouse=True)
def _within_a_transaction(monkeypatch):
    """The test rolls back, so that nothing is ever durable."""
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)


def evidenced(cast, answer="yes"):
    paid = cast.movement(
        MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("9.00"))
    )
    photo = files.keep(cast.programme, a_picture())
    return cast.record(PaymentEvidenced(movement=paid, sha256=photo, caption=Text(en=answer)))


def commitment_of(cast, receipt):
    body = Entry.objects.get(programme=cast.programme, position=receipt.position).body
    return json.loads(bytes(body))["sealed"]["caption"]


def tried(cast, commitment):
    """Which likely answers fit under any salt that is left, under none, or under what the entry shows."""
    salts = [bytes(part.salt) for part in SealedPart.objects.filter(programme=cast.programme)]
    entries = Entry.objects.filter(programme=cast.programme)
    known = [
        bytes.fromhex(hex_) for hex_ in [*(str(e.id).replace("-", "") for e in entries), commitment]
    ]
    return [
        answer
        for answer in LIKELY
        for salt in [*salts, *known, b"", bytes(32)]
        if hmac.new(salt, canonical(answer), "sha256").hexdigest() == commitment
    ]


def test_while_the_salt_is_there_the_dictionary_finds_the_answer(cast):
    assert tried(cast, commitment_of(cast, evidenced(cast))) == [{"en": "yes"}]


def test_once_the_salt_is_gone_the_dictionary_finds_nothing(cast):
    receipt, other = evidenced(cast), evidenced(cast)
    commitment = commitment_of(cast, receipt)
    cast.record(PartShredded(entry=str(receipt.id), field="caption", reason="A test"))

    assert tried(cast, commitment) == []
    assert commitment_of(cast, receipt) == commitment
    assert commitment_of(cast, other) != commitment  # though it answers the same


def test_every_salt_is_32_bytes_and_nobodys_elses(told):
    salts = [bytes(salt) for salt in SealedPart.objects.values_list("salt", flat=True)]

    assert len(salts) >= 8
    assert {len(salt) for salt in salts} == {32}
    assert len(set(salts)) == len(salts)
    assert told


def test_salts_come_from_the_systems_randomness():
    assert journal.salt is sealing.fresh_salt
    salts = [sealing.fresh_salt() for _time in range(300)]
    assert len(set(salts)) == 300
    for byte in zip(*salts, strict=True):
        assert len(set(byte)) > 120  # of 256; by chance fewer than once in a universe's age
    assert (
        "os.urandom" in sealing.fresh_salt.__code__.co_names
        or "urandom" in sealing.fresh_salt.__code__.co_names
    )


HELD_BY = ("tests/journal/test_sealing.py::test_two_answers_alike_have_salts_of_their_own",
           "tests/journal/test_sealing.py::test_an_entry_says_nothing_of_a_fact_that_is_not_public")  # fmt: skip
