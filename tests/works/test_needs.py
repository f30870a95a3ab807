"""Needs, and how work is planned and seen: what is refused, and what follows."""

from datetime import date

import pytest

from cairn.journal.files import keep
from cairn.values import Text, Theme
from cairn.works.facts import (
    Finding,
    GrantBudgeted,
    MilestonePlanned,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRaised,
    NeedRefused,
    NeedTakenUp,
    ProgressInspected,
    ProjectCancelled,
    ProjectCompleted,
    ProjectLeftNothing,
)
from cast import DAY, POST, a_picture, cny, named

WELL, BRIDGE = "qarasu-well", "footbridge"
LATER = date(2025, 3, 2)


@pytest.fixture
def lacking(cast):
    cast.record(
        NeedRaised(need=BRIDGE, name=named("A footbridge"), place="qarasu", theme=Theme.ROAD)
    )
    return cast


TAKEN_UP = NeedTakenUp(need=BRIDGE, project=WELL)
ELSEWHERE = NeedMetElsewhere(need=BRIDGE, what=Text(en="The county's"))
REFUSED = NeedRefused(need=BRIDGE, reason="There is one")


def test_a_need_says_which_post_raised_it(lacking):
    need = lacking.the("need", BRIDGE)

    assert (need.raised_by, need.raised_on, need.answered_on) == (POST, DAY, None)


@pytest.mark.parametrize("first", [TAKEN_UP, ELSEWHERE, REFUSED], ids=lambda fact: fact.kind)
def test_a_need_has_one_answer(lacking, first):
    lacking.record(first)

    assert lacking.objections(REFUSED) == {"need": "This need was answered on 2025-03-01."}


def test_what_was_refused_may_be_taken_up_after_all(lacking):
    lacking.record(REFUSED)
    lacking.record(TAKEN_UP, on=LATER)

    need = lacking.the("need", BRIDGE)
    assert (need.project, need.refused, need.answered_on) == (WELL, "", LATER)


def test_a_need_whose_project_was_given_up_may_be_answered_again(lacking):
    lacking.record(TAKEN_UP)
    lacking.record(ProjectCancelled(project=WELL, reason="Dry"))

    assert not lacking.objections(ELSEWHERE, on=LATER)


def test_a_cancelled_project_answers_nothing(lacking):
    lacking.record(ProjectCancelled(project=WELL, reason="Dry"))

    assert lacking.objections(TAKEN_UP, on=LATER) == {
        "project": "This project was cancelled; it answers nothing."
    }


def test_no_answer_comes_before_its_need(lacking):
    assert lacking.objections(ELSEWHERE, on=date(2025, 2, 28)) == {
        "happened_on": "This need was raised only on 2025-03-01."
    }


# Work


def test_a_milestone_is_reached_once_and_shown(cast):
    planned = MilestonePlanned(project=WELL, name=named("Water"), due_on=DAY)
    milestone = cast.movement(planned)
    photo = keep(cast.programme, a_picture())
    reached = MilestoneReached(milestone=milestone, sha256=photo, caption=named("Water"))

    assert "sha256" in cast.objections(MilestoneReached(milestone=milestone))
    cast.record(reached)
    assert cast.the("milestone", milestone).reached_on == DAY
    assert cast.objections(reached) == {"milestone": "This milestone was reached on 2025-03-01."}


def test_the_later_plan_of_a_grant_s_share_stands(cast):
    for amount in ("10.00", "12.00"):
        cast.record(GrantBudgeted(project=WELL, grant="water-2025", amount=cny(amount)))
    cast.record(GrantBudgeted(project=WELL, grant="seeds-2025", amount=cny("3.00")))

    assert cast.the("project", WELL).budgeted == {
        "water-2025": [1200, "CNY"],
        "seeds-2025": [300, "CNY"],
    }


def test_work_is_seen_while_it_lasts_and_may_be_told_late(cast):
    seen = ProgressInspected(project=WELL, finding=Finding.AS_PLANNED)
    cast.record(ProjectCompleted(project=WELL))

    assert cast.objections(seen, on=LATER) == {"project": "This project ended on 2025-03-01."}
    assert not cast.objections(seen, on=DAY)


def test_what_is_wrong_says_who_puts_it_right_and_when(cast):
    def seen(finding, **more):
        return ProgressInspected(project=WELL, finding=finding, **more)

    driller = "kunlun-drilling"
    assert cast.objections(seen(Finding.AS_PLANNED, mender=driller, mend_by=LATER)) == {
        "mender": "Work that is as planned is not put right."
    }
    assert cast.objections(seen(Finding.LATE, mender=driller)) == {
        "mend_by": "Say by which day it will be put right."
    }
    assert not cast.objections(seen(Finding.LATE, mender=driller, mend_by=LATER))


def test_only_what_is_finished_leaves_nothing(cast):
    nothing = ProjectLeftNothing(project=WELL, reason="A course")

    assert cast.objections(nothing) == {"project": "Only a completed project can leave nothing."}
    cast.record(ProjectCompleted(project=WELL))
    assert not cast.objections(nothing)
    assert cast.objections(nothing) == {"project": "That was said already."}
