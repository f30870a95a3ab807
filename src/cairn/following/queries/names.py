"""What things are called, and which place lies in which: read once, and again when a fact has changed it.

A large programme has thousands of names and records facts all day, few of which change a name. So they
outlive a reading, which is made anew for each fact.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Final
from uuid import UUID

from cairn.following.answers import Named
from cairn.following.home import rebuilt_at
from cairn.journal.fact import Fact
from cairn.journal.models import Entry
from cairn.journal.past import programme_of
from cairn.journal.projection import ReadModel
from cairn.money.facts import (
    AccountOpened,
    GrantPledged,
    PeriodClosed,
    PeriodReopened,
    PledgeChanged,
)
from cairn.money.models import Account, Grant
from cairn.programme.facts import (
    OrganisationIdentified,
    OrganisationJoined,
    PlaceAdded,
    PlaceLocated,
    PlaceMerged,
    PlaceRenamed,
    PlaceSplit,
)
from cairn.programme.models import Organisation, Place

CHANGED_BY: Final[dict[type[ReadModel], set[type[Fact]]]] = {
    Place: {PlaceAdded, PlaceRenamed, PlaceLocated, PlaceMerged, PlaceSplit},
    Organisation: {OrganisationJoined, OrganisationIdentified},
    Account: {AccountOpened, PeriodClosed, PeriodReopened},
    Grant: {GrantPledged, PledgeChanged},
}
"""The facts whose steps write a row of each table: a test looks through all steps."""

OF: Final[dict[type[ReadModel], tuple[str, ...]]] = {
    Place: ("places", "_parts", "_insides"),
    Organisation: ("organisations",),
    Account: ("accounts",),
    Grant: ("grants",),
}
"""What is made of the rows of each table."""

KEPT: Final = 8
"""Programmes whose names a process keeps."""

MANY: Final = 2_000
"""So many facts at once, and all is read again."""


class Names:
    """The names of one programme, each table read when it is first asked for."""

    def __init__(self, programme: str) -> None:
        self._programme = programme

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every place: there are as many as villages."""
        return {place.id: place for place in Place.objects.filter(programme=self._programme)}

    @cached_property
    def organisations(self) -> dict[str, Named]:
        """Every organisation's name."""
        return self._named(Organisation)

    @cached_property
    def accounts(self) -> dict[str, Named]:
        """Every account's name."""
        return self._named(Account)

    @cached_property
    def grants(self) -> dict[str, Grant]:
        """Every grant."""
        return {grant.id: grant for grant in Grant.objects.filter(programme=self._programme)}

    def _named(self, table: type[Organisation | Account]) -> dict[str, Named]:
        rows = table.objects.filter(programme=self._programme).values_list("id", "name")
        return {id_: Named(id_, name) for id_, name in rows}

    def parts_of(self, place: str) -> list[str]:
        """A place and all that what is recorded there counts for: what it is in, what it became.

        Each once, so that a county counts a village and its successor's share of it only once. A
        village that was split counts for none of what it became: nobody can say how much.
        """
        return self._parts.get(place) or [""]

    def within(self, place: str) -> list[str]:
        """A place and everything within it, with what became part of any of them."""
        return self._insides.get(place, [])

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        return {id_: self._parts_of(row) for id_, row in self.places.items()}

    def _parts_of(self, row: Place) -> list[str]:
        found = dict.fromkeys(row.path.strip("/").split("/"))
        if len(row.successors) == 1 and (became := self.places.get(row.successors[0])):
            found.update(dict.fromkeys(self._parts_of(became)))
        return list(found)

    @cached_property
    def _insides(self) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for id_, parts in self._parts.items():
            for part in parts:
                found[part].append(id_)
        return dict(found)

    def without(self, tables: Iterable[type[ReadModel]]) -> "Names":
        """Names of which those of some tables are to be read again."""
        other = Names(self._programme)
        stale = {name for table in tables for name in OF[table]}
        made = dict(self.__dict__)  # others may be reading more meanwhile
        other.__dict__ |= {name: one for name, one in made.items() if name not in stale}
        return other


@dataclass(frozen=True, slots=True)
class _Kept:
    position: int
    id: UUID
    """The last entry that these names know."""
    rebuilt: int
    names: Names


_kept: OrderedDict[str, _Kept] = OrderedDict()
_lock = Lock()


def names_at(programme: str, head: int) -> Names:
    """The names of a programme, or of a past of one, as of its `head`-th entry at least.

    Those of an earlier reading, but for what facts have changed since; after a rebuild, none of them.
    """
    if programme != programme_of(programme):
        return Names(programme)
    rebuilt = rebuilt_at(programme)
    with _lock:
        known = _kept.get(programme)
    if known and known.rebuilt != rebuilt:
        known = None
    if known and known.position > head:  # read from a copy that lags
        return Names(programme)
    since = Entry.objects.filter(
        programme=programme,
        position__gte=max(known.position if known else head, head - MANY),
        position__lte=head,
    )
    found = list(since.order_by("position").values_list("position", "id", "kind"))
    if not found or found[-1][0] != head:  # read from a copy that had more a moment ago
        return Names(programme)
    if known and found[0][:2] == (known.position, known.id):
        changed = _changed_by(kind for _position, _id, kind in found[1:])
        names = known.names.without(changed) if changed else known.names
    else:
        names = Names(programme)
    with _lock:
        _kept[programme] = _Kept(head, found[-1][1], rebuilt, names)
        _kept.move_to_end(programme)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return names


def _changed_by(kinds: Iterable[str]) -> list[type[ReadModel]]:
    said = set(kinds)
    return [table for table, facts in CHANGED_BY.items() if said & {one.kind for one in facts}]
