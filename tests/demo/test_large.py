"""A programme of any size: as many movements as asked for, in the demo's shape, in flat memory."""

from collections import Counter

import pytest

from cairn.catalog import journal
from cairn.demo import large, load
from cairn.journal.heads import position_of
from cairn.money.facts import (
    MoneyConfirmed,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    PaymentEvidenced,
)
from cairn.money.models import Movement

NUMBER = 3_000


@pytest.fixture(scope="module")
def facts():
    drafts = [draft for batch in large.tale(20_000).batches() for draft in batch.drafts]
    return [draft.fact for draft in drafts if draft.fact.kind.startswith("money.money")]


def test_the_journal_takes_as_many_movements_as_asked_for(db):
    tale = large.tale(NUMBER)

    load.load(tale, journal, lambda _done: None)

    assert position_of(tale.programme) == tale.facts
    assert Movement.objects.filter(programme=tale.programme).count() == NUMBER


def test_loading_goes_on_where_it_was_interrupted(db):
    tale = large.tale(200)
    told = [draft.id for batch in tale.batches() for draft in batch.drafts]
    first = next(tale.batches())
    journal.append_batch(tale.programme, first.drafts[:70], now=first.now)

    load.load(tale, journal, lambda _done: None)

    assert [recorded.id for recorded in journal.facts(tale.programme)] == told


@pytest.mark.parametrize("number", [100, 137, 1_000])
def test_evidence_is_of_a_payment_on_record(number):
    spent = set()
    evidence = 0
    for batch in large.tale(number).batches():
        for draft in batch.drafts:
            if isinstance(draft.fact, MoneySpent):
                spent.add(str(draft.id))
            elif isinstance(draft.fact, PaymentEvidenced):
                evidence += 1
                assert draft.fact.movement in spent

    assert evidence == number // large.EVIDENCE_EVERY


def test_it_has_the_shape_of_a_programme(facts):
    kinds = Counter(type(fact) for fact in facts)
    naming = [fact for fact in facts if isinstance(fact, (MoneySent, MoneySpent, MoneyReturned))]
    named = sum(fact.grant is not None for fact in naming)

    assert 0.27 < named / len(naming) < 0.33
    assert 0.005 < kinds[MoneyReturned] / len(facts) < 0.02
    assert 0.03 < 1 - kinds[MoneyConfirmed] / kinds[MoneySent] < 0.2
    assert 0.25 < kinds[MoneySpent] / len(facts) < 0.6


def test_another_size_or_seed_is_another_programme():
    names = {
        large.tale(100).programme,
        large.tale(200).programme,
        large.tale(100, seed=3).programme,
    }

    assert names == {"large-100", "large-200", "large-100-3"}
