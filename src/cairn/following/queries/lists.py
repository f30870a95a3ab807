"""Lists that stand on pages of their own: grants, projects, accounts, money in transit."""

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet, Sum

from cairn.following.answers import (
    AccountRow,
    Flagged,
    GrantRow,
    InTransit,
    Named,
    Page,
    ProjectRow,
)
from cairn.following.columns import Ints
from cairn.following.queries.reading import Reading, page, read, reasons
from cairn.following.queries.stretches import Start, stretch
from cairn.money.models import Account, GiftInKind
from cairn.works.models import Project

STAGES: dict[str, Q] = {
    "cancelled": Q(cancelled_on__isnull=False),
    "completed": Q(cancelled_on=None, completed_on__isnull=False),
    "started": Q(cancelled_on=None, completed_on=None, started_on__isnull=False),
    "approved": Q(cancelled_on=None, completed_on=None, started_on=None)
    & Q(approved_on__isnull=False),
    "proposed": Q(cancelled_on=None, completed_on=None, started_on=None, approved_on=None),
}


def grants(
    *, programme: str, sponsor: str | None = None, currency: str | None = None
) -> tuple[GrantRow, ...]:
    """Every grant, in each currency that it was pledged or moved in."""
    rows = grant_rows(read(programme))
    return tuple(
        row
        for row in rows
        if sponsor in (None, row.sponsor.id) and currency in (None, row.currency)
    )


def grant_rows(reading: Reading) -> tuple[GrantRow, ...]:
    """The same, from a reading that is under way: by sponsor, then by when it was pledged."""
    pairs = dict.fromkeys((grant.id, grant.currency) for grant in reading.grants.values())
    pairs.update(dict.fromkeys(reading.snapshot.grants))
    rows = [grant_row(reading, grant, currency) for grant, currency in pairs]
    return tuple(sorted(rows, key=lambda row: (row.sponsor.id, row.grant.id, row.currency)))


def grant_row(reading: Reading, grant: str, currency: str) -> GrantRow:
    """One grant in one currency."""
    totals = reading.snapshot.totals
    code = reading.snapshot.grant_codes.get((grant, currency))
    pledge = reading.grants.get(grant)

    def total(column: Ints) -> int:
        return 0 if code is None else int(column[code])

    return GrantRow(
        grant=reading.grant(grant),
        sponsor=reading.sponsor(grant),
        pledged=pledge.amount_minor if pledge and pledge.currency == currency else 0,
        received=total(totals.received),
        standing=total(totals.standing),
        in_transit=total(totals.in_transit),
        spent=total(totals.spent),
        evidenced=total(totals.evidenced),
        breach=total(totals.breach),
        off_purpose=total(totals.off),
        currency=currency,
    )


def in_transit(
    *, programme: str, today: date, start: int = 0, size: int = 100
) -> tuple[tuple[InTransit, ...], Page]:
    """Money that was sent and has not arrived, the oldest first."""
    reading = read(programme)
    rows = reading.snapshot.lists.in_transit
    return transit_rows(reading, rows[start : start + size], today), page(start, size, len(rows))


def transit_rows(reading: Reading, rows: Ints, today: date) -> tuple[InTransit, ...]:
    """Movements, by their row, as money in transit."""
    columns, at = reading.snapshot.columns, reading.snapshot
    return tuple(
        InTransit(
            movement=columns.id[row].decode(),
            source=reading.account(at.accounts[columns.source[row]][0]),
            target=reading.account(at.accounts[columns.target[row]][0]),
            sent_on=date.fromordinal(int(columns.day[row])),
            days=today.toordinal() - int(columns.day[row]),
            amount=int(columns.amount[row]),
            left=int(at.lists.left[row]),
            currency=at.accounts[columns.source[row]][1],
        )
        for row in rows
    )


def projects(
    *,
    programme: str,
    today: date,
    place: str | None = None,
    theme: str | None = None,
    stage: str | None = None,
    start: Start = 0,
    size: int = 50,
) -> tuple[tuple[ProjectRow, ...], Page]:
    """Projects by id; `place` takes everything within it."""
    reading = read(programme)
    found = Project.objects.filter(programme=programme)
    if place:
        found = found.filter(place__in=reading.within(place))
    if theme:
        found = found.filter(theme=theme)
    if stage:
        found = found.filter(STAGES.get(stage, Q(id="")))
    rows, at = stretch(found, "id", start=start, size=size)
    return project_rows(reading, rows, today), at


def project_rows(
    reading: Reading, found: QuerySet[Project] | list[Project], today: date
) -> tuple[ProjectRow, ...]:
    """Projects as rows: one per currency that each was budgeted or paid in."""
    rows = list(found)
    worth: dict[tuple[str, str], int] = defaultdict(int)
    gifts = GiftInKind.objects.filter(
        programme=reading.id, withdrawn_by="", project__in=[row.id for row in rows]
    )
    for gift in gifts.values("project", "currency").annotate(worth=Sum("worth_minor")):
        worth[gift["project"], gift["currency"]] = gift["worth"]
    return tuple(
        _project_row(reading, row, currency, worth[row.id, currency], today)
        for row in rows
        for currency in _currencies(reading, row, worth)
    )


def _currencies(reading: Reading, row: Project, worth: dict[tuple[str, str], int]) -> list[str]:
    known = [row.budget_currency] if row.budget_currency else []
    at = reading.snapshot
    known += [currency for currency in at.currencies if (row.id, currency) in at.project_codes]
    known += [currency for project, currency in list(worth) if project == row.id]
    return list(dict.fromkeys(known)) or [reading.row.currency]


