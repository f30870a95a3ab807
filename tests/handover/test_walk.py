"""The walk from one team to the next: who does what, in which order, and what is refused."""

from datetime import date, timedelta

import pytest

from cairn.assets.facts import AssetInspected, AssetServiced, Condition
from cairn.catalog import journal
from cairn.handover.facts import (
    AdviceLeft,
    AssetSought,
    BalanceChecked,
    ExceptionSettled,
    HandoverOpened,
    HandoverWithdrawn,
    HandoverWitnessed,
    IncomingSigned,
    LineContested,
    LineExcepted,
    LineRefused,
    LinesAccepted,
    Missing,
    NoteTakenBack,
    OutgoingSigned,
    PackFrozen,
    RiskNamed,
    SettlementDoubted,
    Side,
    SideMissing,
    Sight,
    SuccessorNamed,
)
from cairn.people.models import Appointment
from cairn.people.record import MayNotError
from cairn.people.seats import seat_of
from cairn.programme.facts import CohortClosed, PostOpened, PostRole, TeamPlaced
from cairn.requests.facts import Help, RequestRaised
from cairn.values import Text, Theme
from cairn.worklist import queries
from cairn.works.facts import ProjectApproved, ProjectProposed, ProjectStarted
from cast import cny, named
from handover.conftest import (
    ANOTHER,
    BALANCE,
    HASH,
    JUNE,
    LINES,
    MAST,
    PUMP,
    WORDS,
    accepted,
    begun,
    found,
    frozen,
    line,
    opened,
    planned,
    refusal,
    signed,
    taken,
    walked,
)

ABOUT = {"handover": "qarasu-2025", "sha256": HASH}


def row(desks):
    return desks.pen.the("handover", "qarasu-2025")


def the_line(desks, key):
    return desks.pen.the("handover-line", line(key))


def owed(desks, today=JUNE):
    """What is open of handovers, each with the posts that owe it."""
    found = queries.worklist(programme=desks.programme, journal=journal, today=today)
    return {
        (one.sort, one.key): {post.id for post in one.owed_by}
        for one in found
        if one.what in {"handover", "team"}
    }


def holds(desks, post):
    """Whether anybody can act as a post now."""
    held = Appointment.objects.filter(programme=desks.programme, post=post).first()
    return seat_of(held, journal=journal, now=desks.now) is not None


def test_each_step_is_owed_by_whoever_takes_it(desks):
    about = "qarasu-2025"
    opened(desks)
    assert owed(desks) == {("successor", about): {"township"}}
    taken(
        desks,
        "township",
        SuccessorNamed(handover=about, team="qarasu-2026", incoming="leader-2026"),
    )
    assert owed(desks) == {("freeze", about): {"leader"}}
    frozen(desks)
    assert owed(desks) == {("walk", about): {"leader-2026"}}
    walked(desks)
    assert owed(desks) == {("sign-out", about): {"leader"}}
    taken(desks, "leader", OutgoingSigned(**ABOUT))
    assert owed(desks) == {("witness", about): {"township"}}
    taken(desks, "township", HandoverWitnessed(**ABOUT))
    assert owed(desks) == {("sign-in", about): {"leader-2026"}}
    planned(desks)
    taken(desks, "leader-2026", IncomingSigned(**ABOUT))
    assert owed(desks) == {
        ("settle", line(PUMP)): {"sponsor"},
        ("settle", line(MAST)): {"sponsor"},
    }


def test_a_team_whose_cohort_ends_soon_opens_its_handover(desks):
    assert ("hand-over", "qarasu-2025") not in owed(desks)
    assert owed(desks, date(2025, 12, 10)) == {("hand-over", "qarasu-2025"): {"leader"}}


def test_at_the_last_signature_rights_and_worklist_go_over(desks):
    begun(desks)
    frozen(desks)
    found(desks)
    with pytest.raises(MayNotError, match="has not taken over yet"):
        desks.record(desks.seat("leader-2026"), AssetServiced(asset="pump"))
    asked = RequestRaised(
        asked="county", help=Help.MATERIAL, place="qarasu", what=WORDS, by=date(2025, 7, 1)
    )
    taken(desks, "leader-2026", asked)
    walked(desks)
    planned(desks)
    assert holds(desks, "leader")
    signed(desks)

    assert not holds(desks, "leader")
    assert not holds(desks, "member")
    taken(desks, "leader-2026", AssetServiced(asset="pump"))
    assert row(desks).state == "accepted"


CANAL = "project/canal"


