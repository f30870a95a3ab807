"""Batches that arrive twice, in another order, or in other batches: the same facts, each once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.catalog import invariants, journal
from cairn.journal.checks import answers
from cairn.journal.entry import Receipt
from cairn.journal.heads import entries
from cairn.money.facts import MoneyConfirmed, MoneyReceived, MoneySent
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cast import Pen, assemble, cny, named

EXAMPLES = 60


def outbox(pen):
    """What a team has to send: places within places, money sent and confirmed."""
    drafts = []
    for number in range(3):
        township, village = f"township-{number}", f"village-{number}"
        for place, level, within in (
            (township, PlaceLevel.TOWNSHIP, "kunlun"),
            (village, PlaceLevel.VILLAGE, township),
        ):
            fact = PlaceAdded(place=place, name=named(place), level=level, within=within)
            drafts.append(pen.draft(fact))
        received = MoneyReceived(grant="water-2025", account="county-office", amount=cny("9.00"))
        sent = MoneySent(source="county-office", target="qarasu-committee", amount=cny("9.00"))
        drafts += [pen.draft(received), pen.draft(sent)]
        confirmed = MoneyConfirmed(movement=str(drafts[-1].id), amount=cny("4.00"))
        drafts.append(pen.draft(confirmed))
    return drafts


@settings(max_examples=EXAMPLES, derandomize=True)
@given(data=st.data())
def test_any_delivery_ends_in_the_same_facts_each_once(db, data):
    pen = Pen.opened()
    assemble(pen)
    before = sum(1 for _entry in entries(pen.programme))
    drafts = outbox(pen)
    receipts = {}
    while len(receipts) < len(drafts):
        # A phone sends until it has a receipt for each; whatever it sent may arrive more than once.
        open_ = [draft for draft in drafts if draft.id not in receipts]
        again = data.draw(st.lists(st.sampled_from(drafts), max_size=6))
        arriving = data.draw(st.permutations([*open_, *again]))
        while arriving:
            many = data.draw(st.integers(1, len(arriving)))
            batch, arriving = arriving[:many], arriving[many:]
            for draft, verdict in zip(batch, pen.batch(*batch), strict=True):
                if isinstance(verdict, Receipt):
                    assert receipts.setdefault(draft.id, verdict) == verdict

    recorded = [entry.id for entry in entries(pen.programme)][before:]
    assert sorted(recorded) == sorted(draft.id for draft in drafts)
    assert {receipt.position for receipt in receipts.values()} == set(
        range(before + 1, before + 1 + len(drafts))
    )
    found = answers(journal, pen.programme, invariants=invariants)
    assert [answer.wrong for answer in found if answer.wrong] == []
