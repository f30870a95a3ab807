"""A recommendation from its draft to its end: who takes which step, and what is refused."""

from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cairn.catalog import journal
from cairn.journal.sealing import answers_of
from cairn.lessons.facts import (
    DROPPED,
    MERGED,
    Answer,
    ClaimRefuted,
    DebriefHeld,
    Ending,
    ItemPut,
    MinutesWritten,
    RecommendationAnswered,
    RecommendationBegun,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationDropped,
    RecommendationMerged,
    RecommendationPut,
    RecommendationReworded,
    RecommendationVerified,
)
from cairn.values import Text
from cairn.worklist import queries
from cast import named
from lessons.conftest import JUNE, TEXT, draft, refusal

JULY = date(2025, 6, 20)
WHY = Text(en="It is done with the next handover")


def row(desks, recommendation):
    return desks.pen.the("recommendation", recommendation)


def sorts(desks, today=JULY):
    """What is open about recommendations, and the posts that owe it."""
    found = queries.worklist(programme=desks.programme, journal=journal, today=today)
    return {
        one.sort: {post.id for post in one.owed_by}
        for one in found
        if one.what in {"recommendation", "debrief"}
    }


def yes(recommendation, by=JULY):
    return RecommendationAnswered(
        recommendation=recommendation, answer=Answer.ACCEPTED, reason=WHY, by=by
    )


def test_from_what_was_said_to_what_another_saw_each_step_is_owed_by_whoever_takes_it(desks):
    one = draft(desks)
    assert sorts(desks) == {"minutes": {"county", "county-2"}, "stand-by": {"leader"}}
    steps = (
        ("leader", RecommendationConfirmed(recommendation=one), "put"),
        ("county", RecommendationPut(recommendation=one, asked="township"), "recommendation"),
        ("township", yes(one), "carry-out"),
        ("township", RecommendationBegun(recommendation=one), "carry-out"),
        ("township", RecommendationClaimed(recommendation=one, shows=WHY), "verify"),
        ("county", RecommendationVerified(recommendation=one), "close"),
        ("county", RecommendationClosed(recommendation=one, ending=Ending.IMPLEMENTED), None),
    )
    for post, fact, follows in steps:
        assert refusal(desks, post, fact) == {}
        assert set(sorts(desks)) - {"minutes"} == ({follows} if follows else set())

    kept = row(desks, one)
    assert (kept.state, kept.ending, kept.answer) == ("closed", "implemented", "accepted")
    assert [step[3] for step in kept.history] == [
        "drafted", "confirmed", "asked", "accepted", "begun", "claimed", "verified", "closed",
    ]  # fmt: skip


def test_whoever_says_that_it_is_done_does_not_see_to_it_whether_it_is(desks):
    one = draft(desks)
    desks.record(desks.seat("leader"), RecommendationConfirmed(recommendation=one), on=JUNE)
    desks.record(
        desks.seat("county"), RecommendationPut(recommendation=one, asked="county"), on=JUNE
    )
    desks.record(desks.seat("county"), yes(one), on=JUNE)
    claimed = RecommendationClaimed(recommendation=one, shows=WHY)
    desks.record(desks.seat("county"), claimed, on=JUNE)

    assert sorts(desks)["verify"] == {"county-2"}
    assert refusal(desks, "county", RecommendationVerified(recommendation=one)) != {}
    assert refusal(desks, "county-2", ClaimRefuted(recommendation=one, reason=WHY)) == {}
    assert row(desks, one).state == "begun"


def test_only_its_speaker_or_the_chair_says_what_was_meant(desks):
    one = draft(desks)

    assert refusal(desks, "member", RecommendationConfirmed(recommendation=one)) != {}
    assert refusal(desks, "county-2", RecommendationConfirmed(recommendation=one)) != {}
    assert refusal(desks, "county", RecommendationConfirmed(recommendation=one)) == {}
    reworded = RecommendationReworded(recommendation=one, text=Text(en="Another wish"))
    assert "recommendation" in refusal(desks, "county", reworded)


@pytest.mark.parametrize(
    "text",
    [
        Text(zh_hans="给每户打分排队"),
        Text(en="Give each family a score"),
        Text(en="Keep a list of suspicious people"),
        Text(zh_hans="对重点人员加强监视"),
        Text(en="Re-educate those who complain"),
    ],
)
def test_what_is_about_people_becomes_no_recommendation(desks, text):
    said = refusal(desks, "county", RecommendationDrafted(debrief="close", text=text))
    assert "things and work only" in said["text"]
    assert "name" in refusal(desks, "leader", ItemPut(debrief="close", name=text))
    one = draft(desks)
    assert "text" in refusal(desks, "county", RecommendationReworded(recommendation=one, text=text))


@pytest.mark.parametrize(
    ("answer", "by", "field"),
    [
        (Answer.ACCEPTED, None, "by"),
        (Answer.IN_PART, None, "by"),
        (Answer.REJECTED, JULY, "by"),
        (Answer.ACCEPTED, date(2025, 5, 1), "by"),
    ],
)
def test_a_yes_has_its_day_and_a_no_has_none(desks, answer, by, field):
    one = draft(desks)
    desks.record(desks.seat("leader"), RecommendationConfirmed(recommendation=one), on=JUNE)
    asked = RecommendationPut(recommendation=one, asked="township")
    desks.record(desks.seat("county"), asked, on=JUNE)

    fact = RecommendationAnswered(recommendation=one, answer=answer, reason=WHY, by=by)
    assert set(refusal(desks, "township", fact)) == {field}