def a_project_to_finish(desks):
    """Its end has passed: the committee of the village and its team owe it."""
    desks.record(
        desks.seat("county"),
        ProjectProposed(
            project="canal",
            name=named("Canal"),
            place="qarasu",
            theme=Theme.WATER,
            budget=cny("900.00"),
            ends_on=date(2025, 6, 1),
        ),
    )
    desks.record(desks.seat("county-2"), ProjectApproved(project="canal"))
    desks.record(desks.seat("township"), ProjectStarted(project="canal"))


def finishing(desks):
    every = queries.worklist(programme=desks.programme, journal=journal, today=JUNE)
    (owing,) = [one.owed_by for one in every if one.sort == "finish"]
    return {post.id for post in owing}


def test_until_then_what_is_owed_at_the_place_is_owed_by_whoever_is_there(desks):
    a_project_to_finish(desks)
    begun(desks)
    assert finishing(desks) == {"committee", "leader"}
    frozen(desks)
    walked(desks)
    planned(desks)
    signed(desks)
    assert finishing(desks) == {"committee", "leader-2026"}


def test_what_is_refused_stays_with_the_sponsor_of_the_team_that_left(desks):
    a_project_to_finish(desks)
    begun(desks)
    frozen(desks, (*LINES, f"{CANAL} {'5' * 16}"))
    walked(desks)
    taken(desks, "leader-2026", LineRefused(line=line(CANAL), reason=WORDS))
    planned(desks)
    signed(desks)
    assert finishing(desks) == {"committee", "sponsor"}
    taken(desks, "sponsor", ExceptionSettled(line=line(CANAL), how=WORDS))
    assert finishing(desks) == {"committee", "leader-2026"}


@pytest.mark.parametrize(
    ("post", "fact", "field"),
    [
        ("leader-2026", OutgoingSigned(**ABOUT), "handover"),
        ("leader", IncomingSigned(**ABOUT), "handover"),
        ("leader", LinesAccepted(lines=(line(PUMP),)), "lines"),
        ("leader", LineRefused(line=line(PUMP), reason=WORDS), "line"),
        (
            "member",
            PackFrozen(handover="qarasu-2025", upto=5, sha256=HASH, lines=LINES),
            "handover",
        ),
        ("leader", OutgoingSigned(**ABOUT), "handover"),
        ("township", HandoverWitnessed(**ABOUT), "handover"),
        ("leader-2026", LinesAccepted(lines=(line(PUMP),)), "lines"),
        ("leader-2026", LinesAccepted(lines=(line(BALANCE),)), "lines"),
        ("leader", AssetSought(line=line(PUMP), sight=Sight.SEEN), "inspection"),
        ("leader", AssetSought(line=line(BALANCE), sight=Sight.NOT_SEEN), "line"),
        ("leader", BalanceChecked(line=line(PUMP)), "line"),
        ("leader-2026", LineContested(line=line(PUMP), reason=WORDS), "line"),
        ("sponsor", ExceptionSettled(line=line(PUMP), how=WORDS), "line"),
        ("leader", HandoverOpened(team="qarasu-2025", outgoing="leader", on=JUNE), "team"),
        (
            "leader-2026",
            LineExcepted(line=line(PUMP), exception=WORDS, by=date(2025, 6, 1)),
            "by",
        ),
    ],
)
def test_out_of_turn_it_is_refused_and_says_why(desks, post, fact, field):
    begun(desks)
    frozen(desks)
    assert field in refusal(desks, post, fact)


def test_a_balance_that_does_not_agree_is_not_accepted_as_it_stands(desks):
    begun(desks)
    frozen(desks)
    taken(desks, "leader", BalanceChecked(line=line(BALANCE), stated=cny("49.00")))
    assert "lines" in refusal(desks, "leader-2026", LinesAccepted(lines=(line(BALANCE),)))
    excepted = LineExcepted(line=line(BALANCE), exception=WORDS, by=date(2025, 7, 1))
    assert refusal(desks, "leader-2026", excepted) == {}


def test_nobody_signs_for_two_sides(desks):
    begun(desks)
    frozen(desks)
    walked(desks)
    planned(desks)
    taken(desks, "leader", OutgoingSigned(**ABOUT))
    desks.appoint("leader", "township")
    with pytest.raises(Exception, match="somebody else must do this"):
        desks.record(desks.seat("township", "leader"), HandoverWitnessed(**ABOUT), on=JUNE)


def test_frozen_anew_lines_that_read_the_same_keep_their_answers(desks):
    begun(desks)
    frozen(desks)
    walked(desks)
    frozen(desks, (LINES[0], f"{MAST} {'9' * 16}", f"asset/shed {'4' * 16}"), ANOTHER)

    assert the_line(desks, PUMP).answer == "excepted"
    assert the_line(desks, MAST).answer == ""
    assert not the_line(desks, BALANCE).standing
    assert "lines" in refusal(desks, "leader-2026", LinesAccepted(lines=(line(BALANCE),)))
    assert "sha256" in refusal(desks, "leader", OutgoingSigned(**ABOUT))


