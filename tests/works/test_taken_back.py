"""Steps of a project that were recorded by mistake."""

from datetime import date

import pytest

from cairn.journal.journal import RefusedError
from cairn.programme.facts import ApprovalLimitSet
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectStarted,
    Step,
    StepTakenBack,
)
from cast import OPENED, cny
from people.desks import Desks

WELL = "qarasu-well"


def back(step):
    return StepTakenBack(project=WELL, step=step, reason="Too early")


@pytest.mark.parametrize(
    ("fact", "step", "column"),
    [
        (ProjectApproved(project=WELL), Step.APPROVED, "approved_on"),
        (ProjectStarted(project=WELL), Step.STARTED, "started_on"),
        (ProjectCompleted(project=WELL), Step.COMPLETED, "completed_on"),
        (ProjectCancelled(project=WELL, reason="No water"), Step.CANCELLED, "cancelled_on"),
    ],
)
def test_a_step_is_taken_back_and_can_be_taken_again(cast, fact, step, column):
    cast.record(fact)
    cast.record(back(step))

    assert getattr(cast.the("project", WELL), column) is None
    assert cast.objections(fact) == {}
    assert getattr(cast.the("project", WELL), column) is not None


@pytest.mark.parametrize("step", Step)
def test_a_step_that_was_not_taken_is_not_taken_back(cast, step):
    assert set(cast.objections(back(step))) == {"step"}


def test_nor_before_it_was(cast):
    cast.record(ProjectStarted(project=WELL), on=date(2025, 3, 1))

    assert set(cast.objections(back(Step.STARTED), on=OPENED)) == {"happened_on"}


def test_a_post_takes_back_its_own_approval_and_no_other(db):
    desks = Desks.opened()
    desks.pen.record(ApprovalLimitSet(amount=cny("1.00")))
    for post in ("county", "office"):
        desks.record(desks.seat(post), ProjectApproved(project=WELL))
    assert desks.pen.the("project", WELL).approved_on

    with pytest.raises(RefusedError, match="who has, takes it back"):
        desks.record(desks.seat("township"), back(Step.APPROVED))
    desks.record(desks.seat("county"), back(Step.APPROVED))

    project = desks.pen.the("project", WELL)
    assert project.approved_on is None
    assert list(project.approvals.values()) == ["office"]


def test_taking_back_a_start_does_not_make_the_doer_a_judge(db):
    desks = Desks.opened()
    committee, township = desks.seat("committee"), desks.seat("township")
    desks.record(committee, ProjectStarted(project=WELL))
    desks.record(township, back(Step.STARTED))

    with pytest.raises(RefusedError, match="recorded what came before"):
        desks.record(committee, ProjectCompleted(project=WELL))
