"""A programme at a glance."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
from django.db.models import Count, Sum

from cairn.following.answers import Named, PlaceRow, ProgrammeTotals, Stages, Unexplained
from cairn.following.columns import Ints
from cairn.following.queries.lists import grant_rows, transit_rows
from cairn.following.queries.reading import Reading, read
from cairn.money.models import Account, GiftInKind
from cairn.programme.models import Place, Programme
from cairn.trace.policy import Kind
from cairn.works.models import Project

Add = Callable[[str, str, int, int], None]
"""Takes (place, currency, column of a PlaceRow's sums, amount)."""

OLDEST = 20
"""Movements in transit that the programme page shows; the list of them has a page of its own."""


def programmes() -> tuple[Named, ...]:
    """Every programme on this installation."""
    rows = Programme.objects.order_by("programme").values_list("programme", "name")
    return tuple(Named(programme, name) for programme, name in rows)


def programme_totals(*, programme: str, today: date, sponsor: str | None = None) -> ProgrammeTotals:
    """How far a programme's money has come, and what stands out. `sponsor` narrows the grants."""
    reading = read(programme)
    waiting = reading.snapshot.lists.in_transit
    in_kind = (
        GiftInKind.objects.filter(programme=programme)
        .values_list("currency")
        .annotate(worth=Sum("worth_minor"))
        .order_by("currency")
    )
    rows = grant_rows(reading)
    return ProgrammeTotals(
        programme=reading.programme,
        as_of=reading.as_of,
        opened_on=reading.row.opened_on,
        stages=stages(reading, sponsor),
        unexplained=unexplained(reading),
        in_kind=tuple(in_kind),
        in_transit=transit_rows(reading, waiting[:OLDEST], today),
        in_transit_count=len(waiting),
        places=place_rows(reading, None),
        grants=tuple(row for row in rows if sponsor in (None, row.sponsor.id)),
    )


def stages(reading: Reading, sponsor: str | None = None) -> tuple[Stages, ...]:
    """How far the sponsors' money has come, per currency.

    Each unit counts once, by how far it came: sent is what no longer stands where its sponsor
    paid it in, confirmed is sent without what is in transit. So a stage never exceeds the one
    before it, however many accounts the money passes.
    """
    totals = reading.snapshot.totals
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for grant in reading.grants.values():
        if sponsor in (None, grant.sponsor):
            sums[grant.currency][0] += grant.amount_minor
    for code, (grant_id, currency) in enumerate(reading.snapshot.grants):
        known = reading.grants.get(grant_id)
        if known is None or sponsor not in (None, known.sponsor):
            continue
        received = int(totals.received[code])
        sent = received - int(totals.first[code])
        row = sums[currency]
        row[1] += received
        row[2] += sent
        row[3] += sent - int(totals.in_transit[code])
        row[4] += int(totals.on_projects[code])
        row[5] += int(totals.evidenced[code])
    order = sorted(sums, key=lambda currency: (currency != reading.row.currency, currency))
    return tuple(Stages(currency, *sums[currency]) for currency in order)


def unexplained(reading: Reading) -> tuple[Unexplained, ...]:
    """Money that no recorded receipt accounts for, per currency."""
    at = reading.snapshot
    rows = np.flatnonzero(at.standing.grant == len(at.grants))
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        currency = at.accounts[at.standing.account[row]][1]
        sums[currency][1 if at.standing.in_transit[row] else 0] += int(at.standing.amount[row])
    edges = at.edges
    first, last = edges.offsets[len(at.grants) : len(at.grants) + 2]
    for edge in range(int(first), int(last)):
        if edges.kind[edge] == Kind.SPEND:
            sums[at.accounts[edges.source[edge]][1]][2] += int(edges.amount[edge])
    return tuple(
        Unexplained(currency, sum(parts), *parts) for currency, parts in sorted(sums.items())
    )


def place_rows(reading: Reading, only: Iterable[str] | None) -> tuple[PlaceRow, ...]:
    """Places in the order of the tree, each with everything within it, one row per currency."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)

    def add(place: str, currency: str, column: int, amount: int) -> None:
        row = reading.places.get(place)
        for above in (row.path if row else "").strip("/").split("/"):
            sums[above, currency][column] += amount

    _add_projects(reading, add)
    _add_accounts(reading, add)
    wanted = set(reading.places if only is None else only)
    ordered = sorted(
        (row for row in reading.places.values() if row.id in wanted), key=lambda row: row.path
    )
    currencies = sorted({currency for _place, currency in sums}) or [reading.row.currency]
    return tuple(
        _place_row(row, sums[row.id, currency], currency)
        for row in ordered
        for currency in currencies
        if (row.id, currency) in sums or currency == reading.row.currency
    )


def _place_row(row: Place, sums: list[int], currency: str) -> PlaceRow:
    projects, budget, spent, evidenced, standing = sums
    return PlaceRow(
        place=Named(row.id, row.name),
        level=row.level,
        depth=row.path.count("/") - 2,
        projects=projects,
        budget=budget,
        spent=spent,
        evidenced=evidenced,
        standing=standing,
        currency=currency,
    )


def _add_projects(reading: Reading, add: Add) -> None:
    at, edges = reading.snapshot, reading.snapshot.edges
    spent = _per_project(edges.amount[edges.rows], edges.starts)
    seen = _per_project(edges.evidenced[edges.rows], edges.starts)
    found = Project.objects.filter(programme=reading.id)
    places = dict(found.values_list("id", "place"))
    main = reading.row.currency
    budgets = found.values_list("place", "budget_currency")
    for place, currency, count, budget in budgets.annotate(Count("id"), Sum("budget_minor")):
        add(place, currency or main, 0, count)
        add(place, currency or main, 1, budget or 0)
    for code, (project, currency) in enumerate(at.projects):
        if project in places:
            add(places[project], currency, 2, int(spent[code]))
            add(places[project], currency, 3, int(seen[code]))


def _per_project(amount: Ints, starts: Ints) -> Ints:
    """Add up stretches, of which some are empty: what was paid and then reversed has no edge."""
    total = np.concatenate([[0], np.cumsum(amount)])
    return np.asarray(total[starts[1:]] - total[starts[:-1]])


def _add_accounts(reading: Reading, add: Add) -> None:
    at, standing = reading.snapshot, reading.snapshot.standing
    places = dict(Account.objects.filter(programme=reading.id).values_list("id", "place"))
    total = np.zeros(len(at.accounts), dtype=np.int64)
    here = ~standing.in_transit
    np.add.at(total, standing.account[here], standing.amount[here])
    for code, (account, currency) in enumerate(at.accounts):
        if places.get(account):
            add(places[account], currency, 4, int(total[code]))