def test_what_is_signed_is_not_frozen_anew_nor_withdrawn(desks):
    begun(desks)
    frozen(desks)
    walked(desks)
    taken(desks, "leader", OutgoingSigned(**ABOUT))
    again = PackFrozen(handover="qarasu-2025", upto=6, sha256=ANOTHER, lines=LINES)
    assert "handover" in refusal(desks, "leader", again)
    withdrawn = HandoverWithdrawn(handover="qarasu-2025", reason=WORDS)
    assert "handover" in refusal(desks, "leader", withdrawn)


def test_opened_by_mistake_it_is_withdrawn_and_opened_anew(desks):
    begun(desks)
    frozen(desks)
    taken(desks, "leader", HandoverWithdrawn(handover="qarasu-2025", reason=WORDS))
    taken(desks, "leader-2026", AssetServiced(asset="pump"))
    assert owed(desks) == {}
    begun(desks)
    assert row(desks).state == "opened"


def test_opened_anew_nothing_is_answered_yet(desks):
    begun(desks)
    frozen(desks)
    walked(desks)
    taken(desks, "leader", HandoverWithdrawn(handover="qarasu-2025", reason=WORDS))
    begun(desks)
    frozen(desks)
    assert (the_line(desks, PUMP).answer, the_line(desks, PUMP).sight) == ("", "")


def test_what_one_team_answered_binds_no_other(desks):
    begun(desks)
    frozen(desks)
    walked(desks)
    planned(desks)
    taken(desks, "leader", OutgoingSigned(**ABOUT))
    taken(desks, "township", HandoverWitnessed(**ABOUT))
    another = TeamPlaced(team="late-2026", cohort="2026", place="qarasu", sponsor="water-bureau")
    desks.pen.record(another)
    opened_post = PostOpened(
        post="late-leader", name=named("Leader"), role=PostRole.TEAM_LEADER, team="late-2026"
    )
    desks.pen.record(opened_post)
    fact = SuccessorNamed(handover="qarasu-2025", team="late-2026", incoming="late-leader")
    taken(desks, "township", fact)

    assert {the_line(desks, key).answer for key in (PUMP, MAST, BALANCE)} == {""}
    assert (row(desks).planned, row(desks).witnessed) == ("", "")
    assert the_line(desks, PUMP).sight == "seen"


# When a side is not there


def missing(side, why=Missing.ABSENT):
    return SideMissing(handover="qarasu-2025", side=side, why=why, text=WORDS)


def test_without_an_incoming_team_every_line_stays_with_the_sponsor(desks):
    opened(desks)
    frozen(desks)
    assert "handover" in refusal(desks, "leader", OutgoingSigned(**ABOUT))
    taken(desks, "township", missing(Side.INCOMING, Missing.LATE))
    assert owed(desks) == {("sign-out", "qarasu-2025"): {"leader"}}
    taken(desks, "leader", OutgoingSigned(**ABOUT))

    assert row(desks).state == "left"
    assert not holds(desks, "leader")
    assert owed(desks) == {("take-over", "qarasu-2025"): {"sponsor"}}


def test_whoever_comes_late_takes_over_then(desks):
    opened(desks)
    frozen(desks)
    taken(desks, "township", missing(Side.INCOMING, Missing.LATE))
    taken(desks, "leader", OutgoingSigned(**ABOUT))
    named_ = SuccessorNamed(handover="qarasu-2025", team="qarasu-2026", incoming="leader-2026")
    taken(desks, "sponsor", named_)
    assert owed(desks) == {("walk", "qarasu-2025"): {"leader-2026"}}
    looked = AssetInspected(asset="pump", condition=Condition.GOOD)
    seen = taken(desks, "leader-2026", looked)
    sought = AssetSought(line=line(PUMP), sight=Sight.SEEN, inspection=seen)
    taken(desks, "leader-2026", sought)
    taken(desks, "township", AssetSought(line=line(MAST), sight=Sight.NOT_SEEN))
    taken(desks, "township", BalanceChecked(line=line(BALANCE), stated=cny("50.00")))
    taken(desks, "leader-2026", LinesAccepted(lines=(line(PUMP), line(BALANCE))))
    taken(desks, "leader-2026", LineRefused(line=line(MAST), reason=WORDS))
    planned(desks)
    taken(desks, "township", HandoverWitnessed(**ABOUT))
    taken(desks, "leader-2026", IncomingSigned(**ABOUT))
    assert row(desks).state == "accepted"
    assert owed(desks) == {("settle", line(MAST)): {"sponsor"}}


