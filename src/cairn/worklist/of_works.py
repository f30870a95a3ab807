"""What projects and needs leave open."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from cairn.assets.facts import AssetHandedOver
from cairn.assets.models import Asset
from cairn.worklist.clocks import AHEAD, DAYS
from cairn.worklist.commitment import THE_PROGRAMME, Among, Owed, Way, after
from cairn.works.facts import (
    Finding,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRefused,
    NeedTakenUp,
    ProgressInspected,
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectLeftNothing,
)
from cairn.works.models import Milestone, Need, ProgressInspection, Project


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Everything that projects and needs leave open."""
    projects = among.within(Project.objects.filter(programme=programme), "project")
    going = projects.filter(completed_on=None, cancelled_on=None)
    yield from _to_approve(going)
    yield from _to_finish(going, today)
    yield from _to_reach(programme, going, today)
    yield from _to_put_right(programme, going)
    yield from _to_say(programme, projects)
    yield from _to_answer(programme, among)


def _to_approve(going: QuerySet[Project]) -> Iterator[Owed]:
    for row in going.filter(approved_on=None):
        about = {"project": row.id}
        yield Owed(
            sort="approve",
            key=row.id,
            of=("project", row.id),
            to=("place", row.place),
            since=row.proposed_on,
            due=after(row.proposed_on, DAYS["approve"]),
            ways=(Way(ProjectApproved.kind, about), Way(ProjectCancelled.kind, about)),
            minor=row.budget_minor,
            currency=row.budget_currency,
        )


def _to_finish(going: QuerySet[Project], today: date) -> Iterator[Owed]:
    """A project that was begun ends by its day: somebody sees that it is done."""
    for row in going.filter(started_on__isnull=False, ends_on__lte=after(today, AHEAD)):
        if row.ends_on is None:
            continue
        about = {"project": row.id}
        yield Owed(
            sort="finish",
            key=row.id,
            of=("project", row.id),
            to=("place", row.place),
            since=_ahead_of(row.ends_on, row.started_on),
            due=row.ends_on,
            ways=(
                Way(ProjectCompleted.kind, about),
                Way(ProgressInspected.kind, about),
                Way(ProjectCancelled.kind, about),
            ),
        )


def _to_reach(programme: str, going: QuerySet[Project], today: date) -> Iterator[Owed]:
    rows = Milestone.objects.filter(
        programme=programme,
        project__in=going.values("id"),
        reached_on=None,
        due_on__lte=after(today, AHEAD),
    )
    projects = {row.id: row for row in going.filter(id__in=rows.values("project"))}
    for row in rows:
        if project := projects.get(row.project):
            yield Owed(
                sort="milestone",
                key=row.id,
                of=("project", row.project),
                to=("place", row.place),
                since=_ahead_of(row.due_on, project.proposed_on),
                due=row.due_on,
                ways=(Way(MilestoneReached.kind, {"milestone": row.id}),),
            )


def _to_put_right(programme: str, going: QuerySet[Project]) -> Iterator[Owed]:
    """What an inspection saw that is not as planned, until one sees that it is."""
    seen = ProgressInspection.objects.filter(programme=programme)
    latest: dict[str, ProgressInspection] = {}
    for row in seen.filter(project__in=going.values("id")).order_by("inspected_on", "id"):
        latest[row.project] = row
    places = dict(going.filter(id__in=list(latest)).values_list("id", "place"))
    for project, row in latest.items():
        if row.finding != Finding.AS_PLANNED:
            yield Owed(
                sort="put-right",
                key=row.id,
                of=("project", project),
                to=("place", places[project]),
                since=row.inspected_on,
                due=row.mend_by or after(row.inspected_on, DAYS["put-right"]),
                ways=(Way(ProgressInspected.kind, {"project": project}),),
            )


def _to_say(programme: str, projects: QuerySet[Project]) -> Iterator[Owed]:
    """A completed project of which nobody said what it left standing, nor that it left nothing."""
    left = Asset.objects.filter(programme=programme, project=OuterRef("id"))
    rows = projects.filter(~Exists(left), completed_on__isnull=False, leaves_nothing="")
    for row in rows:
        if row.completed_on is None:
            continue
        yield Owed(
            sort="unsaid",
            key=row.id,
            of=("project", row.id),
            to=("place", row.place),
            since=row.completed_on,
            due=after(row.completed_on, DAYS["unsaid"]),
            ways=(
                Way(AssetHandedOver.kind, {"project": row.id, "place": row.place}),
                Way(ProjectLeftNothing.kind, {"project": row.id}),
            ),
        )


def _to_answer(programme: str, among: Among) -> Iterator[Owed]:
    """A need that nothing answers; or a project that was given up. The level that decides owes it."""
    given_up = Project.objects.filter(programme=programme, cancelled_on__isnull=False)
    open_ones = Q(answered_on=None) | Q(project__in=given_up.values("id"))
    rows = Need.objects.filter(open_ones, programme=programme)
    for row in among.within(rows, "need"):
        about = {"need": row.id}
        yield Owed(
            sort="need",
            key=row.id,
            of=("need", row.id),
            to=("post", row.raised_by) if row.raised_by else THE_PROGRAMME,
            since=row.raised_on,
            due=after(row.raised_on, DAYS["need"]),
            ways=(
                Way(NeedTakenUp.kind, about),
                Way(NeedMetElsewhere.kind, about),
                Way(NeedRefused.kind, about),
            ),
            decided_by=NeedRefused.kind,
        )


def _ahead_of(due: date, earliest: date | None) -> date:
    """Since when what is planned for a day is before those who owe it."""
    ahead = due - timedelta(AHEAD)
    return max(ahead, min(earliest, due)) if earliest else ahead
