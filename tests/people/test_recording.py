"""The one way in which a user records: rights, two-person rules, and who it was."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from cairn.catalog import journal
from cairn.journal.entry import Receipt, Refused
from cairn.journal.heads import position_of
from cairn.journal.journal import ConflictError, RefusedError
from cairn.money.facts import (
    EvidenceAttached,
    GrantPledged,
    MoneyConfirmed,
    MoneyMoved,
    MoneySent,
    MoneySpent,
    MovementReversed,
)
from cairn.people.models import Recording
from cairn.people.record import GuardError, MayNotError, SeatEndedError, objections, record_all
from cairn.people.rights import Guard
from cairn.programme.facts import (
    ApprovalLimitSet,
    CohortClosed,
    PlaceAdded,
    PlaceLevel,
    PostClosed,
    PostOpened,
    PostRole,
)
from cairn.values import Text, Theme
from cairn.works.facts import ProjectApproved, ProjectCompleted, ProjectProposed, ProjectStarted
from cast import DAY, cny, named, new_id

SENT = MoneySent(source="county-office", target="qarasu-committee", amount=cny("100.00"))


def confirmed(receipt):
    return MoneyConfirmed(movement=str(receipt.id), amount=cny("100.00"))


def refusal(desks, seat, fact):
    with pytest.raises(RefusedError) as caught:
        desks.record(seat, fact)
    return {one.field: one.message for one in caught.value.objections}


# Rights


def test_a_fact_is_recorded_by_the_post_and_remembered_with_the_user(desks):
    seat = desks.seat("county")

    receipt = desks.record(seat, SENT)

    said = next(iter(journal.facts(desks.programme, after=receipt.position - 1)))
    assert (said.post, said.fact) == ("county", SENT)
    kept = Recording.objects.get(programme=desks.programme, fact=receipt.id)
    assert kept.user == desks.user("county")


def test_what_the_table_does_not_list_is_refused(desks):
    before = position_of(desks.programme)

    with pytest.raises(MayNotError, match="This post may not record this"):
        desks.record(desks.seat("keeper"), SENT)

    assert position_of(desks.programme) == before


def test_a_post_sends_from_its_own_account_alone(desks):
    assert refusal(desks, desks.seat("committee"), SENT) == {
        "source": "This is beyond this post's reach."
    }


def test_the_receiver_confirms_and_nobody_else(desks):
    sent = desks.record(desks.seat("county"), SENT)

    assert "movement" in refusal(desks, desks.seat("other-committee"), confirmed(sent))
    assert desks.record(desks.seat("committee"), confirmed(sent))


def test_nobody_gets_round_a_confirmation_by_moving_money_between_organisations(desks):
    moved = MoneyMoved(source="county-office", target="qarasu-committee", amount=cny("1.00"))

    assert refusal(desks, desks.seat("county"), moved) == {
        "target": "This is beyond this post's reach."
    }


def test_what_was_recorded_by_mistake_is_reversed_by_whoever_told_it(desks):
    sent = desks.record(desks.seat("county"), SENT)
    arrived = desks.record(desks.seat("committee"), confirmed(sent))
    wrong = MovementReversed(movement=str(arrived.id), reason="Mistyped")

    assert "movement" in refusal(desks, desks.seat("county"), wrong)
    assert desks.record(desks.seat("committee"), wrong)


def test_evidence_is_attached_by_the_team_of_the_place(desks):
    spent = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("5.00"))
    paid = desks.record(desks.seat("committee"), spent)
    photo = EvidenceAttached(movement=str(paid.id), sha256="ab" * 32, caption=Text(en="The pump"))

    assert desks.record(desks.seat("member"), photo)


def test_what_is_not_on_record_is_said_in_the_journals_own_words(desks):
    nowhere = SENT.model_copy(update={"source": "nowhere"})

    assert refusal(desks, desks.seat("county"), nowhere) == {
        "source": "There is no account ‘nowhere’ in this programme."
    }


def test_a_county_adds_places_within_itself(desks):
    place = PlaceAdded(place="new", name=named("New"), level=PlaceLevel.VILLAGE, within="hongliu")

    assert desks.record(desks.seat("county"), place)
    assert "within" in refusal(
        desks,
        desks.seat("county"),
        PlaceAdded(place="far", name=named("Far"), level=PlaceLevel.COUNTY),
    )


def test_a_sponsor_pledges_for_itself_alone(desks):
    grant = GrantPledged(grant="g", name=named("G"), sponsor="water-bureau", amount=cny("100.00"))

    assert desks.record(desks.seat("sponsor"), grant)
    other = grant.model_copy(update={"grant": "h", "sponsor": "seed-company"})
    assert "sponsor" in refusal(desks, desks.seat("sponsor"), other)


@pytest.mark.parametrize("role", [PostRole.PROGRAMME_OFFICE, PostRole.COUNTY, PostRole.AUDITOR])
def test_nobody_opens_a_post_that_could_do_more_than_they_decide_about(desks, role):
    post = PostOpened(post="mine", name=named("Mine"), role=role, place="kunlun")

    assert "role" in refusal(desks, desks.seat("county"), post)
    assert desks.record(desks.seat("office"), post)


def test_nobody_closes_a_post_above_their_own(desks):
    assert "role" in refusal(desks, desks.seat("county"), PostClosed(post="county-2"))
    assert desks.record(desks.seat("office"), PostClosed(post="county-2"))


# What the user must have shown


@pytest.mark.parametrize(
    ("shown", "guard"),
    [
        ({"factor": False, "fresh": True}, Guard.FACTOR),
        ({"factor": True, "fresh": False}, Guard.FRESH),
    ],
)
def test_money_wants_a_second_factor_and_a_sign_in_of_a_moment_ago(desks, shown, guard):
    seat = replace(desks.seat("county"), **shown)

    with pytest.raises(GuardError) as caught:
        desks.record(seat, SENT)

    assert caught.value.guard is guard


def test_what_moves_nothing_wants_neither(desks):
    seat = replace(desks.seat("member"), factor=False, fresh=False)
    project = ProjectProposed(project="p", name=named("P"), place="qarasu", theme=Theme.ROAD)

    assert desks.record(seat, project)


def test_a_post_that_moves_money_records_nothing_without_a_second_factor(desks):
    seat = replace(desks.seat("county"), factor=False)
    project = ProjectProposed(project="p", name=named("P"), place="qarasu", theme=Theme.ROAD)

    with pytest.raises(GuardError):
        desks.record(seat, project)


# Appointments


def test_an_ended_seat_records_nothing(desks):
    seat = desks.seat("leader")
    desks.pen.record(CohortClosed(cohort="2025"))

    with pytest.raises(SeatEndedError):
        desks.record(seat, ProjectStarted(project="qarasu-well"))


def test_a_seat_records_as_its_own_post(desks):
    seat = desks.seat("county")
    draft = replace(seat.draft(SENT, id=new_id(), happened_on=DAY), post="committee")

    with pytest.raises(SeatEndedError):
        record_all(seat, [draft], journal=journal, now=desks.now)


# Two persons


def test_whoever_sent_money_does_not_confirm_it_by_the_same_post(desks):
    sent = desks.record(desks.seat("county"), SENT.model_copy(update={"target": "county-cash"}))

    assert refusal(desks, desks.seat("county", "another"), confirmed(sent)) == {
        "movement": "This post recorded what came before; another must do this."
    }


def test_whoever_sent_money_does_not_confirm_it_as_another_post(desks):
    sent = desks.record(desks.seat("county", "amina"), SENT)

    assert refusal(desks, desks.seat("committee", "amina"), confirmed(sent)) == {
        "movement": "You recorded what came before, as another post; somebody else must do this."
    }
    assert desks.record(desks.seat("committee", "bek"), confirmed(sent))


def test_whoever_did_the_work_does_not_verify_it(desks):
    desks.record(desks.seat("committee", "amina"), ProjectStarted(project="qarasu-well"))
    done = ProjectCompleted(project="qarasu-well")

    assert "project" in refusal(desks, desks.seat("leader", "amina"), done)
    assert "project" in refusal(desks, desks.seat("committee", "chen"), done)
    assert desks.record(desks.seat("leader", "bek"), done)


def test_whoever_proposed_a_project_does_not_approve_it(desks):
    project = ProjectProposed(project="p", name=named("P"), place="qarasu", theme=Theme.ROAD)
    desks.record(desks.seat("leader", "amina"), project)

    assert "project" in refusal(desks, desks.seat("county", "amina"), ProjectApproved(project="p"))
    assert desks.record(desks.seat("county", "bek"), ProjectApproved(project="p"))


def test_two_approvals_are_of_two_users(desks):
    desks.pen.record(ApprovalLimitSet(amount=cny("1.00")))
    approval = ProjectApproved(project="qarasu-well")
    desks.record(desks.seat("county", "amina"), approval)

    assert "project" in refusal(desks, desks.seat("county-2", "amina"), approval)
    assert desks.pen.the("project", "qarasu-well").approved_on is None
    desks.record(desks.seat("county-2", "bek"), approval)
    assert desks.pen.the("project", "qarasu-well").approved_on == DAY


def test_whoever_set_the_limit_approves_nothing_under_it(desks):
    desks.record(desks.seat("office", "amina"), ApprovalLimitSet(amount=cny("900000.00")))

    found = refusal(desks, desks.seat("county", "amina"), ProjectApproved(project="qarasu-well"))

    assert set(found) == {"programme"}
    assert desks.record(desks.seat("county", "bek"), ProjectApproved(project="qarasu-well"))


def test_a_form_can_ask_beforehand(desks):
    sent = desks.record(desks.seat("county", "amina"), SENT)

    asked = objections(desks.seat("committee", "amina"), confirmed(sent), journal=journal)

    assert [one.field for one in asked] == ["movement"]
    assert not objections(desks.seat("committee", "bek"), confirmed(sent), journal=journal)
    assert objections(desks.seat("keeper"), SENT, journal=journal)


# Sent again, and many at once


def test_the_same_fact_sent_again_has_the_receipt_it_has(desks):
    desks.pen.record(ApprovalLimitSet(amount=cny("1.00")))
    seat, id = desks.seat("county"), new_id()
    first = desks.record(seat, ProjectApproved(project="qarasu-well"), id=id)

    assert desks.record(seat, ProjectApproved(project="qarasu-well"), id=id) == first


def test_an_id_that_says_something_else_is_a_conflict(desks):
    seat, id = desks.seat("county"), new_id()
    desks.record(seat, SENT, id=id)

    with pytest.raises(ConflictError):
        desks.record(seat, SENT.model_copy(update={"amount": cny("2.00")}), id=id)


def test_whoever_sends_a_fact_again_did_not_record_it(desks):
    seat, id = desks.seat("county", "amina"), new_id()
    sent = desks.record(seat, SENT, id=id)
    desks.record(desks.seat("county", "bek"), SENT, id=id)

    assert Recording.objects.get(fact=sent.id).user == desks.user("amina")


def test_many_facts_get_a_verdict_each_and_see_those_before_them(desks):
    seat = desks.seat("committee", "amina")
    started, done = ProjectStarted(project="qarasu-well"), ProjectCompleted(project="qarasu-well")
    drafts = [seat.draft(fact, id=new_id(), happened_on=DAY) for fact in (started, done, SENT)]

    verdicts = record_all(seat, drafts, journal=journal, now=desks.now)

    assert [type(one) for one in verdicts] == [Receipt, Refused, Refused]
    assert Recording.objects.filter(programme=desks.programme).count() == 1


def test_many_sent_again_have_their_receipts_for_those_who_may(desks):
    seat, ids = desks.seat("county", "amina"), [new_id(), new_id()]
    drafts = [seat.draft(SENT, id=id, happened_on=DAY) for id in (*ids, ids[0])]
    first = record_all(seat, drafts, journal=journal, now=desks.now)
    again = record_all(
        desks.seat("county", "bek"), drafts, journal=journal, now=desks.now, all_or_none=True
    )
    # As the post that they were sent by, of which this user has no right any more.
    beyond = replace(desks.seat("county", "chen"), role="auditor")
    refused = record_all(beyond, drafts[:2], journal=journal, now=desks.now)

    assert (again, first[2]) == (first, first[0])
    assert [one.again for one in (*first, *again)] == [False, False, True, True, True, True]
    assert [type(one) for one in refused] == [Refused, Refused]
    recorded = Recording.objects.filter(programme=desks.programme)
    assert {one.user for one in recorded} == {desks.user("amina")}


def test_all_or_none_writes_none_where_one_is_refused(desks):
    seat = desks.seat("committee", "amina")
    before = position_of(desks.programme)
    drafts = [
        seat.draft(fact, id=new_id(), happened_on=DAY)
        for fact in (ProjectStarted(project="qarasu-well"), SENT)
    ]

    verdicts = record_all(seat, drafts, journal=journal, now=desks.now, all_or_none=True)

    assert [type(one) for one in verdicts] == [Refused]
    assert position_of(desks.programme) == before
    assert not Recording.objects.filter(programme=desks.programme).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_recording SET user_id = user_id + 1",
        "DELETE FROM people_recording",
    ],
)
def test_who_recorded_a_fact_is_never_changed_or_deleted(desks, statement):
    desks.record(desks.seat("county"), SENT)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_appointment_ends_by_its_date(desks):
    desks.appoint("amina", "county", until=date(2025, 6, 30))
    seat = desks.seat("county", "amina")
    assert desks.record(seat, SENT)
    desks.later(days=1)

    with pytest.raises(SeatEndedError):
        desks.record(seat, SENT)
