"""Read models of projects, and of the needs that they answer."""

from typing import ClassVar

from django.db import models

from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.works.facts import (
    GrantBudgeted,
    MilestonePlanned,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRaised,
    NeedRefused,
    NeedTakenUp,
    ProgressInspected,
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectLeftNothing,
    ProjectProposed,
    ProjectStarted,
    Step,
    StepTakenBack,
    SupplierEngaged,
)


class Project(ReadModel):
    """A piece of work with a place, a budget and an end. Each date is empty until it came."""

    called: ClassVar[str] = "project"
    sought: ClassVar[bool] = True

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
    budgeted = models.JSONField(default=dict)
    """What is planned from each grant: minor units and currency by grant."""
    leaves_nothing = models.TextField(blank=True)
    """Why it leaves no asset; empty while nobody said that it leaves none."""

    class Meta:
        indexes = [models.Index(fields=["programme", "place"])]


class Milestone(ReadModel):
    """A step of a project that can be seen. Its id is that of the fact that planned it."""

    called: ClassVar[str] = "milestone"

    project = models.CharField(max_length=100)
    place = models.CharField(max_length=100)
    """That of its project: rights are judged on it."""
    name = models.JSONField()
    due_on = models.DateField()
    reached_on = models.DateField(null=True)
    shown_by = models.CharField(max_length=100, blank=True)
    """The fact that says it was reached, whose picture is sealed."""

    class Meta:
        indexes = [models.Index(fields=["programme", "project"])]


class Supplier(ReadModel):
    """An organisation engaged for part of a project. Its id is that of the fact."""

    called: ClassVar[str] = "supplier"

    project = models.CharField(max_length=100)
    organisation = models.CharField(max_length=100)
    what = models.JSONField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    engaged_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["programme", "project"])]


class ProgressInspection(ReadModel):
    """How the work stood on a day, as seen. Its photo is sealed."""

    called: ClassVar[str] = "progress-inspection"

    project = models.CharField(max_length=100)
    inspected_on = models.DateField()
    finding = models.CharField(max_length=20)
    mender = models.CharField(max_length=100, blank=True)
    mend_by = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "project"])]


class Need(ReadModel):
    """What a place lacks. `answered_on` is empty until somebody answered.

    By `project`, by another programme (`elsewhere` says which) or with a refusal (`refused`).
    """

    called: ClassVar[str] = "need"
    sought: ClassVar[bool] = True

    name = models.JSONField()
    place = models.CharField(max_length=100)
    theme = models.CharField(max_length=20)
    raised_on = models.DateField()
    raised_by = models.CharField(max_length=100)
    """The post that raised it."""
    fact = models.CharField(max_length=100)
    """The fact that raised it, whose picture is sealed."""
    answered_on = models.DateField(null=True)
    project = models.CharField(max_length=100, blank=True)
    elsewhere = models.JSONField(default=dict)
    refused = models.TextField(blank=True)

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


@folds(GrantBudgeted)
def _budgeted(said: Recorded[GrantBudgeted], rows: Rows) -> None:
    fact = said.fact
    project = rows.the(Project, fact.project)
    planned = [fact.amount.minor, fact.amount.currency]
    project.budgeted = {**project.budgeted, fact.grant: planned}
    rows.put(project)


@folds(MilestonePlanned)
def _milestone_planned(said: Recorded[MilestonePlanned], rows: Rows) -> None:
    rows.put(
        Milestone(
            programme=said.programme,
            id=str(said.id),
            project=said.fact.project,
            place=rows.the(Project, said.fact.project).place,
            name=said.fact.name.by_language(),
            due_on=said.fact.due_on,
        )
    )


@folds(MilestoneReached)
def _milestone_reached(said: Recorded[MilestoneReached], rows: Rows) -> None:
    milestone = rows.the(Milestone, said.fact.milestone)
    milestone.reached_on, milestone.shown_by = said.happened_on, str(said.id)
    rows.put(milestone)


@folds(SupplierEngaged)
def _supplier_engaged(said: Recorded[SupplierEngaged], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Supplier(
            programme=said.programme,
            id=str(said.id),
            project=fact.project,
            organisation=fact.supplier,
            what=fact.what.by_language(),
            amount_minor=fact.amount.minor,
            currency=fact.amount.currency,
            engaged_on=said.happened_on,
        )
    )


@folds(ProgressInspected)
def _progress_inspected(said: Recorded[ProgressInspected], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        ProgressInspection(
            programme=said.programme,
            id=str(said.id),
            project=fact.project,
            inspected_on=said.happened_on,
            finding=fact.finding.value,
            mender=fact.mender or "",
            mend_by=fact.mend_by,
        )
    )


@folds(ProjectLeftNothing)
def _left_nothing(said: Recorded[ProjectLeftNothing], rows: Rows) -> None:
    project = rows.the(Project, said.fact.project)
    project.leaves_nothing = said.fact.reason
    rows.put(project)


@folds(NeedRaised)
def _need_raised(said: Recorded[NeedRaised], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Need(
            programme=said.programme,
            id=fact.need,
            name=fact.name.by_language(),
            place=fact.place,
            theme=fact.theme.value,
            raised_on=said.happened_on,
            raised_by=said.post,
            fact=str(said.id),
        )
    )


@folds(NeedTakenUp, NeedMetElsewhere, NeedRefused)
def _need_answered(
    said: Recorded[NeedTakenUp | NeedMetElsewhere | NeedRefused], rows: Rows
) -> None:
    fact = said.fact
    need = rows.the(Need, fact.need)
    need.answered_on = said.happened_on
    need.project = fact.project if isinstance(fact, NeedTakenUp) else ""
    need.elsewhere = fact.what.by_language() if isinstance(fact, NeedMetElsewhere) else {}
    need.refused = fact.reason if isinstance(fact, NeedRefused) else ""
    rows.put(need)


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
