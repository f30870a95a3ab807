"""Enterprises that villages own, with what they accounted for: sums of each, of nobody in it."""

from cairn.assets.models import Enterprise, EnterpriseYear
from cairn.following.answers import Named, Page
from cairn.following.queries.reading import Reading, page, read
from cairn.following.standing import EnterpriseRow
from cairn.values import UnknownThingError


def enterprises(
    *,
    programme: str,
    place: str | None = None,
    form: str | None = None,
    year: int | None = None,
    start: int = 0,
    size: int | None = 50,
) -> tuple[tuple[EnterpriseRow, ...], Page]:
    """Enterprises by place, each with one year: the one asked for, or the last it accounted for."""
    reading = read(programme)
    found = Enterprise.objects.filter(programme=programme)
    if place:
        found = found.filter(place__in=reading.within(place))
    if form:
        found = found.filter(form=form)
    total = found.count()
    rows = list(found.order_by("place", "id")[start : None if size is None else start + size])
    return enterprise_rows(reading, rows, year), page(start, size or total, total)


def enterprise_rows(
    reading: Reading, rows: list[Enterprise], year: int | None = None
) -> tuple[EnterpriseRow, ...]:
    """Enterprises as rows, each with one year."""
    told = EnterpriseYear.objects.filter(
        programme=reading.id, enterprise__in=[row.id for row in rows]
    )
    if year is not None:
        told = told.filter(year=year)
    latest = {one.enterprise: one for one in told.order_by("year")}
    return tuple(_row(reading, row, latest.get(row.id)) for row in rows)


def years(*, programme: str) -> tuple[int, ...]:
    """The years that any enterprise accounted for, the latest first."""
    told = EnterpriseYear.objects.filter(programme=programme).values_list("year", flat=True)
    return tuple(sorted(set(told), reverse=True))


def follow_enterprise(*, programme: str, enterprise: str) -> tuple[EnterpriseRow, ...]:
    """An enterprise, a row for each year it accounted for, the latest first; one row at least.

    Raises UnknownThingError.
    """
    reading = read(programme)
    row = Enterprise.objects.filter(programme=programme, id=enterprise).first()
    if row is None:
        raise UnknownThingError(f"There is no enterprise ‘{enterprise}’ in this programme.")
    told = EnterpriseYear.objects.filter(programme=programme, enterprise=enterprise)
    return tuple(_row(reading, row, one) for one in told.order_by("-year")) or (
        _row(reading, row, None),
    )


def _row(reading: Reading, row: Enterprise, told: EnterpriseYear | None) -> EnterpriseRow:
    project = reading.projects([row.project]).get(row.project) if row.project else None
    return EnterpriseRow(
        enterprise=Named(row.id, row.name),
        form=row.form,
        place=reading.place(row.place),
        holder=reading.organisation(row.holder),
        project=Named(project.id, project.name) if project else None,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        closed_because=row.closed_because,
        year=told.year if told else None,
        income=told.income_minor if told else None,
        costs=told.costs_minor if told else None,
        shared_out=told.shared_minor if told else None,
        currency=told.currency if told else reading.row.currency,
    )
