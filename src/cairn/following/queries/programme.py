"""A programme at a glance."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.conf import settings
from django.db.models import Sum

from cairn.following.answers import Named, PlaceRow, ProgrammeTotals, Stages, Unexplained
from cairn.following.queries.lists import grant_rows, project_edges, transit_rows
from cairn.following.queries.reading import Reading, read
from cairn.journal.past import programme_of
from cairn.journal.spread import DEFAULT, group_of, groups, readable
from cairn.money.models import GiftInKind
from cairn.money.projections import EXCHANGE
from cairn.programme.models import Place, Programme
from cairn.trace.policy import Kind

OLDEST = 20
"""Movements in transit that the programme page shows; the list of them has a page of its own."""


def programmes() -> tuple[Named, ...]:
    """Every programme on this installation whose database can be reached."""
    rows = [
        row
        for group in groups()
        if (copy := readable(group))
        for row in Programme.objects.using(copy).values_list("programme", "name")
        if row[0] == programme_of(row[0]) and group_of(row[0]) == group
    ]
    return tuple(Named(programme, name) for programme, name in sorted(rows, key=lambda row: row[0]))


def out_of_reach() -> tuple[tuple[str, ...], bool]:
    """The ids of programmes whose databases cannot be reached; and whether there may be more."""
    away = {group for group in groups() if not readable(group)}
    said = sorted(programme for programme, group in settings.GROUPS.items() if group in away)
    return tuple(said), DEFAULT in away


def programme_totals(*, programme: str, today: date, sponsor: str | None = None) -> ProgrammeTotals:
    """How far a programme's money has come, and what stands out. `sponsor` narrows the grants."""
    reading = read(programme)
    waiting = reading.snapshot.lists.in_transit
    in_kind = (
        GiftInKind.objects.filter(programme=programme, withdrawn_by="")
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
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 7)
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
    for grant_id, currency, amount in _exchanged(reading):
        known = reading.grants.get(grant_id)
        if known and sponsor in (None, known.sponsor):
            sums[currency][6] += amount
    order = sorted(sums, key=lambda currency: (currency != reading.row.currency, currency))
    return tuple(Stages(currency, *sums[currency]) for currency in order)


def _exchanged(reading: Reading) -> Iterator[tuple[str, str, int]]:
    """What of each grant left a currency for another: (grant, currency, amount)."""
    edges = reading.snapshot.edges
    for end, currency in reading.snapshot.projects:
        if end == EXCHANGE:
            for row in project_edges(reading, end, currency):
                grant, _currency = reading.grant_pair(int(edges.grant[row]))
                yield grant, currency, int(edges.amount[row])


def unexplained(reading: Reading) -> tuple[Unexplained, ...]:
    """Money that no recorded receipt accounts for, per currency."""
    at, edges = reading.snapshot, reading.snapshot.edges
    mine = at.standing.grant == len(at.grants)
    where, coming = at.currency_of_account[at.standing.account], at.standing.in_transit
    rows = slice(*edges.offsets[len(at.grants) : len(at.grants) + 2])
    spends, paid_from = edges.kind[rows] == Kind.SPEND, edges.source[rows]
    found = []
    for code, currency in enumerate(at.currencies):
        here = mine & (where == code)
        spent = spends & (at.currency_of_account[paid_from] == code)
        stands = int(at.standing.amount[here & ~coming].sum())
        moves = int(at.standing.amount[here & coming].sum())
        gone = int(edges.amount[rows][spent].sum())
        if stands or moves or gone:
            arisen = stands + moves + gone
            found.append(Unexplained(currency, arisen, stands, moves, gone))
    return tuple(found)


def place_rows(reading: Reading, only: Iterable[str] | None) -> tuple[PlaceRow, ...]:
    """Places in the order of the tree, each with everything within it, one row per currency."""
    sums = reading.place_sums
    wanted = set(reading.places if only is None else only)
    ordered = sorted(
        (row for row in reading.places.values() if row.id in wanted), key=lambda row: row.path
    )
    currencies = sorted({currency for _place, currency in sums}) or [reading.row.currency]
    return tuple(
        _place_row(row, sums.get((row.id, currency), [0] * 5), currency)
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
