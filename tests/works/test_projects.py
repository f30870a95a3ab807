from datetime import date

import pytest

from cairn.journal.journal import Draft
from cairn.programme.facts import ApprovalLimitSet
from cairn.values import Money, Text, Theme
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectProposed,
    ProjectStarted,
)
from cast import DAY, cny, named, new_id

WELL = "qarasu-well"
APPROVED, STARTED, COMPLETED = (
    kind(project=WELL) for kind in (ProjectApproved, ProjectStarted, ProjectCompleted)
)
CANCELLED = ProjectCancelled(project=WELL, reason="No water at 200 m")

every_step = pytest.mark.parametrize(
    "step", [APPROVED, STARTED, COMPLETED, CANCELLED], ids=lambda step: step.kind
)


def test_a_project_is_proposed_with_what_it_may_cost(cast):
    cast.record(
        ProjectProposed(
            project="road",
            name=Text(en="Road", zh_hans="路"),
            place="qarasu",
            theme=Theme.ROAD,
            budget=cny("250000.00"),
            ends_on=date(2025, 10, 31),
        )
    )

    road = cast.the("project", "road")
    assert road.name == {"en": "Road", "zh-hans": "路"}
    assert (road.place, road.theme) == ("qarasu", "road")
    assert (road.budget_minor, road.budget_currency) == (25_000_000, "CNY")
    assert (road.proposed_on, road.ends_on) == (DAY, date(2025, 10, 31))


def test_a_project_may_be_proposed_without_a_budget(cast):
    cast.record(ProjectProposed(project="road", name=named("R"), place="qarasu", theme=Theme.ROAD))

    road = cast.the("project", "road")
    assert (road.budget_minor, road.budget_currency, road.ends_on) == (None, "", None)


def test_a_project_goes_from_step_to_step(cast):
    for day, step in enumerate([APPROVED, STARTED, COMPLETED], start=1):
        cast.record(step, on=date(2025, 3, day))

    well = cast.the("project", WELL)
    assert well.approved_on == date(2025, 3, 1)
    assert well.started_on == date(2025, 3, 2)
    assert well.completed_on == date(2025, 3, 3)
    assert well.cancelled_on is None


def test_a_cancelled_project_says_why(cast):
    cast.record(CANCELLED)

    well = cast.the("project", WELL)
    assert (well.cancelled_on, well.cancelled_because) == (DAY, "No water at 200 m")


@every_step
def test_a_project_takes_each_step_without_those_before_it_because_records_arrive_late(cast, step):
    assert not cast.objections(step)


@every_step
def test_a_project_takes_no_step_twice(cast, step):
    cast.record(step)

    assert cast.objections(step, on=date(2025, 4, 1)) == {
        "project": "That was recorded already, on 2025-03-01."
    }


@pytest.mark.parametrize("step", [APPROVED, STARTED], ids=lambda step: step.kind)
def test_a_step_may_be_recorded_after_the_project_was_completed(cast, step):
    cast.record(COMPLETED)

    assert not cast.objections(step)


@pytest.mark.parametrize("step", [APPROVED, STARTED], ids=lambda step: step.kind)
def test_no_step_follows_a_cancellation(cast, step):
    cast.record(CANCELLED, on=DAY)

    assert cast.objections(step, on=date(2025, 3, 2)) == {
        "project": "This project ended on 2025-03-01."
    }


@pytest.mark.parametrize("step", [APPROVED, STARTED], ids=lambda step: step.kind)
def test_a_step_before_the_cancellation_may_be_recorded_late(cast, step):
    cast.record(CANCELLED, on=DAY)

    assert not cast.objections(step, on=DAY)


@pytest.mark.parametrize(
    ("first", "second"),
    [(COMPLETED, CANCELLED), (CANCELLED, COMPLETED)],
    ids=["cancel", "complete"],
)
def test_a_project_ends_in_one_way(cast, first, second):
    cast.record(first)

    assert cast.objections(second) == {"project": "This project ended on 2025-03-01."}


@every_step
def test_no_step_is_dated_before_the_proposal(cast, step):
    cast.record(
        ProjectProposed(project="road", name=named("R"), place="qarasu", theme=Theme.ROAD), on=DAY
    )
    step = step.model_copy(update={"project": "road"})

    assert cast.objections(step, on=date(2025, 2, 28)) == {
        "happened_on": "This project was proposed only on 2025-03-01."
    }
    assert not cast.objections(step, on=DAY)


def test_a_project_is_somewhere_on_record(cast):
    project = ProjectProposed(project="road", name=named("R"), place="atlantis", theme=Theme.ROAD)

    assert cast.objections(project) == {"place": "There is no place ‘atlantis’ in this programme."}


# Two approvals


def approve(cast, project, post):
    draft = Draft(new_id(), DAY, post, ProjectApproved(project=project))
    verdict = cast.batch(draft)[0]
    return [one.message for one in getattr(verdict, "objections", ())]


def propose(cast, project, budget):
    name, place = named(project), "qarasu"
    cast.record(
        ProjectProposed(project=project, name=name, place=place, theme=Theme.ROAD, budget=budget)
    )


@pytest.mark.parametrize("budget", ["200000.00", "1.00"])
def test_one_post_approves_up_to_the_limit(cast, budget):
    cast.record(ApprovalLimitSet(amount=cny("200000.00")))
    propose(cast, "road", cny(budget))

    assert not approve(cast, "road", "county-a")
    assert cast.the("project", "road").approved_on == DAY


@pytest.mark.parametrize("budget", [cny("200000.01"), None, Money.of("1.00", "USD")])
def test_two_posts_approve_above_the_limit(cast, budget):
    cast.record(ApprovalLimitSet(amount=cny("200000.00")))
    propose(cast, "road", budget)

    assert not approve(cast, "road", "county-a")
    assert cast.the("project", "road").approved_on is None
    assert approve(cast, "road", "county-a") == ["This post has approved it; another must, too."]
    assert not approve(cast, "road", "county-b")
    assert cast.the("project", "road").approved_on == DAY
    assert list(cast.the("project", "road").approvals.values()) == ["county-a", "county-b"]


def test_a_project_remembers_the_facts_that_brought_it_on(cast):
    propose(cast, "road", None)
    started = cast.record(ProjectStarted(project="road"))

    assert cast.the("project", "road").start == str(started.id)
    assert cast.the("project", "road").proposal