def test_implemented_is_what_another_saw_and_any_other_end_has_its_reason(desks):
    one = draft(desks)
    desks.record(desks.seat("leader"), RecommendationConfirmed(recommendation=one), on=JUNE)

    done = RecommendationClosed(recommendation=one, ending=Ending.IMPLEMENTED)
    assert set(refusal(desks, "county", done)) == {"ending"}
    never = RecommendationClosed(recommendation=one, ending=Ending.NO_LONGER)
    assert set(refusal(desks, "county", never)) == {"reason"}
    with_reason = never.model_copy(update={"reason": WHY})
    assert refusal(desks, "county", with_reason) == {}


def test_a_merged_one_goes_on_in_another_and_never_in_itself_or_one_that_ended(desks):
    one, other, gone = draft(desks), draft(desks), draft(desks)
    dropped = RecommendationDropped(recommendation=gone, reason=WHY)
    desks.record(desks.seat("county"), dropped, on=JUNE)

    assert "into" in refusal(desks, "county", RecommendationMerged(recommendation=one, into=one))
    assert "into" in refusal(desks, "county", RecommendationMerged(recommendation=one, into=gone))
    assert refusal(desks, "county", RecommendationMerged(recommendation=one, into=other)) == {}
    assert row(desks, one).merged_into == other


def test_asked_of_another_the_clock_goes_on(desks):
    one = draft(desks)
    desks.record(desks.seat("leader"), RecommendationConfirmed(recommendation=one), on=JUNE)
    for day, post in ((3, "township"), (10, "committee")):
        asked = RecommendationPut(recommendation=one, asked=post)
        desks.record(desks.seat("county"), asked, on=date(2025, 6, day))

    assert row(desks, one).asked_on == date(2025, 6, 3)
    assert sorts(desks)["recommendation"] == {"committee"}


def test_minutes_are_sealed_and_come_after_the_meeting(desks):
    text = "Team leader: the handover should list every warranty."
    receipt = desks.record(
        desks.seat("county"), MinutesWritten(debrief="close", text=text), on=JUNE
    )

    debrief = desks.pen.the("debrief", "close")
    assert debrief.minutes == str(receipt.id)
    assert text not in repr(debrief.__dict__)
    assert answers_of(desks.programme, [debrief.minutes])[debrief.minutes]["text"] == text
    assert "minutes" not in sorts(desks)


def test_as_many_took_part_as_posts_at_least(desks):
    held = DebriefHeld(debrief="close", posts=("county", "leader", "member"), present=2)
    assert set(refusal(desks, "county", held)) == {"present"}


class Life(RuleBasedStateMachine):
    """Any step by any post in any order: what is open is owed by somebody, and what ended by nobody."""

    def __init__(self, desks):
        super().__init__()
        self.desks, self.ids = desks, [draft(desks), draft(desks)]

    @rule(
        nth=st.integers(0, 1),
        post=st.sampled_from(["county", "county-2", "township", "leader", "office"]),
        step=st.sampled_from(
            [
                lambda one, _o: RecommendationConfirmed(recommendation=one),
                lambda one, _o: RecommendationPut(recommendation=one, asked="township"),
                lambda one, _o: RecommendationPut(recommendation=one, asked="leader"),
                lambda one, _o: yes(one),
                lambda one, _o: RecommendationAnswered(
                    recommendation=one, answer=Answer.REJECTED, reason=WHY
                ),
                lambda one, _o: RecommendationBegun(recommendation=one),
                lambda one, _o: RecommendationClaimed(recommendation=one, shows=WHY),
                lambda one, _o: RecommendationVerified(recommendation=one),
                lambda one, _o: ClaimRefuted(recommendation=one, reason=WHY),
                lambda one, other: RecommendationMerged(recommendation=one, into=other),
                lambda one, _o: RecommendationDropped(recommendation=one, reason=WHY),
                lambda one, _o: RecommendationClosed(
                    recommendation=one, ending=Ending.NOT_IMPLEMENTED, reason=WHY
                ),
                lambda one, _o: RecommendationClosed(recommendation=one, ending=Ending.IMPLEMENTED),
            ]
        ),
    )
    def take(self, nth, post, step):
        refusal(self.desks, post, step(self.ids[nth], self.ids[1 - nth]))

    @invariant()
    def what_is_open_is_owed_and_nothing_else(self):
        found = queries.worklist(programme=self.desks.programme, journal=journal, today=JULY)
        owed = {one.key: one for one in found if one.what == "recommendation"}
        for one in self.ids:
            state = row(self.desks, one).state
            assert (one in owed) == (state not in {"closed", DROPPED, MERGED}), state
            assert one not in owed or owed[one].owed_by
            if row(self.desks, one).ending == "implemented":
                assert row(self.desks, one).verified_on


def test_nothing_open_is_ever_without_somebody_who_owes_it(desks):
    run_state_machine_as_test(
        lambda: Life(desks),
        settings=settings(max_examples=8, stateful_step_count=25, deadline=None),
    )


def test_the_texts_of_a_recommendation_are_public_in_each_language(desks):
    assert row(desks, draft(desks)).name == TEXT.by_language()
    assert named("x").by_language()
