"""Follow a grant: from its pledge to each project."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from cairn.following.answers import AccountRow, Edge, GrantFollowed, Named, Restriction, Share
from cairn.following.columns import Codes, Ints
from cairn.following.compute import Edges
from cairn.following.queries.lists import (
    exception_list,
    exception_rows,
    grant_row,
    project_edges,
    transit_rows,
)
from cairn.following.queries.reading import Reading, read, reasons, some
from cairn.money.models import Account, Grant
from cairn.trace.policy import Kind
from cairn.values import UNEXPLAINED, UnknownThingError
from cairn.works.models import Project

SHOWN = 50
"""Movements in transit and exceptions that the page shows; each list has a page of its own."""

LARGEST = 100
"""Edges and shares that the page shows, the largest; its CSV has them all."""


def follow_grant(
    *,
    programme: str,
    grant: str,
    today: date,
    currency: str | None = None,
    size: int | None = LARGEST,
) -> GrantFollowed:
    """A grant in one currency: its own, unless another is asked for.

    With the `size` largest edges and shares, or all of them. Raises UnknownThingError.
    """
    reading = read(programme)
    pledge = reading.grants.get(grant)
    currencies = _currencies(reading, grant, pledge)
    if not currencies:
        raise UnknownThingError(f"There is no grant ‘{grant}’ in this programme.")
    currency = currency if currency in currencies else currencies[0]
    mine = _edges(reading, grant, currency)
    shown = None if size is None else SHOWN
    waiting = _in_transit(reading, grant, currency)
    standing, standing_count = _standing(reading, grant, currency, size)
    exceptions = exception_list(reading, _codes(reading, grant, currency), None)
    edges = reading.snapshot.edges
    paid = mine[edges.kind[mine] == Kind.SPEND]
    return GrantFollowed(
        programme=reading.programme,
        as_of=reading.as_of,
        row=grant_row(reading, grant, currency),
        pledged_on=pledge.pledged_on if pledge else None,
        restriction=_restriction(reading, pledge),
        edges=edge_rows(reading, largest(mine, edges.amount, size), reading.sponsor(grant)),
        edges_count=len(mine),
        shares=shares(reading, largest(paid, edges.amount, size)),
        shares_count=len(np.unique(edges.target[paid])),
        standing=standing,
        standing_count=standing_count,
        in_transit=transit_rows(reading, waiting[:shown], today),
        in_transit_count=len(waiting),
        exceptions=exception_rows(reading, exceptions[:shown]),
        exceptions_count=len(exceptions),
        other_currencies=tuple(other for other in currencies if other != currency),
    )


def _currencies(reading: Reading, grant: str, pledge: Grant | None) -> list[str]:
    """The currencies a grant has been in, that of its pledge first."""
    if grant == UNEXPLAINED:
        at = reading.snapshot
        last = slice(*at.edges.offsets[len(at.grants) : len(at.grants) + 2])
        sources = np.unique(at.edges.source[last])
        found = dict.fromkeys(at.accounts[source][1] for source in sources if source >= 0)
        return list(found) or [reading.row.currency]
    found = dict.fromkeys([pledge.currency] if pledge else [])
    found.update(dict.fromkeys(cur for id_, cur in reading.snapshot.grants if id_ == grant))
    return list(found)


def _codes(reading: Reading, grant: str, currency: str) -> list[int]:
    if grant == UNEXPLAINED:
        return [len(reading.snapshot.grants)]
    code = reading.snapshot.grant_codes.get((grant, currency))
    return [] if code is None else [code]


def _edges(reading: Reading, grant: str, currency: str) -> Ints:
    """The edges of a grant; of unexplained money, those in this currency."""
    at, edges = reading.snapshot, reading.snapshot.edges
    codes = _codes(reading, grant, currency)
    if not codes:
        return np.empty(0, dtype=np.int64)
    rows = np.arange(edges.offsets[codes[0]], edges.offsets[codes[0] + 1])
    if grant != UNEXPLAINED:
        return rows
    code = at.currency_code(currency)
    return np.asarray(rows[at.currency_of_account[edges.source[rows]] == code])


def largest(rows: Ints, amount: Ints, size: int | None) -> Ints:
    """The rows of the largest amounts, the largest first."""
    return np.asarray(rows[np.argsort(-amount[rows], kind="stable")][:size])


def edge_rows(reading: Reading, rows: Ints, sponsor: Named) -> tuple[Edge, ...]:
    """Edges, by their row, with their ends named."""
    at, edges = reading.snapshot, reading.snapshot.edges
    spends = [row for row in rows if edges.kind[row] == Kind.SPEND]
    known = reading.projects(at.projects[edges.target[row]][0] for row in spends)

    def target(row: int) -> Named:
        if edges.kind[row] == Kind.SPEND:
            return project_named(known, at.projects[edges.target[row]][0])
        return reading.account(at.accounts[edges.target[row]][0])

    def source(row: int) -> Named:
        if edges.source[row] < 0:
            return sponsor
        return reading.account(at.accounts[edges.source[row]][0])

    found = [
        Edge(
            kind=Kind(kind),
            source=source(row),
            target=target(row),
            amount=amount,
            arrived=arrived,
            in_transit=amount - arrived - returned,
            returned=returned,
            movements=movements,
        )
        for row, kind, amount, arrived, returned, movements in zip(
            rows,
            *(
                column[rows].tolist()
                for column in (
                    edges.kind, edges.amount, edges.arrived, edges.returned, edges.movements,
                )
            ),
            strict=True,
        )
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda edge: (edge.kind, -edge.amount)))


def project_named(known: dict[str, Project], id_: str) -> Named:
    """A project's name, or that of an end which is none."""
    project = known.get(id_)
    return Named(id_, project.name if project else {})


