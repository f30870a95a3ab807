"""Follow a place: its projects and money, with everything within it."""

from dataclasses import replace
from datetime import date

import numpy as np

from cairn.following.answers import Named, PlaceFollowed, Share, TeamRow
from cairn.following.columns import Ints
from cairn.following.queries.grant import shares
from cairn.following.queries.lists import account_row, project_rows, within
from cairn.following.queries.programme import place_rows
from cairn.following.queries.reading import Reading, read
from cairn.money.models import Account
from cairn.programme.models import Cohort, Team
from cairn.values import UnknownThingError
from cairn.works.models import Project

SHOWN = 50
"""Projects that the page shows; the list of them has a page of its own."""


def follow_place(*, programme: str, place: str, today: date) -> PlaceFollowed:
    """A place with what stands and was done in it. Raises UnknownThingError."""
    reading = read(programme)
    here = reading.places.get(place)
    if here is None:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    inside = within(reading, place)
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
        shares=_by_grant(reading, inside),
        teams=_teams(reading, inside),
    )


def _by_grant(reading: Reading, places: list[str]) -> tuple[Share, ...]:
    """What each grant paid here, its projects together."""
    at = reading.snapshot
    projects = Project.objects.filter(programme=reading.id, place__in=places)
    ids = set(projects.values_list("id", flat=True))
    codes = [code for code, (id_, _currency) in enumerate(at.projects) if id_ in ids]
    stretches = [at.edges.rows[at.edges.starts[code] : at.edges.starts[code + 1]] for code in codes]
    rows: Ints = np.concatenate(stretches) if stretches else np.empty(0, dtype=np.int64)
    sums: dict[tuple[str, str], Share] = {}
    for share in shares(reading, rows):
        key = (share.grant.id, share.currency)
        sums[key] = _together(sums[key], share) if key in sums else share
    return tuple(sorted(sums.values(), key=lambda share: -share.amount))


def _together(one: Share, other: Share) -> Share:
    """Two shares of a grant as one, of no project in particular."""
    return replace(
        one,
        project=Named("", {}),
        place=Named("", {}),
        theme="",
        amount=one.amount + other.amount,
        evidenced=one.evidenced + other.evidenced,
        breach=one.breach + other.breach,
        off_purpose=one.off_purpose + other.off_purpose,
        off_reasons=tuple(dict.fromkeys(one.off_reasons + other.off_reasons)),
    )


def _teams(reading: Reading, places: list[str]) -> tuple[TeamRow, ...]:
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
