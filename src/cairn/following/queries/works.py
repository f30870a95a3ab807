"""How a project was planned and seen, what it leaves standing and which needs it answers."""

from collections import defaultdict
from datetime import date

from django.db.models import Sum

from cairn.assets.models import Asset, Enterprise
from cairn.following.queries.assets import asset_rows, pictures
from cairn.following.queries.enterprises import enterprise_rows
from cairn.following.queries.grant import shares_of_project
from cairn.following.queries.needs import need_rows
from cairn.following.queries.reading import Reading, read
from cairn.following.standing import (
    BudgetRow,
    MilestoneRow,
    ProgressRow,
    ProjectWorks,
    SupplierRow,
)
from cairn.money.models import Movement
from cairn.trace.policy import Kind
from cairn.values import UnknownThingError
from cairn.works.models import Milestone, Need, ProgressInspection, Project, Supplier


def project_works(*, programme: str, project: str, today: date) -> ProjectWorks:
    """A project's works. Raises UnknownThingError."""
    reading = read(programme)
    row = Project.objects.filter(programme=programme, id=project).first()
    if row is None:
        raise UnknownThingError(f"There is no project ‘{project}’ in this programme.")
    mine = {"programme": programme, "project": project}
    left = asset_rows(reading, Asset.objects.filter(**mine).order_by("id"), today)
    return ProjectWorks(
        budgets=_budgets(reading, row),
        milestones=_milestones(reading, row, today),
        suppliers=_suppliers(reading, project),
        progress=_progress(reading, project),
        assets=left,
        needs=need_rows(reading, list(Need.objects.filter(**mine).order_by("id")), today),
        enterprises=enterprise_rows(
            reading, list(Enterprise.objects.filter(**mine).order_by("id"))
        ),
        leaves_nothing=row.leaves_nothing,
        unsaid=bool(row.completed_on) and not row.leaves_nothing and not left,
    )


def _budgets(reading: Reading, row: Project) -> tuple[BudgetRow, ...]:
    """What is planned from each grant, beside what the trace says that it paid."""
    paid: dict[tuple[str, str], int] = defaultdict(int)
    for currency in {currency for _minor, currency in row.budgeted.values()}:
        for share in shares_of_project(reading, row.id, currency):
            paid[share.grant.id, currency] += share.amount
    return tuple(
        BudgetRow(reading.grant(grant), minor, paid[grant, currency], currency)
        for grant, (minor, currency) in sorted(row.budgeted.items())
    )


def _milestones(reading: Reading, project: Project, today: date) -> tuple[MilestoneRow, ...]:
    rows = list(
        Milestone.objects.filter(programme=reading.id, project=project.id).order_by("due_on", "id")
    )
    shown = pictures(reading, [row.shown_by for row in rows])
    until = project.cancelled_on or today
    return tuple(
        MilestoneRow(
            name=row.name,
            due_on=row.due_on,
            reached_on=row.reached_on,
            late=(row.reached_on or until) > row.due_on,
            picture=shown[row.shown_by],
        )
        for row in rows
    )


def _suppliers(reading: Reading, project: str) -> tuple[SupplierRow, ...]:
    """Who was engaged; what was paid stands with the first contract of each in its currency."""
    payments = Movement.objects.filter(
        programme=reading.id, kind=Kind.SPEND, target=project, reversed_by=""
    )
    paid = {
        (one["payee"], one["currency"]): one["sum"]
        for one in payments.values("payee", "currency").annotate(sum=Sum("amount_minor"))
    }
    rows = Supplier.objects.filter(programme=reading.id, project=project)
    return tuple(
        SupplierRow(
            supplier=reading.organisation(row.organisation),
            what=row.what,
            amount=row.amount_minor,
            paid=paid.pop((row.organisation, row.currency), 0),
            engaged_on=row.engaged_on,
            currency=row.currency,
        )
        for row in rows.order_by("engaged_on", "id")
    )


def _progress(reading: Reading, project: str) -> tuple[ProgressRow, ...]:
    rows = list(
        ProgressInspection.objects.filter(programme=reading.id, project=project).order_by(
            "-inspected_on", "-id"
        )
    )
    shown = pictures(reading, [row.id for row in rows])
    return tuple(
        ProgressRow(
            inspected_on=row.inspected_on,
            finding=row.finding,
            mender=reading.organisation(row.mender) if row.mender else None,
            mend_by=row.mend_by,
            picture=shown[row.id],
        )
        for row in rows
    )
