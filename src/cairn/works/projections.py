"""Read models of projects."""

from typing import ClassVar

from django.db import models

from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectProposed,
    ProjectStarted,
    Step,
    StepTakenBack,
)


class Project(ReadModel):
    """A piece of work with a place, a budget and an end. Each date is empty until it came."""

    called: ClassVar[str] = "project"

    name = models.JSONField()
    place = models.CharField(max_length=100)
    theme = models.CharField(max_length=20)
    budget_minor = models.BigIntegerField(null=True)
    budget_currency = models.CharField(max_length=3, blank=True)
    ends_on = models.DateField(null=True)
    proposed_on = models.DateField()
    approved_on = models.DateField(null=True)
    started_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    cancelled_because = models.TextField(blank=True)
    proposal = models.CharField(max_length=100, blank=True)
    """The fact that proposed it."""
    approvals = models.JSONField(default=dict)
    """The facts that approved it, each with its post. `approved_on` waits for the last it needs."""
    start = models.CharField(max_length=100, blank=True)
    """The fact that began the work."""

    class Meta:
        indexes = [models.Index(fields=["programme", "place"])]


def approvals_needed(project: Project, rows: Rows) -> int:
    """How many posts must approve a project: two where it may cost more than the limit.

    So may one without a budget, or in another currency than the limit's.
    """
    programme = rows.find("programme", "programme")
    limit = getattr(programme, "limit_minor", None)
    if limit is None:
        return 1
    known = project.budget_currency == getattr(programme, "limit_currency", "")
    return 1 if known and (project.budget_minor or 0) <= limit else 2


@folds(ProjectProposed)
def _proposed(said: Recorded[ProjectProposed], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Project(
            programme=said.programme,
            id=fact.project,
            name=fact.name.by_language(),
            place=fact.place,
            theme=fact.theme.value,
            budget_minor=fact.budget.minor if fact.budget else None,
            budget_currency=fact.budget.currency if fact.budget else "",
            ends_on=fact.ends_on,
            proposed_on=said.happened_on,
            proposal=str(said.id),
        )
    )


@folds(ProjectApproved)
def _approved(said: Recorded[ProjectApproved], rows: Rows) -> None:
    project = rows.the(Project, said.fact.project)
    project.approvals = {**project.approvals, str(said.id): said.post}
    if len(project.approvals) >= approvals_needed(project, rows):
        project.approved_on = said.happened_on
    rows.put(project)


@folds(ProjectStarted)
def _started(said: Recorded[ProjectStarted], rows: Rows) -> None:
    project = rows.the(Project, said.fact.project)
    project.started_on = said.happened_on
    project.start = str(said.id)
    rows.put(project)


@folds(ProjectCompleted)
def _completed(said: Recorded[ProjectCompleted], rows: Rows) -> None:
    project = rows.the(Project, said.fact.project)
    project.completed_on = said.happened_on
    rows.put(project)


@folds(ProjectCancelled)
def _cancelled(said: Recorded[ProjectCancelled], rows: Rows) -> None:
    project = rows.the(Project, said.fact.project)
    project.cancelled_on = said.happened_on
    project.cancelled_because = said.fact.reason
    rows.put(project)


@folds(StepTakenBack)
def _step_taken_back(said: Recorded[StepTakenBack], rows: Rows) -> None:
    """Whoever began the work stays on the row: who does it cannot say that it is done."""
    project = rows.the(Project, said.fact.project)
    if said.fact.step is Step.APPROVED:
        others = {fact: post for fact, post in project.approvals.items() if post != said.post}
        project.approvals = others
        if len(others) < approvals_needed(project, rows):
            project.approved_on = None
    elif said.fact.step is Step.STARTED:
        project.started_on = None
    elif said.fact.step is Step.COMPLETED:
        project.completed_on = None
    else:
        project.cancelled_on, project.cancelled_because = None, ""
    rows.put(project)
