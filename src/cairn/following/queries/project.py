"""Follow a project: which sponsors paid how much."""

from datetime import date
from typing import Any

from cairn.following.answers import EvidenceRow, GiftRow, Named, Payment, ProjectFollowed
from cairn.following.queries.grant import shares_of_project
from cairn.following.queries.lists import project_rows
from cairn.following.queries.reading import Reading, page, read, some
from cairn.journal.columns import in_chunks
from cairn.journal.files import kept
from cairn.journal.past import programme_of
from cairn.journal.sealing import answers_of
from cairn.money.models import Evidence, GiftInKind, Movement
from cairn.values import UnknownThingError
from cairn.works.models import Project

SHOWN = 50
"""Evidenced payments whose evidence the page shows; its CSV has all of it."""


def follow_project(
    *,
    programme: str,
    project: str,
    today: date,
    start: int = 0,
    size: int = 50,
    evidence: int | None = SHOWN,
) -> ProjectFollowed:
    """A project with its payments, the latest first. Raises UnknownThingError.

    With the evidence of so many payments, or of all.
    """
    reading = read(programme)
    row = Project.objects.filter(programme=programme, id=project).first()
    if row is None:
        raise UnknownThingError(f"There is no project ‘{project}’ in this programme.")
    rows = project_rows(reading, [row], today)
    movements = _payments(reading, project, [row.currency for row in rows])
    at = reading.snapshot
    shown = [m for m in movements if at.columns.evidence[m] and not at.lists.reversed[m]]
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
        evidence=_evidence(reading, shown[:evidence]),
        evidence_count=_evidence_count(reading, shown),
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


def _evidence(reading: Reading, movements: list[int]) -> tuple[EvidenceRow, ...]:
    """What was attached to these payments, in their order."""
    ids = [reading.snapshot.columns.id[movement].decode() for movement in movements]
    paid = {row.id: row for row in some(Movement, reading.id, ids)}
    place = {id_: number for number, id_ in enumerate(ids)}
    attached = [
        one
        for chunk in in_chunks(ids)
        for one in Evidence.objects.filter(
            programme=reading.id, withdrawn_by="", movement__in=chunk
        )
    ]
    answers = answers_of(programme_of(reading.id), [one.id for one in attached])
    found = [_evidence_row(reading, one, paid[one.movement], answers[one.id]) for one in attached]
    return tuple(sorted(found, key=lambda row: (place[row.movement], row.attached_on, row.file)))


def _evidence_row(
    reading: Reading, row: Evidence, payment: Movement, said: dict[str, Any]
) -> EvidenceRow:
    file = said.get("sha256", "")
    here = kept(programme_of(reading.id), file)
    return EvidenceRow(
        attached_on=row.attached_on,
        caption=said.get("caption"),
        paid_on=payment.happened_on,
        amount=payment.amount_minor,
        currency=payment.currency,
        voucher=payment.voucher,
        file=file,
        is_kept=here is not None,
        document_bytes=here.size if here and here.is_document else None,
        movement=row.movement,
    )


def _evidence_count(reading: Reading, movements: list[int]) -> int:
    ids = [reading.snapshot.columns.id[movement].decode() for movement in movements]
    rows = Evidence.objects.filter(programme=reading.id, withdrawn_by="")
    return sum(rows.filter(movement__in=chunk).count() for chunk in in_chunks(ids))


def _gifts(reading: Reading, project: Project) -> tuple[GiftRow, ...]:
    rows = GiftInKind.objects.filter(programme=reading.id, withdrawn_by="", project=project.id)
    rows = rows.order_by("given_on")
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
