"""Appending: envelopes, positions, idempotence, batches."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from cairn.catalog import journal
from cairn.journal.codec import canonical
from cairn.journal.entry import Draft, Receipt, Refused
from cairn.journal.heads import entries, position_of
from cairn.journal.journal import ConflictError, ProgrammeIdError, RefusedError, UnknownKindError
from cairn.journal.models import Entry, Head
from cairn.journal.projection import Objection
from cairn.merkle.hashing import leaf_hash
from cairn.money.facts import MoneyConfirmed, MoneySent, MoneySpent
from cairn.programme.facts import OrganisationJoined, OrganisationRole, PlaceAdded, PlaceLevel
from cairn.programme.projections import Place
from cast import DAY, NOW, OPENED, OPENING, POST, Pen, cny, named, new_id

A_VILLAGE = PlaceAdded(place="qarasu", name=named("Qarasu"), level=PlaceLevel.VILLAGE)
A_TOWNSHIP = PlaceAdded(place="hongliu", name=named("Hongliu"), level=PlaceLevel.TOWNSHIP)
NOWHERE = PlaceAdded(place="farm", name=named("Farm"), level=PlaceLevel.VILLAGE, within="nowhere")


def test_an_entry_is_the_canonical_bytes_of_the_whole_envelope(pen):
    id = UUID("01936f0a-0000-7000-8000-00000000000a")

    receipt = pen.append(pen.draft(A_VILLAGE, id=id))

    body = bytes(Entry.objects.get(programme=pen.programme, id=id).body)
    assert body.decode() == (
        '{"fact":{"level":"village","name":{"en":"Qarasu"},"place":"qarasu"},'
        '"happened_on":"2025-03-01","id":"01936f0a-0000-7000-8000-00000000000a",'
        '"kind":"programme.place-added","position":2,"post":"county-accountant",'
        f'"programme":"{pen.programme}","recorded_at":"2025-06-30T04:00:00Z"}}'
    )
    assert body == canonical(json.loads(body))
    assert receipt == Receipt(pen.programme, 2, id, leaf_hash(body))


def test_the_columns_of_an_entry_repeat_its_bytes(pen):
    receipt = pen.record(A_VILLAGE)

    entry = Entry.objects.get(programme=pen.programme, position=receipt.position)
    assert (entry.id, entry.kind, entry.happened_on) == (receipt.id, A_VILLAGE.kind, DAY)


def test_the_time_of_recording_is_kept_in_utc_to_the_second(pen):
    pen.now = datetime(2025, 6, 30, 12, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))

    receipt = pen.record(A_VILLAGE)

    said = next(journal.facts(pen.programme, after=receipt.position - 1))
    assert said.recorded_at == datetime(2025, 6, 30, 4, 0, tzinfo=UTC)


def test_a_fact_is_read_back_as_it_was_recorded(pen):
    receipt = pen.record(A_VILLAGE)

    said = list(journal.facts(pen.programme))[-1]
    assert said.fact == A_VILLAGE
    assert (said.programme, said.position, said.id) == (pen.programme, 2, receipt.id)
    assert (said.happened_on, said.post) == (DAY, POST)


def test_a_range_of_the_journal_can_be_read(cast):
    positions = [entry.position for entry in entries(cast.programme, after=3, until=6)]

    assert positions == [4, 5, 6]


def test_positions_have_no_gaps_though_facts_between_are_refused(pen):
    first = pen.record(A_TOWNSHIP)
    with pytest.raises(RefusedError):
        pen.record(NOWHERE)
    second = pen.record(A_VILLAGE)

    assert (first.position, second.position, position_of(pen.programme)) == (2, 3, 3)


def test_positions_of_two_programmes_are_counted_apart(db):
    one, other = Pen.opened(), Pen.opened()

    assert one.record(A_VILLAGE).position == 2
    assert other.record(A_VILLAGE).position == 2


def test_a_programme_that_nobody_wrote_in_stands_at_nought(db):
    assert position_of("nobody") == 0


def test_the_same_id_and_fact_once_more_gets_the_same_receipt(pen):
    draft = pen.draft(A_VILLAGE)
    receipt = pen.append(draft)
    pen.now = NOW + timedelta(days=30)

    again = pen.append(draft)

    assert again == receipt
    assert position_of(pen.programme) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"fact": A_TOWNSHIP},
        {"happened_on": DAY + timedelta(days=1)},
        {"post": "somebody-else"},
    ],
    ids=["fact", "day", "post"],
)
def test_the_same_id_with_other_bytes_is_a_conflict_and_nothing_is_written(pen, change):
    draft = pen.draft(A_VILLAGE)
    pen.append(draft)
    before = pen.tables()

    with pytest.raises(ConflictError, match="says something else"):
        pen.append(replace(draft, **change))
    assert position_of(pen.programme) == 2
    assert pen.tables() == before


def test_an_id_may_stand_in_two_programmes(db):
    one, other, id = Pen.opened(), Pen.opened(), new_id()

    one.append(one.draft(A_VILLAGE, id=id))

    assert other.append(other.draft(A_VILLAGE, id=id)).position == 2


def test_a_batch_gets_a_verdict_for_each_fact_in_order(pen):
    drafts = [pen.draft(fact) for fact in (A_TOWNSHIP, NOWHERE, A_VILLAGE)]

    verdicts = pen.batch(*drafts)

    assert [type(verdict) for verdict in verdicts] == [Receipt, Refused, Receipt]
    assert [verdict.id for verdict in verdicts] == [draft.id for draft in drafts]
    assert [verdicts[0].position, verdicts[2].position] == [2, 3]
    assert verdicts[1].objections == (
        Objection("within", "There is no place ‘nowhere’ in this programme."),
    )


def test_a_fact_of_a_batch_sees_those_before_it(pen):
    village = A_VILLAGE.model_copy(update={"within": "hongliu"})

    right = pen.batch(pen.draft(A_TOWNSHIP), pen.draft(village))

    assert [verdict.position for verdict in right] == [2, 3]
    assert pen.the("place", "qarasu").path == "/hongliu/qarasu/"


def test_a_fact_of_a_batch_does_not_see_those_after_it(pen):
    village = A_VILLAGE.model_copy(update={"within": "hongliu"})

    first, second = pen.batch(pen.draft(village), pen.draft(A_TOWNSHIP))

    assert isinstance(first, Refused)
    assert second.position == 2


def test_a_batch_may_be_all_or_none(pen):
    before = pen.tables()

    verdicts = pen.batch(
        pen.draft(A_TOWNSHIP), pen.draft(NOWHERE), pen.draft(A_VILLAGE), all_or_none=True
    )

    assert [type(verdict) for verdict in verdicts] == [Refused]
    assert position_of(pen.programme) == 1
    assert pen.tables() == before


def test_all_or_none_of_what_is_all_right_is_all(pen):
    verdicts = pen.batch(pen.draft(A_TOWNSHIP), pen.draft(A_VILLAGE), all_or_none=True)

    assert [verdict.position for verdict in verdicts] == [2, 3]


def test_a_fact_sent_twice_in_one_batch_is_recorded_once(pen):
    draft = pen.draft(A_VILLAGE)

    first, second = pen.batch(draft, draft)

    assert first == second
    assert position_of(pen.programme) == 2


def test_an_id_used_twice_in_one_batch_is_a_conflict_of_the_second(pen):
    draft = pen.draft(A_VILLAGE)

    first, second = pen.batch(draft, replace(draft, fact=A_TOWNSHIP))

    assert first.position == 2
    assert [objection.field for objection in second.objections] == ["id"]
    assert position_of(pen.programme) == 2


def test_an_id_whose_fact_was_refused_is_free(pen):
    refused = pen.draft(NOWHERE)
    pen.batch(refused)

    assert pen.append(replace(refused, fact=A_VILLAGE)).position == 2


def test_an_empty_batch_writes_nothing(pen):
    assert pen.batch() == []
    assert position_of(pen.programme) == 1


def test_a_batch_longer_than_one_query_takes_is_one_batch(pen):
    drafts = [
        pen.draft(
            OrganisationJoined(
                organisation=f"c-{number}", name=named("C"), role=OrganisationRole.CONTRACTOR
            )
        )
        for number in range(2_000)
    ]

    verdicts = pen.batch(*drafts)

    assert [verdict.position for verdict in verdicts] == list(range(2, 2_002))
    assert pen.batch(*drafts) == verdicts


def test_a_step_that_raises_writes_nothing(cast):
    def broken(said, rows):
        if said.fact.amount == cny("3.00"):
            raise ZeroDivisionError

    steps = journal.steps | {MoneySpent: [*journal.steps[MoneySpent], broken]}
    cast.journal = replace(journal, steps=steps)
    before, position = cast.tables(), position_of(cast.programme)
    spent = [
        MoneySpent(account="county-office", project="qarasu-well", amount=cny(text))
        for text in ("1.00", "2.00", "3.00")
    ]

    with pytest.raises(ZeroDivisionError):
        cast.batch(*map(cast.draft, spent))
    assert cast.tables() == before
    assert position_of(cast.programme) == position
    assert not Entry.objects.filter(programme=cast.programme, position__gt=position).exists()


def test_a_refused_fact_leaves_no_trace_of_a_programme_that_is_not_there(db):
    pen = Pen()

    with pytest.raises(RefusedError, match="There is no programme"):
        pen.record(A_VILLAGE)
    assert not Head.objects.filter(programme=pen.programme).exists()


@pytest.mark.parametrize("programme", ["", "a b", "../up", "x" * 65, "a\x00b"])
def test_a_programme_is_called_by_an_id_that_can_be_typed(db, programme):
    pen = Pen(programme)

    with pytest.raises(ProgrammeIdError):
        pen.record(OPENING, on=OPENED)


def test_a_kind_that_this_cairn_does_not_know_is_named(pen):
    with pytest.raises(UnknownKindError, match="‘money.money-burnt’"):
        journal.read(Entry(kind="money.money-burnt", body=b"{}"))


def test_rows_written_by_one_batch_are_changed_by_the_next(cast):
    send = MoneySent(source="county-office", target="qarasu-committee", amount=cny("100.00"))
    movement = cast.movement(send)

    cast.record(MoneyConfirmed(movement=movement, amount=cny("30.00")))
    cast.record(MoneyConfirmed(movement=movement, amount=cny("20.00")))

    assert cast.the("movement", movement).confirmed_minor == 5_000


def test_facts_of_one_programme_never_reach_the_rows_of_another(db):
    one, other = Pen.opened(), Pen.opened()

    one.record(A_VILLAGE)

    assert other.objections(A_VILLAGE.model_copy(update={"within": "qarasu", "place": "x"})) == {
        "within": "There is no place ‘qarasu’ in this programme."
    }
    assert not Place.objects.filter(programme=other.programme).exists()


def test_objections_are_said_per_field(pen):
    fact = MoneySent(source="a", target="b", amount=cny("1.00"))

    assert pen.objections(fact, on=date(2025, 3, 1)) == {
        "source": "There is no account ‘a’ in this programme.",
        "target": "There is no account ‘b’ in this programme.",
    }


def test_a_post_is_named_by_its_id_and_never_by_a_person(cast):
    fact = OrganisationJoined(organisation="new", name=named("new"), role=OrganisationRole.OFFICE)
    (refused,) = cast.batch(Draft(new_id(), DAY, "Zhang San", fact))

    assert [(one.field, "never by a person" in one.message) for one in refused.objections] == [
        ("post", True)
    ]
