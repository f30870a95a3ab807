"""What a form may name, for every kind at once: the same things that the desk's forms offer this seat."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import translation

from cairn.catalog import journal
from cairn.following.answers import Name
from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Rows
from cairn.kyrgyz import in_arabic
from cairn.people.rights import Scope
from cairn.people.scope import column
from cairn.people.seats import Seat
from cairn.values import LANGUAGES
from cairn.web.desk.choices import NEWEST_FIRST, Offered
from cairn.web.desk.naming import called
from cairn.web.reader import reader_of

NAMELESS = frozenset({"inspection"})
"""Nobody chooses these from a list: whoever leads to a form says which one it is."""


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
    """What each of these kinds offers. How often the database is asked follows from the kinds alone."""
    rows = Rows(seat.programme, journal.tables)
    _load_who_stands_where(rows)
    found: dict[tuple[object, ...], list[ReadModel]] = {}
    places: dict[str, dict[str, int]] = defaultdict(dict)
    things: dict[str, list[Thing]] = defaultdict(list)
    offered: dict[str, dict[str, list[int]]] = {}
    for kind in kinds:
        of_kind = _OfKind(seat, kind, rows, found)
        for field, thing in kind.references():
            if thing in NAMELESS:
                continue
            here = places[thing]
            reached = of_kind.reached(field, thing)
            for nth, row in enumerate(reached):
                if row.id not in here:
                    here[row.id] = len(here)
                    things[thing].append(Thing(row.id, of_kind.name(row), of_kind.far(row, nth)))
            offered.setdefault(kind.kind, {})[field] = [here[row.id] for row in reached]
    return Choices(dict(things), offered)


def _load_who_stands_where(rows: Rows) -> None:
    """At once what reach is judged on for every row: posts, their teams' turns, places."""
    for table in ("post", "place", "team", "turn", "cohort", "handover"):
        ids = journal.tables[table].objects.filter(programme=rows.programme)
        rows.load((table, id_) for id_ in ids.values_list("id", flat=True))


def name_of(versions: Name) -> Name:
    """A text in several languages, in Arabic letters too where it is there in Kyrgyz."""
    if "ky" in versions and "ky-arab" not in versions:
        return versions | {"ky-arab": in_arabic(versions["ky"])}
    return versions


class _OfKind(Offered):
    """The choices of one kind. What was read for another is not read again."""

    def __init__(
        self,
        seat: Seat,
        kind: type[Fact],
        rows: Rows,
        found: dict[tuple[object, ...], list[ReadModel]],
    ) -> None:
        super().__init__(seat, kind, reader_of("en"), wanted={})
        self.rows, self.found = rows, found

    def reached(self, field: str, thing: str) -> Sequence[ReadModel]:
        """The rows that a field may name."""
        return self._reached(field, self._found(field, thing))

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

    def _found(self, field: str, thing: str) -> list[ReadModel]:
        asked = repr(sorted(self.kind.offered.get(field, {}).items()))
        of_its_own = thing == "movement" and self.seat.scope(self.kind.kind) is not Scope.PROGRAMME
        key = (thing, asked, self.kind.kind if of_its_own else "")
        if key not in self.found:
            self.found[key] = super()._found(field, thing)
        return self.found[key]

    def _said(self, row: ReadModel, language: str) -> str:
        with translation.override(language):
            return called(row, self.rows, reader_of(language))
