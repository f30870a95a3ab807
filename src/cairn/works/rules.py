"""What the journal will not take about projects and needs."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.works.facts import (
    Finding,
    GrantBudgeted,
    MilestonePlanned,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRefused,
    NeedTakenUp,
    ProgressInspected,
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectLeftNothing,
    ProjectStarted,
    Step,
    StepTakenBack,
    SupplierEngaged,
)
from cairn.works.projections import Milestone, Need, Project

Taken = ProjectApproved | ProjectStarted | ProjectCompleted | ProjectCancelled

DONE_ONCE: dict[type[Taken], str] = {
    ProjectApproved: "approved_on",
    ProjectStarted: "started_on",
    ProjectCompleted: "completed_on",
    ProjectCancelled: "cancelled_on",
}


@objects(*DONE_ONCE)
def a_project_takes_each_step_once_while_it_lasts(
    said: Recorded[Taken], rows: Rows
) -> Iterator[Objection]:
    """Records arrive late, so a step may be missing; but none is taken twice, nor two ends.

    What was done before a project was cancelled is taken after it.
    """
    project = rows.the(Project, said.fact.project)
    done_on = getattr(project, DONE_ONCE[type(said.fact)])
    ended_on = project.completed_on or project.cancelled_on
    ends = isinstance(said.fact, ProjectCompleted | ProjectCancelled)
    late = project.cancelled_on and said.happened_on > project.cancelled_on
    if done_on:
        yield Objection("project", _("That was recorded already, on {day}.").format(day=done_on))
    elif (ends and ended_on) or late:
        yield Objection("project", _("This project ended on {day}.").format(day=ended_on))
    if said.happened_on < project.proposed_on:
        message = _("This project was proposed only on {day}.")
        yield Objection("happened_on", message.format(day=project.proposed_on))


@objects(ProjectApproved)
def two_approvals_are_of_two_posts(
    said: Recorded[ProjectApproved], rows: Rows
) -> Iterator[Objection]:
    """One post has one voice."""
    project = rows.the(Project, said.fact.project)
    if not project.approved_on and said.post in project.approvals.values():
        yield Objection("project", _("This post has approved it; another must, too."))


@objects(GrantBudgeted, MilestonePlanned, SupplierEngaged, ProgressInspected)
def a_project_is_planned_and_seen_while_it_lasts(
    said: Recorded[GrantBudgeted | MilestonePlanned | SupplierEngaged | ProgressInspected],
    rows: Rows,
) -> Iterator[Objection]:
    """Not before it was proposed, nor after it ended."""
    project = rows.the(Project, said.fact.project)
    ended_on = project.completed_on or project.cancelled_on
    if said.happened_on < project.proposed_on:
        message = _("This project was proposed only on {day}.")
        yield Objection("happened_on", message.format(day=project.proposed_on))
    if ended_on and said.happened_on > ended_on:
        yield Objection("project", _("This project ended on {day}.").format(day=ended_on))


@objects(MilestoneReached)
def a_milestone_is_reached_once_and_shown(
    said: Recorded[MilestoneReached], rows: Rows
) -> Iterator[Objection]:
    """Of a project that was not given up by then."""
    milestone = rows.the(Milestone, said.fact.milestone)
    project = rows.the(Project, milestone.project)
    if milestone.reached_on:
        message = _("This milestone was reached on {day}.")
        yield Objection("milestone", message.format(day=milestone.reached_on))
    if said.happened_on < project.proposed_on:
        message = _("This project was proposed only on {day}.")
        yield Objection("happened_on", message.format(day=project.proposed_on))
    if project.cancelled_on and said.happened_on > project.cancelled_on:
        message = _("This project ended on {day}.")
        yield Objection("milestone", message.format(day=project.cancelled_on))


@objects(ProgressInspected)
def what_is_wrong_says_who_puts_it_right_and_when(
    said: Recorded[ProgressInspected], rows: Rows
) -> Iterator[Objection]:
    """A day without an organisation binds nobody, and an organisation without a day never."""
    del rows
    fact = said.fact
    if fact.mender is None and fact.mend_by is None:
        return
    if fact.finding is Finding.AS_PLANNED:
        yield Objection("mender", _("Work that is as planned is not put right."))
    elif fact.mender is None:
        yield Objection("mender", _("Say which organisation will put it right."))
    elif fact.mend_by is None:
        yield Objection("mend_by", _("Say by which day it will be put right."))
    elif fact.mend_by < said.happened_on:
        yield Objection("mend_by", _("It is to be put right after it was seen."))


@objects(ProjectLeftNothing)
def a_finished_project_leaves_nothing_once(
    said: Recorded[ProjectLeftNothing], rows: Rows
) -> Iterator[Objection]:
    """What is not finished may still leave something."""
    project = rows.the(Project, said.fact.project)
    if not project.completed_on:
        yield Objection("project", _("Only a completed project can leave nothing."))
    elif project.leaves_nothing:
        yield Objection("project", _("That was said already."))


@objects(NeedTakenUp, NeedMetElsewhere, NeedRefused)
def a_need_has_one_answer(
    said: Recorded[NeedTakenUp | NeedMetElsewhere | NeedRefused], rows: Rows
) -> Iterator[Objection]:
    """Until its project is cancelled, or what was refused is taken up after all."""
    fact = said.fact
    need = rows.the(Need, fact.need)
    if said.happened_on < need.raised_on:
        message = _("This need was raised only on {day}.")
        yield Objection("happened_on", message.format(day=need.raised_on))
    project = rows.get(Project, need.project) if need.project else None
    given_up = project is not None and project.cancelled_on is not None
    reconsidered = bool(need.refused) and not isinstance(fact, NeedRefused)
    if need.answered_on and not given_up and not reconsidered:
        message = _("This need was answered on {day}.")
        yield Objection("need", message.format(day=need.answered_on))
    if isinstance(fact, NeedTakenUp) and rows.the(Project, fact.project).cancelled_on:
        yield Objection("project", _("This project was cancelled; it answers nothing."))


TAKEN_ON: dict[Step, str] = {
    Step.APPROVED: "approved_on",
    Step.STARTED: "started_on",
    Step.COMPLETED: "completed_on",
    Step.CANCELLED: "cancelled_on",
}


@objects(StepTakenBack)
def only_a_step_that_was_taken_is_taken_back(
    said: Recorded[StepTakenBack], rows: Rows
) -> Iterator[Objection]:
    """And not before it was. An approval is its post's own voice, also while it waits for a second."""
    project = rows.the(Project, said.fact.project)
    taken_on = getattr(project, TAKEN_ON[said.fact.step])
    if said.fact.step is Step.APPROVED:
        if said.post not in project.approvals.values():
            yield Objection("step", _("This post has not approved it; who has, takes it back."))
    elif not taken_on:
        yield Objection("step", _("This step has not been taken."))
    if taken_on and said.happened_on < taken_on:
        message = _("What is withdrawn happened only on {day}.")
        yield Objection("happened_on", message.format(day=taken_on))
