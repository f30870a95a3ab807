"""The worklist: every open commitment of a programme, computed when somebody reads it.

Nothing is stored and no job runs: what is due and overdue depends on the day of the reading alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain

from cairn.following.answers import Named
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.journal.projection import Rows
from cairn.people.rights import Scope, Where
from cairn.people.scope import column, where
from cairn.people.seats import Seat
from cairn.worklist import of_assets, of_money, of_requests, of_voices, of_works
from cairn.worklist.clocks import CLIMBS_EVERY
from cairn.worklist.commitment import (
    THE_PROGRAMME,
    Commitment,
    Owed,
    Rung,
    Thing,
    Way,
    after,
)
from cairn.worklist.holders import Holder, Holders, kept_apart

SOURCES = (of_money.owed, of_works.owed, of_assets.owed, of_requests.owed, of_voices.owed)
"""What each capability leaves open: (programme, today) → Owed."""

KEPT = 8
"""Lists that a process keeps, each of one programme at one position on one day."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a post has before it: what its digest says, and nothing else."""

    mine: int
    overdue: int
    come_up: int
    owed_to_me: int


def worklist(*, programme: str, journal: Journal, today: date) -> tuple[Commitment, ...]:
    """Every open commitment of a programme on a day, those due first at the top."""
    last = Entry.objects.filter(programme=programme).order_by("-position")
    head = last.values_list("position", "id").first()
    return _worklist(programme, journal, today, head)


@lru_cache(maxsize=KEPT)
def _worklist(
    programme: str, journal: Journal, today: date, head: object
) -> tuple[Commitment, ...]:
    """`head` names the entries that it was computed from: with another, it is computed anew."""
    del head
    rows = Rows(programme, journal.tables)
    owed = list(chain.from_iterable(source(programme, today) for source in SOURCES))
    _load(owed, rows, journal)
    holders = Holders(journal, rows, today)
    apart = kept_apart(owed, journal=journal, rows=rows)
    found = [
        _commitment(one, from_whom, holders, rows, today)
        for one, from_whom in zip(owed, apart, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.since, one.sort, one.key)))


def _load(owed: Iterable[Owed], rows: Rows, journal: Journal) -> None:
    """Read everything that they name at once; and whatever things can stand at or belong to."""
    for called in ("place", "account", "post", "organisation"):
        table = journal.tables[called].objects.filter(programme=rows.programme)
        rows.load((called, id_) for id_ in table.values_list("id", flat=True))
    wanted: list[Thing] = [THE_PROGRAMME]
    for one in owed:
        named = dict(journal.kinds[one.ways[0].kind].references())
        answers = one.ways[0].answers.items()
        wanted += [
            one.of,
            one.to,
            *((named[field], id_) for field, id_ in answers if field in named),
        ]
    rows.load(wanted)


def _commitment(
    owed: Owed, apart: frozenset[str], holders: Holders, rows: Rows, today: date
) -> Commitment:
    at = holders.at(owed)
    owing = holders.of(owed, at, apart)
    stands = tuple(one.stands for one in owing)
    levels = holders.above(stands)
    over = (today - owed.due).days
    reached = min(len(levels), 1 + (over - 1) // CLIMBS_EVERY) if over > 0 else 0
    rungs = [Rung(owed.since, _named(owing))]
    rungs += [Rung(_climbs_on(owed.due, nth), _named(levels[nth])) for nth in range(reached)]
    called, id_ = owed.of
    return Commitment(
        sort=owed.sort,
        key=owed.key,
        what=called,
        of=Named(id_, _name(owed.of, rows)),
        to=Named(owed.to[1], _name(owed.to, rows)),
        since=owed.since,
        due=owed.due,
        days_over=max(over, 0),
        rungs=tuple(rungs),
        next_on=_climbs_on(owed.due, reached) if reached < len(levels) else None,
        ways=owed.ways,
        at=at,
        stands=stands,
        to_stands=_where_owed(owed.to, rows),
        minor=owed.minor,
        currency=owed.currency,
        count=owed.count,
        year=owed.year,
    )


def _climbs_on(due: date, nth: int) -> date:
    """The day on which it comes up to the nth level above, counted from 0."""
    return after(due, 1 + nth * CLIMBS_EVERY)


def _named(posts: Iterable[Holder]) -> tuple[Named, ...]:
    return tuple(one.post for one in posts)


def _name(thing: Thing, rows: Rows) -> dict[str, str]:
    row = rows.find(*thing)
    return dict(column(row, "name") or {})


def _where_owed(to: Thing, rows: Rows) -> Where:
    return Where() if to == THE_PROGRAMME else where(rows.find(*to), rows)


# Whose it is


def ways_of(one: Commitment, seat: Seat) -> list[Way]:
    """The facts with which a post may answer a commitment, the one that closes it first.

    What keeps a user apart from it, the form says.
    """
    return [way for way in one.ways if seat.may(way.kind, one.at)]


def mine(whole: Iterable[Commitment], seat: Seat) -> list[Commitment]:
    """What a post owes, and then what came up to it because those beneath did not do it in time."""
    before = [one for one in whole if one.before(seat.post)]
    return sorted(before, key=lambda one: not one.owes(seat.post))


def beneath(whole: Iterable[Commitment], seat: Seat) -> list[Commitment]:
    """What is owed by others within a post's reach."""
    reach = seat.scope("desk:worklist")
    if reach is Scope.PROGRAMME:
        return [one for one in whole if not one.owes(seat.post)]
    path = seat.stands.path
    if reach is not Scope.SUBTREE or not path:
        return []
    return [
        one
        for one in whole
        if not one.owes(seat.post) and any(at.path.startswith(path) for at in one.stands)
    ]


def owed_to(whole: Iterable[Commitment], seat: Seat) -> list[Commitment]:
    """What others owe to a post, its organisation, or the very place it stands at."""
    return [one for one in whole if not one.owes(seat.post) and _is_to(one, seat)]


def _is_to(one: Commitment, seat: Seat) -> bool:
    to, stands = one.to_stands, seat.stands
    if to == Where():
        return one.to.id == THE_PROGRAMME[1] and seat.scope("worklist/overdue") is Scope.PROGRAMME
    if to.post:
        return to.post == seat.post
    if to.organisation:
        return to.organisation == stands.organisation
    return bool(stands.path) and to.path == stands.path


def counts(whole: Iterable[Commitment], seat: Seat) -> Counts:
    """How much stands on a post's list."""
    whole = list(whole)
    before = mine(whole, seat)
    own = [one for one in before if one.owes(seat.post)]
    return Counts(
        mine=len(own),
        overdue=sum(one.overdue for one in own),
        come_up=len(before) - len(own),
        owed_to_me=len(owed_to(whole, seat)),
    )
