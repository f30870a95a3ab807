"""Projects of which something is still to be done; what was tried and came to nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from cairn.assets.models import Asset, Enterprise
from cairn.following.answers import Name, Named, ProjectRow
from cairn.following.queries.lists import project_rows, stage_of
from cairn.pack.ground import Ground
from cairn.pack.values import UNKNOWN, Day, Owing, ProjectLine, ProjectMoney, Tried, Unevidenced
from cairn.works.facts import Finding
from cairn.works.models import Milestone, Need, ProgressInspection, Project

UNDETERMINED = "und"
"""The language of a reason that somebody wrote without saying in which (BCP 47)."""


def going(ground: Ground, unevidenced: Iterable[Unevidenced]) -> list[Project]:
    """The projects here that are not over; and those that are, of which something is missing."""
    named = [row.id for row in ground.projects]
    left = Asset.objects.filter(programme=ground.programme, project__in=named)
    said = set(left.values_list("project", flat=True))
    shown = {one.project.id for one in unevidenced}
    return [
        row
        for row in ground.projects
        if row.id in shown or not (_is_over(row) and (row.cancelled_on or _is_said(row, said)))
    ]


def _is_said(project: Project, said: set[str]) -> bool:
    """Whether it is said which assets a project left, or that it left none."""
    return project.id in said or bool(project.leaves_nothing)


def projects(
    ground: Ground, rows: Sequence[Project], owed: Iterable[Owing], missing: Iterable[Unevidenced]
) -> tuple[ProjectLine, ...]:
    """Each with how far it is, what comes next, and what stands in its way."""
    late: dict[str, set[str]] = defaultdict(set)
    asked: dict[str, set[str]] = defaultdict(set)
    for one in owed:
        if one.what == "project":
            asked[one.of.id].add(one.sort)
            if one.overdue:
                late[one.of.id].add(one.sort)
    unevidenced: dict[str, int] = defaultdict(int)
    for payments in missing:
        unevidenced[payments.project.id] += payments.payments
    money: dict[str, list[ProjectRow]] = defaultdict(list)
    for row in project_rows(ground.reading, list(rows), ground.day):
        money[row.project.id].append(row)
    milestones = _next_milestones(ground, rows)
    findings = _findings(ground, rows)
    found = []
    for project in rows:
        step, name, on = _next(project, milestones, asked[project.id])
        blockers = sorted(late[project.id] | findings.get(project.id, set()))
        found.append(
            ProjectLine(
                project=Named(project.id, project.name),
                place=ground.reading.place(project.place),
                theme=project.theme,
                stage=stage_of(project),
                money=tuple(_money(one, project) for one in money[project.id]),
                ends_on=project.ends_on or (None if _is_over(project) else UNKNOWN),
                next_step=step,
                next_name=name,
                next_on=on,
                blockers=tuple(blockers),
                unevidenced=unevidenced[project.id],
            )
        )
    return tuple(found)


def _is_over(project: Project) -> bool:
    return bool(project.completed_on or project.cancelled_on)


def _money(row: ProjectRow, project: Project) -> ProjectMoney:
    said = row.budget is not None or project.budget_currency
    return ProjectMoney(
        currency=row.currency,
        budget=(row.budget or 0) if said else UNKNOWN,
        spent=row.spent,
        evidenced=row.evidenced,
        in_kind=row.in_kind,
    )


def _next_milestones(ground: Ground, rows: Sequence[Project]) -> dict[str, Milestone]:
    """The first milestone of each that is not reached."""
    waiting = Milestone.objects.filter(
        programme=ground.programme, project__in=[row.id for row in rows], reached_on=None
    )
    found: dict[str, Milestone] = {}
    for row in waiting.order_by("due_on", "id"):
        found.setdefault(row.project, row)
    return found


def _findings(ground: Ground, rows: Sequence[Project]) -> dict[str, set[str]]:
    """What the last inspection of each saw that is not as planned."""
    seen = ProgressInspection.objects.filter(
        programme=ground.programme, project__in=[row.id for row in rows if not _is_over(row)]
    )
    last = {row.project: row.finding for row in seen.order_by("inspected_on", "id")}
    return {id_: {finding} for id_, finding in last.items() if finding != Finding.AS_PLANNED}


def _next(
    project: Project, milestones: Mapping[str, Milestone], asked: set[str]
) -> tuple[str, Name, Day]:
    """What comes next, what it is called, and when."""
    if _is_over(project):
        return ("evidence" if "unsaid" not in asked else "say-what-is-left"), {}, None
    if project.approved_on is None:
        return "approve", {}, UNKNOWN
    if project.started_on is None:
        return "start", {}, UNKNOWN
    if milestone := milestones.get(project.id):
        return "milestone", milestone.name, milestone.due_on
    return "finish", {}, project.ends_on or UNKNOWN


# What was tried


def tried(ground: Ground) -> Iterator[Tried]:
    """What was given up, refused, closed or taken out of use, with the reason that was given."""
    for project in ground.projects:
        if project.cancelled_on:
            why = project.cancelled_because
            yield _of("cancelled", "project", project, project.cancelled_on, why)
        elif project.leaves_nothing:
            on = project.completed_on or project.proposed_on
            yield _of("left-nothing", "project", project, on, project.leaves_nothing)
    for need in ground.needs:
        if need.refused:
            yield _of("refused", "need", need, need.answered_on, need.refused)
    for enterprise in ground.enterprises:
        if enterprise.closed_on:
            why = enterprise.closed_because
            yield _of("closed", "enterprise", enterprise, enterprise.closed_on, why)
    for asset in ground.assets:
        if asset.out_on:
            yield _of("out", "asset", asset, asset.out_on, asset.out_because)


def _of(
    sort: str, what: str, row: Project | Need | Enterprise | Asset, on: date | None, why: str
) -> Tried:
    if on is None:
        raise LookupError(f"{what} {row.id} is over, and no day says since when")
    return Tried(sort, what, Named(row.id, row.name), on, {UNDETERMINED: why} if why else {})
