"""Follow a project: which sponsors paid how much."""

from datetime import date

from cairn.following.answers import GiftRow, Named, Payment, ProjectFollowed
from cairn.following.queries.grant import shares_of_project
from cairn.following.queries.lists import project_rows
from cairn.following.queries.reading import Reading, page, read, some
from cairn.money.models import GiftInKind, Movement
from cairn.values import UnknownThingError
from cairn.works.models import Project


def follow_project(
    *, programme: str, project: str, today: date, start: int = 0, size: int = 50
) -> ProjectFollowed:
    """A project with its payments, the latest first. Raises UnknownThingError."""
    reading = read(programme)
    row = Project.objects.filter(programme=programme, id=project).first()
    if row is None:
        raise UnknownThingError(f"There is no project ‘{project}’ in this programme.")
    rows = project_rows(reading, [row], today)
    movements = _payments(reading, project, [row.currency for row in rows])
    return ProjectFollowed(
        programme=reading.programme,
        as_of=reading.as_of,
        row=rows[0],
        rows=rows,
        proposed_on=row.proposed_on,
        approved_on=row.approved_on,
        started_on=row.started_on,
        completed_on=row.completed_on,
        cancelled_on=row.cancelled_on,
        cancelled_because=row.cancelled_because,
        shares=tuple(
            share for one in rows for share in shares_of_project(reading, project, one.currency)
        ),
        payments=payment_rows(reading, movements[start : start + size]),
        page=page(start, size, len(movements)),
        gifts=_gifts(reading, row),
    )


def _payments(reading: Reading, project: str, currencies: list[str]) -> list[int]:
    """The movements that paid for a project, the latest first."""
    lists = reading.snapshot.lists
    found: list[int] = []
    for currency in currencies:
        code = reading.snapshot.project_codes.get((project, currency))
        if code is not None:
            rows = lists.payments[lists.payments_start[code] : lists.payments_start[code + 1]]
            found.extend(int(row) for row in rows)
    return sorted(found, reverse=True)


def payment_rows(reading: Reading, movements: list[int]) -> tuple[Payment, ...]:
    """Movements, by their row, as payments."""
    columns, at = reading.snapshot.columns, reading.snapshot
    ids = {movement: columns.id[movement].decode() for movement in movements}
    known = {row.id: row for row in some(Movement, reading.id, ids.values())}
    found = []
    for movement, id_ in ids.items():
        row = known[id_]
        found.append(
            Payment(
                movement=id_,
                happened_on=row.happened_on,
                account=reading.account(row.source),
                payee=reading.organisation(row.payee) if row.payee else None,
                voucher=row.voucher,
                named=reading.grant(row.grant) if row.grant else None,
                amount=row.amount_minor,
                currency=row.currency,
                evidence=row.evidence,
                reversed=bool(at.lists.reversed[movement]),
                parts=reading.parts(movement),
            )
        )
    return tuple(found)


def _gifts(reading: Reading, project: Project) -> tuple[GiftRow, ...]:
    rows = GiftInKind.objects.filter(programme=reading.id, project=project.id).order_by("given_on")
    return tuple(
        GiftRow(
            sponsor=reading.organisation(gift.sponsor),
            project=Named(project.id, project.name),
            what=gift.what,
            quantity=gift.quantity,
            unit=gift.unit,
            worth=gift.worth_minor,
            currency=gift.currency,
            given_on=gift.given_on,
        )
        for gift in rows
    )