def test_an_outgoing_side_that_is_not_there_does_not_hold_up_the_other(desks):
    begun(desks)
    taken(desks, "township", missing(Side.OUTGOING))
    assert owed(desks) == {("freeze", "qarasu-2025"): {"township"}}
    frozen(desks, by="township")
    taken(desks, "township", AssetSought(line=line(PUMP), sight=Sight.NOT_SEEN))
    taken(desks, "township", AssetSought(line=line(MAST), sight=Sight.NOT_SEEN))
    taken(desks, "township", BalanceChecked(line=line(BALANCE)))
    for key in (PUMP, MAST, BALANCE):
        taken(desks, "leader-2026", LineRefused(line=line(key), reason=WORDS))
    planned(desks)
    taken(desks, "township", HandoverWitnessed(**ABOUT))
    taken(desks, "leader-2026", IncomingSigned(**ABOUT))
    assert row(desks).state == "accepted"
    assert not holds(desks, "leader")


def test_where_both_are_missing_the_lines_are_the_sponsors(desks):
    opened(desks)
    frozen(desks)
    taken(desks, "township", missing(Side.INCOMING, Missing.REFUSES))
    taken(desks, "township", missing(Side.OUTGOING))
    assert row(desks).state == "left"
    assert owed(desks) == {("take-over", "qarasu-2025"): {"sponsor"}}


def test_what_is_frozen_once_both_are_gone_is_the_sponsors(desks):
    a_project_to_finish(desks)
    opened(desks)
    for side in Side:
        taken(desks, "township", missing(side))
    assert finishing(desks) == {"committee", "leader-2026"}
    frozen(desks, (f"{CANAL} {'5' * 16}",), by="township")
    assert finishing(desks) == {"committee", "sponsor"}


# After it


def test_an_exception_is_settled_and_doubted_and_settled(desks):
    accepted(desks)
    settled = ExceptionSettled(line=line(PUMP), how=WORDS)
    taken(desks, "sponsor", settled)
    assert set(owed(desks)) == {("settle", line(MAST))}
    taken(desks, "leader-2026", SettlementDoubted(line=line(PUMP), reason=WORDS))
    assert set(owed(desks)) == {("settle", line(PUMP)), ("settle", line(MAST))}
    taken(desks, "sponsor", settled)
    assert "line" in refusal(desks, "sponsor", settled)


def test_a_line_is_contested_for_thirty_days(desks):
    accepted(desks)
    contested = LineContested(line=line(BALANCE), reason=WORDS)
    desks.later(days=40)
    assert "happened_on" in refusal(desks, "leader-2026", contested, on=JUNE + timedelta(31))
    taken(desks, "leader-2026", contested, on=JUNE + timedelta(30))
    assert ("settle", line(BALANCE)) in owed(desks)


def test_a_team_of_another_place_takes_nothing_over(desks):
    opened(desks)
    desks.pen.record(
        TeamPlaced(team="shiqiao-2026", cohort="2026", place="石桥村", sponsor="water-bureau")
    )
    named_ = SuccessorNamed(handover="qarasu-2025", team="shiqiao-2026", incoming="leader")
    assert set(refusal(desks, "township", named_)) == {"team", "incoming"}


@pytest.mark.parametrize(
    "text",
    [
        "Keep an eye on it: monitor the families of the upper street",
        "应当给每户打分排队",
        "重点人员要盯防",
    ],
)
def test_no_word_of_a_team_is_about_people(desks, text):
    said = Text(en=text) if text.isascii() else Text(zh_hans=text)
    assert "text" in refusal(desks, "leader", AdviceLeft(team="qarasu-2025", text=said))
    named_ = RiskNamed(team="qarasu-2025", text=WORDS, then=said)
    assert "then" in refusal(desks, "leader", named_)
    assert refusal(desks, "leader", RiskNamed(team="qarasu-2025", text=WORDS, then=WORDS)) == {}


def test_a_team_speaks_for_itself_and_takes_back_its_own_words(desks):
    advice = AdviceLeft(team="qarasu-2025", text=WORDS)
    assert "team" in refusal(desks, "leader-2026", advice)
    note = taken(desks, "member", advice)
    assert "note" in refusal(desks, "leader-2026", NoteTakenBack(note=note))
    taken(desks, "leader", NoteTakenBack(note=note))
    assert "note" in refusal(desks, "leader", NoteTakenBack(note=note))


def test_a_team_waits_for_one_that_is_there_and_no_longer(desks):
    begun(desks)
    with pytest.raises(MayNotError):
        desks.record(desks.seat("leader-2026"), AssetServiced(asset="pump"), on=JUNE)
    desks.pen.record(CohortClosed(cohort="2025"), on=JUNE)
    taken(desks, "leader-2026", AssetServiced(asset="pump"))