def _project_row(
    reading: Reading, row: Project, currency: str, in_kind: int, today: date
) -> ProjectRow:
    edges = reading.snapshot.edges
    mine = project_edges(reading, row.id, currency)
    stage = stage_of(row)
    return ProjectRow(
        project=Named(row.id, row.name),
        place=reading.place(row.place),
        theme=row.theme,
        stage=stage,
        budget=row.budget_minor if row.budget_currency == currency else None,
        spent=int(edges.amount[mine].sum()),
        evidenced=int(edges.evidenced[mine].sum()),
        in_kind=in_kind,
        ends_on=row.ends_on,
        overdue=bool(
            row.ends_on and row.ends_on < today and stage not in {"completed", "cancelled"}
        ),
        currency=currency,
    )


def project_edges(reading: Reading, project: str, currency: str) -> Ints:
    """The rows of the edges that end in a project."""
    edges = reading.snapshot.edges
    code = reading.snapshot.project_codes.get((project, currency))
    if code is None:
        return np.empty(0, dtype=np.int64)
    return edges.rows[edges.starts[code] : edges.starts[code + 1]]


def stage_of(row: Project) -> str:
    """How far a project has come."""
    dates: list[tuple[str, Any]] = [
        ("cancelled", row.cancelled_on),
        ("completed", row.completed_on),
        ("started", row.started_on),
        ("approved", row.approved_on),
    ]
    return next((stage for stage, day in dates if day), "proposed")


def accounts(
    *, programme: str, place: str | None = None, start: Start = 0, size: int = 100
) -> tuple[tuple[AccountRow, ...], Page]:
    """Accounts by id, with what stands in each; `place` takes everything within it."""
    reading = read(programme)
    found = Account.objects.filter(programme=programme)
    if place:
        found = found.filter(place__in=reading.within(place))
    rows, at = stretch(found, "id", start=start, size=size)
    return tuple(account_row(reading, row) for row in rows), at


def account_row(reading: Reading, row: Account) -> AccountRow:
    """An account with what stands in it."""
    standing, at = reading.snapshot.standing, reading.snapshot
    mine = standing_rows(reading, row.id, row.currency)
    amount, coming = standing.amount[mine], standing.in_transit[mine]
    unexplained = (standing.grant[mine] == len(at.grants)) & ~coming
    return AccountRow(
        account=Named(row.id, row.name),
        holder=reading.organisation(row.holder),
        place=reading.place(row.place),
        standing=int(amount[~coming].sum()),
        in_transit=int(amount[coming].sum()),
        unexplained=int(amount[unexplained].sum()),
        currency=row.currency,
    )


def standing_rows(reading: Reading, account: str, currency: str) -> slice:
    """The rows of what stands in an account, which are sorted by account."""
    standing = reading.snapshot.standing
    code = reading.snapshot.account_codes.get((account, currency))
    if code is None:
        return slice(0, 0)
    start, end = np.searchsorted(standing.account, [code, code + 1])
    return slice(int(start), int(end))


def exceptions(
    *,
    programme: str,
    grant: str | None = None,
    what: str | None = None,
    start: int = 0,
    size: int = 100,
) -> tuple[tuple[Flagged, ...], Page]:
    """Payments that a sponsor should see: breaches and what was off purpose, by date.

    `what` narrows them to "breach" or "off purpose", or asks for "unexplained" instead.
    """
    reading = read(programme)
    codes = None
    if grant:
        codes = [code for code, pair in enumerate(reading.snapshot.grants) if pair[0] == grant]
    rows = exception_list(reading, codes, what)
    found = exception_rows(reading, rows[start : start + size])
    return found, page(start, size, len(rows))


def exception_list(reading: Reading, grants: list[int] | None, what: str | None) -> Ints:
    """The attributions that are an exception: of these grants, or named for them."""
    at, rows = reading.snapshot.attributions, reading.snapshot.lists.exceptions
    if what == "unexplained":
        rows = reading.snapshot.exceptions.unexplained
    if grants is not None:
        named = reading.snapshot.columns.grant[at.movement[rows]]
        breach_of_named = np.isin(named, grants) & at.breach[rows]
        rows = rows[np.isin(at.grant[rows], grants) | breach_of_named]
    if what == "breach":
        rows = rows[at.breach[rows]]
    elif what == "off purpose":
        rows = rows[at.off[rows] > 0]
    return np.asarray(rows)


def exception_rows(reading: Reading, rows: Ints) -> tuple[Flagged, ...]:
    """Attributions, by their row, as exceptions: a breach first, where one is also off purpose."""
    at, columns, rest = reading.snapshot.attributions, reading.snapshot.columns, reading.snapshot
    ends = [rest.projects[columns.target[at.movement[row]]][0] for row in rows]
    known = reading.projects(ends)
    found = []
    for row, end in zip(rows, ends, strict=True):
        movement = int(at.movement[row])
        named = int(columns.grant[movement])
        project = known.get(end)
        found.append(
            Flagged(
                what=_wrong(reading, row),
                movement=columns.id[movement].decode(),
                happened_on=date.fromordinal(int(columns.day[movement])),
                account=reading.account(rest.accounts[columns.source[movement]][0]),
                project=Named(end, project.name if project else {}),
                grant=reading.grant_of(int(at.grant[row])),
                named=reading.grant_of(named) if named >= 0 else None,
                reasons=reasons(int(at.off[row])),
                amount=int(at.amount[row]),
                currency=reading.currency(movement),
                position=int(columns.position[movement]),
            )
        )
    return tuple(found)


def _wrong(reading: Reading, row: int) -> str:
    at = reading.snapshot.attributions
    if at.breach[row]:
        return "breach"
    return "off purpose" if at.off[row] else "unexplained"
