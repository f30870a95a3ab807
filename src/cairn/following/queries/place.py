"""Follow a place: its projects and money, with everything within it."""

from datetime import date

import numpy as np

from cairn.following.answers import Named, PlaceFollowed, Share, TeamRow
from cairn.following.queries.grant import added_by
from cairn.following.queries.lists import account_row, project_rows
from cairn.following.queries.programme import place_rows
from cairn.following.queries.reading import Reading, read, reasons
from cairn.following.standing import PlaceChanges
from cairn.money.models import Account
from cairn.programme.models import Cohort, Team
from cairn.trace.policy import Kind
from cairn.values import UnknownThingError
from cairn.works.models import Project

SHOWN = 50
"""Projects and accounts that the page shows; the list of each has a page of its own."""


def follow_place(*, programme: str, place: str, today: date) -> PlaceFollowed:
    """A place with what stands and was done in it. Raises UnknownThingError."""
    reading = read(programme)
    here = reading.places.get(place)
    if here is None:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    inside = reading.within(place)
    found = Project.objects.filter(programme=programme, place__in=inside).order_by("id")
    accounts = Account.objects.filter(programme=programme, place__in=inside).order_by("id")
    above = here.path.strip("/").split("/")[:-1]
    rows = place_rows(reading, inside)
    return PlaceFollowed(
        programme=reading.programme,
        as_of=reading.as_of,
        rows=tuple(row for row in rows if row.place.id == place),
        above=tuple(reading.place(id_) for id_ in above),
        within=tuple(row for row in rows if row.place.id != place),
        projects=project_rows(reading, found[:SHOWN], today),
        projects_count=found.count(),
        accounts=tuple(account_row(reading, row) for row in accounts[:SHOWN]),
        accounts_count=accounts.count(),
        shares=_by_grant(reading, inside),
        teams=teams_in(reading, inside),
    )


def teams(*, programme: str) -> tuple[TeamRow, ...]:
    """Every team, those placed last first."""
    reading = read(programme)
    return tuple(reversed(teams_in(reading, list(reading.places))))


def place_changes(*, programme: str, place: str) -> PlaceChanges:
    """How a place changed. Raises UnknownThingError."""
    reading = read(programme)
    here = reading.places.get(place)
    if here is None:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    return PlaceChanges(
        former=tuple((name, date.fromisoformat(until)) for name, until in here.former),
        ended_on=here.ended_on,
        successors=tuple(reading.place(one) for one in here.successors),
        predecessors=tuple(
            (reading.place(one.id), one.ended_on)
            for one in reading.places.values()
            if one.ended_on and place in one.successors
        ),
    )


def _by_grant(reading: Reading, places: list[str]) -> tuple[Share, ...]:
    """What each grant paid here, all its projects together."""
    at, edges = reading.snapshot, reading.snapshot.edges
    inside = set(places)
    codes = [code for code, place in enumerate(at.places) if place in inside]
    here = np.isin(at.where.of_project, codes)
    rows = np.flatnonzero(edges.kind == Kind.SPEND)
    rows = rows[here[edges.target[rows]]]
    size, currency = len(at.grants) + 1, at.currency_of_account[edges.source[rows]]
    found = []
    for its_code, its_name in enumerate(at.currencies):
        mine = rows[currency == its_code]
        sums, bits = added_by(edges, mine, edges.grant[mine], size)
        for code in np.flatnonzero(sums[0]):
            grant = reading.grant_of(int(code))
            amount, evidenced, breach, off = (int(sum_) for sum_ in sums[:, code])
            found.append(
                Share(
                    grant=grant,
                    sponsor=reading.sponsor(grant.id),
                    project=Named("", {}),
                    place=Named("", {}),
                    theme="",
                    amount=amount,
                    evidenced=evidenced,
                    breach=breach,
                    off_purpose=off,
                    off_reasons=reasons(int(bits[code])),
                    currency=its_name,
                )
            )
    return tuple(sorted(found, key=lambda share: -share.amount))


def teams_in(reading: Reading, places: list[str]) -> tuple[TeamRow, ...]:
    """The teams of these places, the earliest first."""
    cohorts = {row.id: row for row in Cohort.objects.filter(programme=reading.id)}
    rows = Team.objects.filter(programme=reading.id, place__in=places).order_by("placed_on", "id")
    return tuple(
        TeamRow(
            team=row.id,
            cohort=Named(row.cohort, cohorts[row.cohort].name),
            place=reading.place(row.place),
            sponsor=reading.organisation(row.sponsor),
            strength=row.strength,
            placed_on=row.placed_on,
        )
        for row in rows
    )
