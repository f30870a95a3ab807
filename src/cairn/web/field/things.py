"""What a form may name, for every kind at once: the same things that the desk's forms offer this seat."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from uuid import UUID

from django.db.models import BooleanField, Case, Q, When
from django.utils import translation

from cairn.catalog import journal
from cairn.following.answers import Name
from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Rows
from cairn.kyrgyz import in_arabic
from cairn.people.reach import facts_before, recorded_by
from cairn.people.scope import column
from cairn.people.seats import Seat
from cairn.values import LANGUAGES
from cairn.web.desk.choices import MOST, NEWEST_FIRST, Offered
from cairn.web.desk.naming import called, load_named
from cairn.web.reader import reader_of

NAMELESS = frozenset({"inspection"})
"""Nobody chooses these from a list: whoever leads to a form says which one it is."""

WHO_STANDS_WHERE = ("post", "place", "team", "turn", "cohort", "handover")
"""What reach is judged on for every row: posts, their teams' turns, places."""

EVERY_ONE = ~Q(id__in=())

Key = tuple[str, str, frozenset[str] | None]
"""A sort of things, the columns that they must have, and the accounts that they must be about."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on record that may be named. Those with the lowest `far` come first in a list."""

    id: str
    name: Name
    far: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What forms offer: things by sort; and by kind and field which of them, by their place in that list."""

    things: dict[str, list[Thing]]
    offered: dict[str, dict[str, list[int]]]


def choices_of(seat: Seat, kinds: Iterable[type[Fact]]) -> Choices:
    """What each of these kinds offers. The database is asked for each table of things, however many kinds there are."""
    shared = _Shared(seat)
    asked = [
        (_OfKind(seat, kind, shared), field, thing)
        for kind in kinds
        for field, thing in kind.references()
        if thing not in NAMELESS
    ]
    shared.read(asked)
    places: dict[str, dict[str, int]] = defaultdict(dict)
    things: dict[str, list[Thing]] = defaultdict(list)
    offered: dict[str, dict[str, list[int]]] = {}
    for of_kind, field, thing in asked:
        here = places[thing]
        reached = of_kind.reached(field, thing)
        for nth, row in enumerate(reached):
            if row.id not in here:
                here[row.id] = len(here)
                things[thing].append(Thing(row.id, of_kind.name(row), of_kind.far(row, nth)))
        offered.setdefault(of_kind.kind.kind, {})[field] = [here[row.id] for row in reached]
    return Choices(dict(things), offered)


def name_of(versions: Name) -> Name:
    """A text in several languages, in Arabic letters too where it is there in Kyrgyz."""
    if "ky" in versions and "ky-arab" not in versions:
        return versions | {"ky-arab": in_arabic(versions["ky"])}
    return versions


class _Shared:
    """What the forms of all kinds are filled from, each table read once."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.rows = Rows(seat.programme, journal.tables)
        self.rows.load_every(*WHO_STANDS_WHERE)
        self.found: dict[Key, list[ReadModel]] = {}
        self.mine: set[UUID] = set()
        """Of the facts that must be another's, those that this user or post recorded."""

    @cached_property
    def accounts(self) -> list[ReadModel]:
        """Every account of the programme."""
        return list(journal.tables["account"].objects.filter(programme=self.seat.programme))

    def read(self, asked: "Iterable[tuple[_OfKind, str, str]]") -> None:
        """Read what these fields may name, what the names of it are made of, and who recorded it."""
        asked = list(asked)
        wanted: dict[str, dict[Key, Q]] = defaultdict(dict)
        standing: dict[Key, list[ReadModel]] = {}
        for of_kind, field, thing in asked:
            wanted[thing].setdefault(of_kind.key(field, thing), of_kind.rows_of(field, thing))
        for thing, every in wanted.items():
            self.found |= self._at_once(thing, every)
        for of_kind, field, thing in asked:
            if thing == "post" and (key := of_kind.key(field, thing)) not in standing:
                standing[key] = of_kind.that_stand(self.found[key])
        self.found |= standing
        load_named((row for rows in self.found.values() for row in rows), self.rows)
        before = [
            facts_before(of_kind.kind, field, self.found[of_kind.key(field, thing)])
            for of_kind, field, thing in asked
        ]
        facts = set().union(*(ids for one in before for ids in one.values()))
        self.mine = recorded_by(self.seat, facts, journal=journal)

    def _at_once(self, thing: str, wanted: Mapping[Key, Q]) -> dict[Key, list[ReadModel]]:
        """The first rows of a table for each of these conditions, in one query for all of them."""
        every = journal.tables[thing].objects.filter(programme=self.seat.programme)
        order = NEWEST_FIRST.get(thing, "id")
        firsts = [every.filter(one).order_by(order)[: MOST * 2] for one in wanted.values()]
        if len(firsts) == 1:
            return {key: list(firsts[0]) for key in wanted}
        among = reduce(or_, (Q(id__in=some.values("id")) for some in firsts))
        holds = {
            f"holds_{nth}": Case(
                When(one or EVERY_ONE, then=True), default=False, output_field=BooleanField()
            )
            for nth, one in enumerate(wanted.values())
        }
        rows = list(every.filter(among).annotate(**holds).order_by(order))
        return {
            key: [row for row in rows if getattr(row, name)][: MOST * 2]
            for key, name in zip(wanted, holds, strict=True)
        }


class _OfKind(Offered):
    """The choices of one kind, from what was read for all of them."""

    def __init__(self, seat: Seat, kind: type[Fact], shared: _Shared) -> None:
        super().__init__(seat, kind, reader_of("en"), wanted={})
        self.rows, self.shared = shared.rows, shared

    def key(self, field: str, thing: str) -> Key:
        """What tells the rows that a field may name from those of others."""
        mine = self._its_accounts() if thing == "movement" else None
        asked = repr(sorted(self.kind.offered.get(field, {}).items()))
        return thing, asked, None if mine is None else frozenset(mine)

    def rows_of(self, field: str, thing: str) -> Q:
        """Which rows those are."""
        return self._asked(field, thing)

    def that_stand(self, posts: list[ReadModel]) -> list[ReadModel]:
        """Those as which somebody can act today."""
        return self._that_stand(posts)

    def reached(self, field: str, thing: str) -> Sequence[ReadModel]:
        """The rows that a field may name."""
        return self._reached(field, self.shared.found[self.key(field, thing)])

    def name(self, row: ReadModel) -> Name:
        """What a thing is called, in every language."""
        name = column(row, "name")
        if isinstance(name, dict) and row.called != "version":
            return name_of(name)
        return {code: self._said(row, code) for code in LANGUAGES}

    def far(self, row: ReadModel, nth: int) -> int:
        """How far down a list it belongs: by its place where the newest come first."""
        if row.called == "post":
            return self._how_far(row)
        return nth if row.called in NEWEST_FIRST else int(not self._is_own(row))

    def _accounts(self) -> Sequence[ReadModel]:
        return self.shared.accounts

    def _apart(self, field: str, found: Sequence[ReadModel]) -> set[str]:
        before = facts_before(self.kind, field, found)
        return {id_ for id_, ids in before.items() if ids & self.shared.mine}

    def _said(self, row: ReadModel, language: str) -> str:
        with translation.override(language):
            return called(row, self.rows, reader_of(language))
