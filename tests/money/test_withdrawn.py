"""Evidence and gifts in kind that were recorded by mistake."""

from datetime import date

import pytest

from cairn.catalog import journal
from cairn.journal.files import keep
from cairn.money.facts import (
    EvidenceWithdrawn,
    GiftInKindGiven,
    GiftInKindWithdrawn,
    MoneySpent,
    PaymentEvidenced,
)
from cast import DAY, OPENED, a_picture, cny, named

NO_ID = "01936f0a-0000-7000-8000-000000000001"


@pytest.fixture
def payment(cast):
    return cast.movement(
        MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("5.00"))
    )


@pytest.fixture
def evidence(cast, payment):
    file = keep(cast.programme, a_picture())
    fact = PaymentEvidenced(movement=payment, sha256=file, caption=named("A pump"))
    return str(cast.record(fact).id)


@pytest.fixture
def gift(cast):
    fact = GiftInKindGiven(
        sponsor="water-bureau",
        project="qarasu-well",
        what=named("pipe"),
        quantity=2,
        unit="m",
        worth=cny("9.00"),
    )
    return str(cast.record(fact).id)


def test_withdrawn_evidence_shows_nothing_any_more_and_stays_on_record(cast, payment, evidence):
    receipt = cast.record(EvidenceWithdrawn(evidence=evidence, reason="Another pump"))

    assert cast.the("movement", payment).evidence == 0
    assert cast.the("evidence", evidence).withdrawn_by == str(receipt.id)


def test_other_evidence_of_the_payment_still_counts(cast, payment, evidence):
    file = keep(cast.programme, a_picture("red"))
    cast.record(PaymentEvidenced(movement=payment, sha256=file, caption=named("A receipt")))
    cast.record(EvidenceWithdrawn(evidence=evidence, reason="Another pump"))

    assert cast.the("movement", payment).evidence == 1


def test_evidence_is_withdrawn_once(cast, evidence):
    fact = EvidenceWithdrawn(evidence=evidence, reason="Another pump")
    cast.record(fact)

    assert cast.objections(fact) == {"evidence": "This evidence was withdrawn already."}


def test_and_not_before_it_was_attached(cast, evidence):
    found = cast.objections(EvidenceWithdrawn(evidence=evidence, reason="Another"), on=OPENED)

    assert found == {"happened_on": f"What is withdrawn happened only on {DAY}."}


def test_a_gift_is_withdrawn_once_and_not_before_it_was_given(cast, gift):
    fact = GiftInKindWithdrawn(gift=gift, reason="It never came")
    assert set(cast.objections(fact, on=OPENED)) == {"happened_on"}
    receipt = cast.record(fact, on=date(2025, 4, 1))

    assert cast.the("gift", gift).withdrawn_by == str(receipt.id)
    assert cast.objections(fact) == {"gift": "This gift was withdrawn already."}


def test_only_what_is_on_record_is_withdrawn(cast):
    assert set(cast.objections(EvidenceWithdrawn(evidence=NO_ID, reason="x"))) == {"evidence"}
    assert set(cast.objections(GiftInKindWithdrawn(gift=NO_ID, reason="x"))) == {"gift"}


def test_rebuilding_gives_the_same(cast, evidence, gift):
    cast.record(EvidenceWithdrawn(evidence=evidence, reason="Another pump"))
    cast.record(GiftInKindWithdrawn(gift=gift, reason="It never came"))
    before = cast.tables()

    journal.rebuild(cast.programme)
    assert cast.tables() == before
