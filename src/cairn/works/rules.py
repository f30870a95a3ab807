"""What the journal will not take about projects."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectStarted,
    Step,
    StepTakenBack,
)
from cairn.works.projections import Project

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
