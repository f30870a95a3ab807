"""What every query begins with: the programme, its snapshot, and names for ids."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.db.models import Count, Sum

from cairn.following.answers import AsOf, Named, Page, Part
from cairn.following.purpose import REASONS
from cairn.following.queries.names import Names, names_at
from cairn.following.snapshot import NotTracedYetError, Snapshot, latest
from cairn.journal.columns import in_chunks
from cairn.journal.heads import position_of
from cairn.journal.projection import M
from cairn.money.models import Grant
from cairn.programme.models import Place, Programme
from cairn.trace.policy import Kind
from cairn.values import UNEXPLAINED, UnknownThingError
from cairn.works.models import Project


@dataclass(frozen=True, eq=False)
class Reading:
    """One programme at one position of its journal.

    Kept for the next request until a fact is recorded or the worker has traced further; its names beyond that.
    """

    row: Programme
    snapshot: Snapshot
    head: int
    names: Names

    @property
    def id(self) -> str:
        """The programme's id."""
        return self.row.programme

    @property
    def programme(self) -> Named:
        """The programme with its name."""
        return Named(self.row.programme, self.row.name)

    @cached_property
    def as_of(self) -> AsOf:
        """How far this reading reaches."""
        at = self.snapshot
        return AsOf(at.position, self.head, at.policy, at.policy_version)

    @property
    def places(self) -> dict[str, Place]:
        """Every place: there are as many as villages."""
        return self.names.places

    @property
    def grants(self) -> dict[str, Grant]:
        """Every grant."""
        return self.names.grants

    @cached_property
    def budgets(self) -> dict[tuple[str, str], tuple[int, int]]:
        """How many projects a place itself has, and what they may cost, by (place, currency)."""
        rows = Project.objects.filter(programme=self.id).values_list("place", "budget_currency")
        return {
            (place, currency or self.row.currency): (count, budget or 0)
            for place, currency, count, budget in rows.annotate(Count("id"), Sum("budget_minor"))
        }

    @cached_property
    def place_sums(self) -> dict[tuple[str, str], list[int]]:
        """Projects, budget, spent, evidenced and standing by (place, currency), with all within."""
        sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)
        for first, table in ((0, self.budgets), (2, self.snapshot.by_place)):
            for (place, currency), amounts in table.items():
                for above in self.parts_of(place):
                    for column, amount in enumerate(amounts, first):
                        sums[above, currency][column] += amount
        return dict(sums)

    def parts_of(self, place: str) -> list[str]:
        """A place and all that what is recorded there counts for: see Names."""
        return self.names.parts_of(place)

    def within(self, place: str) -> list[str]:
        """A place and everything within it, with what became part of any of them."""
        return self.names.within(place)

    def projects(self, ids: Iterable[str]) -> dict[str, Project]:
        """The projects of these ids: a large programme has too many to read them all."""
        return {row.id: row for row in some(Project, self.id, set(ids))}

    def place(self, id_: str) -> Named:
        """A place's name; no name for no place."""
        place = self.places.get(id_)
        return Named(id_, place.name if place else {})

    def organisation(self, id_: str) -> Named:
        """An organisation's name."""
        return self.names.organisations.get(id_) or Named(id_, {})

    def grant(self, id_: str) -> Named:
        """A grant's name. What stands for no grant (`unexplained`, `~interest`) has none."""
        grant = self.grants.get(id_)
        return Named(id_, grant.name if grant else {})

    def sponsor(self, grant: str) -> Named:
        """Who pledged a grant."""
        row = self.grants.get(grant)
        return self.organisation(row.sponsor) if row else Named("", {})

    def account(self, id_: str) -> Named:
        """An account's name."""
        return self.names.accounts.get(id_) or Named(id_, {})

    def grant_of(self, code: int) -> Named:
        """The grant a code stands for."""
        return self.grant(self.grant_pair(code)[0])

    def grant_pair(self, code: int) -> tuple[str, str]:
        """The (grant, currency) a code stands for; unexplained money has no currency of its own."""
        pairs = self.snapshot.grants
        return pairs[code] if 0 <= code < len(pairs) else (UNEXPLAINED, "")

    def currency(self, movement: int) -> str:
        """The currency of a movement: that of its account or, for a receipt, of its grant."""
        columns, at = self.snapshot.columns, self.snapshot
        account, grant = int(columns.source[movement]), int(columns.grant[movement])
        if account >= 0:
            return at.accounts[account][1]
        return at.grants[grant][1]

    def parts(self, movement: int) -> tuple[Part, ...]:
        """What a movement was made of, in the order taken."""
        columns, at = self.snapshot.columns, self.snapshot
        kind = columns.kind[movement]
        if at.lists.reversed[movement]:
            return ()
        if kind == Kind.CONFIRM:
            start = int(at.lists.confirmed_before[movement])
            end = start + int(columns.amount[movement])
            return tuple(self._cut(int(columns.of[movement]), start, end))
        if kind == Kind.VOID:
            sent = int(columns.of[movement])
            rows = range(*at.attributions.offsets[sent : sent + 2])
            start = sum(int(at.attributions.arrived[row]) for row in rows)
            return tuple(self._cut(sent, start, int(columns.amount[sent])))
        return tuple(self._cut(movement, 0, int(columns.amount[movement])))

    def _cut(self, movement: int, start: int, end: int) -> Iterator[Part]:
        """The parts of a movement from its `start`-th unit up to its `end`-th."""
        rows = self.snapshot.attributions
        passed = 0
        for row in range(*rows.offsets[movement : movement + 2]):
            amount = int(rows.amount[row])
            taken = min(end, passed + amount) - max(start, passed)
            passed += amount
            if taken > 0:
                grant = self.grant_of(int(rows.grant[row]))
                off = reasons(int(rows.off[row]))
                yield Part(grant, taken, bool(rows.breach[row]), off)


def read(programme: str) -> Reading:
    """Begin a query, about a programme or a past of one. Raises UnknownThingError, NotTracedYetError."""
    head = position_of(programme)
    if not head:
        raise UnknownThingError(f"There is no programme ‘{programme}’ here.")
    return _kept(programme, head, latest(programme))


@lru_cache(maxsize=8)
def _kept(programme: str, head: int, snapshot: Snapshot) -> Reading:
    row = Programme.objects.filter(programme=programme).first()
    if row is None:  # a past whose rows were dropped: it is made again
        raise NotTracedYetError(f"‘{programme}’ is being computed; look again soon.")
    return Reading(row, snapshot, head, names_at(programme, head))


def some(table: type[M], programme: str, ids: Collection[str]) -> list[M]:
    """The rows of these ids."""
    found: list[M] = []
    for chunk in in_chunks(sorted(ids)):
        found.extend(table.objects.filter(programme=programme, id__in=chunk))
    return found


def reasons(bits: int) -> tuple[str, ...]:
    """The restrictions that a payment broke, by name."""
    return tuple(reason for bit, reason in enumerate(REASONS) if bits >> bit & 1)


def page(start: int, size: int, total: int) -> Page:
    """A stretch of a list, within its bounds."""
    return Page(max(0, start), size, total)