def shares(reading: Reading, rows: Ints) -> tuple[Share, ...]:
    """What these edges, which end in projects, say of who paid for what; the largest first."""
    at, edges = reading.snapshot, reading.snapshot.edges
    size = len(at.projects)
    keys, which = np.unique(
        edges.grant[rows].astype(np.int64) * size + edges.target[rows], return_inverse=True
    )
    sums, bits = added_by(edges, rows, which, len(keys))
    known = reading.projects(at.projects[key % size][0] for key in keys)
    found = [
        _share(reading, known, divmod(int(key), size), [int(sum_) for sum_ in sums[:, row]], bit)
        for row, (key, bit) in enumerate(zip(keys, bits.tolist(), strict=True))
    ]
    return tuple(sorted(found, key=lambda share: (-share.amount, share.project.id)))


def added_by(
    edges: Edges, rows: Ints, which: Ints | Codes, count: int
) -> tuple[Ints, NDArray[np.uint8]]:
    """Add edges up in `count` groups, `which` saying the group of each row.

    The sums are int64[4, count]: amount, evidenced, breach, off purpose; then the reasons' bits.
    """
    sums = np.zeros((4, count), dtype=np.int64)
    for column, amounts in enumerate((edges.amount, edges.evidenced, edges.breach, edges.off)):
        np.add.at(sums[column], which, amounts[rows])
    bits = np.zeros(count, dtype=np.uint8)
    np.bitwise_or.at(bits, which, edges.off_reasons[rows])
    return sums, bits


def _share(
    reading: Reading, known: dict[str, Project], codes: tuple[int, int], sums: list[int], bits: int
) -> Share:
    grant, _its_currency = reading.grant_pair(codes[0])
    project, currency = reading.snapshot.projects[codes[1]]
    row = known.get(project)
    amount, evidenced, breach, off = sums
    return Share(
        grant=reading.grant(grant),
        sponsor=reading.sponsor(grant),
        project=project_named(known, project),
        place=reading.place(row.place if row else ""),
        theme=row.theme if row else "",
        amount=amount,
        evidenced=evidenced,
        breach=breach,
        off_purpose=off,
        off_reasons=reasons(bits),
        currency=currency,
    )


def shares_of_project(reading: Reading, project: str, currency: str) -> tuple[Share, ...]:
    """Which grants paid for a project."""
    return shares(reading, project_edges(reading, project, currency))


def _standing(
    reading: Reading, grant: str, currency: str, size: int | None
) -> tuple[tuple[AccountRow, ...], int]:
    """The accounts where most of a grant stands or is on its way to, and how many there are."""
    at, standing = reading.snapshot, reading.snapshot.standing
    mine = np.isin(standing.grant, _codes(reading, grant, currency))
    mine &= at.currency_of_account[standing.account] == at.currency_code(currency)
    sums = np.zeros((2, len(at.accounts)), dtype=np.int64)
    coming = standing.in_transit[mine].astype(np.int64)
    np.add.at(sums, (coming, standing.account[mine]), standing.amount[mine])
    codes = np.flatnonzero(sums.any(axis=0))
    top = largest(codes, sums[0], size).tolist()
    ids = [at.accounts[code][0] for code in top]
    known = {row.id: row for row in some(Account, reading.id, ids)}
    rows = tuple(
        AccountRow(
            account=reading.account(id_),
            holder=reading.organisation(known[id_].holder),
            place=reading.place(known[id_].place),
            standing=int(sums[0, code]),
            in_transit=int(sums[1, code]),
            unexplained=int(sums[0, code]) if grant == UNEXPLAINED else 0,
            currency=currency,
        )
        for id_, code in zip(ids, top, strict=True)
    )
    return rows, len(codes)


def _in_transit(reading: Reading, grant: str, currency: str) -> Ints:
    """The movements in transit that carry some of a grant, the oldest first."""
    at, rows = reading.snapshot, reading.snapshot.lists.open
    mine = rows[np.isin(at.attributions.grant[rows], _codes(reading, grant, currency))]
    movements = np.unique(at.attributions.movement[mine])
    source = at.columns.source[movements]
    code = at.currency_code(currency)
    return np.asarray(movements[at.currency_of_account[source] == code])


def _restriction(reading: Reading, pledge: Grant | None) -> Restriction:
    if pledge is None:
        return Restriction((), (), (), None)
    known = reading.projects(pledge.projects)
    return Restriction(
        places=tuple(reading.place(place) for place in pledge.places),
        themes=tuple(pledge.themes),
        projects=tuple(project_named(known, project) for project in pledge.projects),
        until=pledge.until,
    )
