"""What is a team's: its place and all within it that no team nearer by has, and what stands there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cairn.assets.models import Asset, Enterprise
from cairn.following.answers import Named
from cairn.following.queries.reading import Reading
from cairn.journal.journal import Journal
from cairn.journal.projection import M, Rows
from cairn.money.models import Account
from cairn.pack.values import UNKNOWN, TeamIs
from cairn.people.seats import post_stands
from cairn.programme.models import Cohort, Organisation, Place, Post, Team
from cairn.works.models import Need, Project


@dataclass(frozen=True, eq=False)
class Ground:
    """A team's ground on a day: asked by every section of the pack, each thing read once."""

    reading: Reading
    journal: Journal
    day: date
    team: Team
    cohorts: dict[str, Cohort] = field(repr=False)
    teams: tuple[Team, ...] = field(repr=False)

    @property
    def programme(self) -> str:
        """The programme's key, which may be that of a past."""
        return self.reading.id

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The ids of the places, the team's own first, then by where they lie.

        A team at a township leaves villages to teams of its own cohort that live there.
        """
        own = self.team.place
        inside = self.reading.within(own)
        nearer = {
            one.place
            for one in self.teams
            if one.cohort == self.team.cohort and one.place != own and one.place in inside
        }
        theirs = {id_ for place in nearer for id_ in self.reading.within(place)}
        mine = [id_ for id_ in inside if id_ not in theirs or id_ == own]
        return tuple(sorted(mine, key=lambda id_: (id_ != own, self.reading.places[id_].path)))

    @cached_property
    def place(self) -> Place:
        """The team's own place."""
        return self.reading.places[self.team.place]

    @cached_property
    def above(self) -> tuple[str, ...]:
        """The places that it lies in, the topmost first."""
        return tuple(self.place.path.strip("/").split("/")[:-1])

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts held here."""
        return self._here(Account)

    @cached_property
    def has_account(self) -> NDArray[np.bool_]:
        """Of each account of the trace by its code, whether it is held here; for -1 it is not."""
        codes = self.reading.snapshot.account_codes
        here = np.zeros(len(codes) + 1, dtype=np.bool_)
        mine = [codes.get((row.id, row.currency), -1) for row in self.accounts]
        here[[code for code in mine if code >= 0]] = True
        return here

    @cached_property
    def has_project(self) -> NDArray[np.bool_]:
        """Of each project of the trace by its code, whether it is here."""
        at, mine = self.reading.snapshot, set(self.places)
        codes = [code for code, place in enumerate(at.places) if place in mine]
        return np.isin(at.where.of_project, codes)

    @cached_property
    def posts(self) -> dict[str, Post]:
        """Every post there ever was."""
        return {row.id: row for row in Post.objects.filter(programme=self.programme)}

    @cached_property
    def own_posts(self) -> frozenset[str]:
        """The posts of the team."""
        return frozenset(id_ for id_, row in self.posts.items() if row.team == self.team.id)

    @cached_property
    def open_posts(self) -> tuple[Post, ...]:
        """The posts that somebody can act as on this day, by id."""
        rows = Rows(self.programme, self.journal.tables)
        rows.load(("cohort", row.cohort) for row in self.posts.values() if row.cohort)
        rows.load(("turn", row.team) for row in self.posts.values() if row.team)
        return tuple(
            row for _id, row in sorted(self.posts.items()) if post_stands(row, rows, self.day)
        )

    @cached_property
    def roles(self) -> dict[str, str]:
        """What each organisation is to the programme."""
        rows = Organisation.objects.filter(programme=self.programme)
        return dict(rows.values_list("id", "role"))

    def post(self, id_: str) -> Named:
        """A post's name."""
        row = self.posts.get(id_)
        return Named(id_, row.name if row else {})

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """Every project here, by id."""
        return self._here(Project)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Every need of a place here, by id."""
        return self._here(Need)

    @cached_property
    def assets(self) -> tuple[Asset, ...]:
        """Every asset that is or was in use here, by id."""
        return self._here(Asset)

    @cached_property
    def assets_in_use(self) -> tuple[Asset, ...]:
        """Those that are not out of use."""
        return tuple(row for row in self.assets if row.out_on is None)

    @cached_property
    def enterprises(self) -> tuple[Enterprise, ...]:
        """Every enterprise that is or was open here, by id."""
        return self._here(Enterprise)

    def _here(self, table: type[M]) -> tuple[M, ...]:
        here = {"programme": self.programme, "place__in": self.places}
        return tuple(table.objects.filter(**here).order_by("id"))

    def is_of(self, team: Team) -> TeamIs:
        """A team as packs name it."""
        cohort, reading = self.cohorts[team.cohort], self.reading
        return TeamIs(
            team=team.id,
            cohort=Named(cohort.id, cohort.name),
            place=reading.place(team.place),
            sponsor=reading.organisation(team.sponsor),
            strength=UNKNOWN if team.strength is None else team.strength,
            placed_on=team.placed_on,
            ends_on=cohort.ends_on,
            closed_on=cohort.closed_on,
        )


def ordered(rows: Iterable[Named]) -> tuple[Named, ...]:
    """Things by their ids, each once."""
    return tuple(sorted({one.id: one for one in rows}.values(), key=lambda one: one.id))
