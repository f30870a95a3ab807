"""From what is open to whose it is: commitments, computed from the read models as they stand."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain, islice

from cairn.following.answers import Named
from cairn.journal.journal import Journal
from cairn.journal.projection import Rows
from cairn.people.rights import Where
from cairn.people.scope import column, where
from cairn.worklist import (
    of_assets,
    of_handover,
    of_iati,
    of_lessons,
    of_money,
    of_notices,
    of_requests,
    of_voices,
    of_works,
)
from cairn.worklist.clocks import CLIMBS_EVERY
from cairn.worklist.commitment import (
    THE_PROGRAMME,
    Among,
    Commitment,
    Owed,
    Thing,
    after,
)
from cairn.worklist.holders import Holder, Holders, kept_apart

Source = Callable[[str, date, Among], Iterator[Owed]]

PUBLIC_SOURCES: tuple[Source, ...] = (
    of_money.owed,
    of_works.owed,
    of_assets.owed,
    of_notices.owed,
    of_lessons.owed,
    of_handover.owed,
    of_iati.owed,
)
"""What capabilities leave open whose facts are public, but for the minutes of a debrief."""

SOURCES: tuple[Source, ...] = (*PUBLIC_SOURCES, of_requests.owed, of_voices.owed)
"""What each capability leaves open: (programme, today, among) → Owed."""

STAND_AT = ("place", "account", "post", "organisation")
"""The tables whose rows nearly every commitment needs."""

AT_ONCE = 2_000
"""So many commitments are computed with what they name in memory; then what the next ones name."""


def commitments(
    among: Among,
    *,
    holders: Holders,
    journal: Journal,
    today: date,
    sources: Sequence[Source] = SOURCES,
) -> list[tuple[Thing, Commitment]]:
    """What is open about these things, each with the thing that it hangs on.

    The programme may be a past of one, if its sources are public: no other reads entries of a past.
    """
    every = chain.from_iterable(source(holders.programme, today, among) for source in sources)
    found: list[tuple[Thing, Commitment]] = []
    held = Rows(holders.programme, journal.tables)
    held.load_every(*(STAND_AT if among.everything else ()))
    while owed := list(islice(every, AT_ONCE)):
        rows = held.and_more()
        _load(owed, rows, journal)
        apart = kept_apart(owed, journal=journal, rows=rows)
        found += [
            (one.on or one.of, _commitment(one, whose, holders, rows, today))
            for one, whose in zip(owed, apart, strict=True)
        ]
    return found


def _load(owed: Sequence[Owed], rows: Rows, journal: Journal) -> None:
    """Read what they name, at once, and what it stands at."""
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
    found = [rows.find(*thing) for thing in wanted]
    ends = [("account", column(row, end)) for row in found for end in ("source", "target")]
    rows.load(end for end in ends if end[1])
    found += [rows.find(*end) for end in ends if end[1]]
    rows.load(("place", place) for row in found if (place := column(row, "place")))


def _commitment(
    owed: Owed, apart: frozenset[str], holders: Holders, rows: Rows, today: date
) -> Commitment:
    shared = holders.shared
    at = holders.at(owed, rows)
    owing = holders.of(owed, at, apart)
    stands = tuple(one.stands for one in owing)
    levels = holders.above(stands)
    over = (today - owed.due).days
    reached = min(len(levels), 1 + (over - 1) // CLIMBS_EVERY) if over > 0 else 0
    climbed = ((_climbs_on(owed.due, nth), _posts(levels[nth])) for nth in range(reached))
    further = _climbs_on(owed.due, reached) if reached < len(levels) else None
    return Commitment(
        sort=owed.sort,
        key=owed.key,
        what=owed.of[0],
        of=shared.named(owed.of, rows),
        to=shared.named(owed.to, rows),
        since=shared.one(owed.since),
        due=shared.one(owed.due),
        days_over=max(over, 0),
        rungs=shared.rungs((owed.since, _posts(owing)), *climbed),
        next_on=shared.one(further),
        ways=owed.ways,
        at=shared.one(at),
        stands=shared.one(stands),
        to_stands=shared.one(_where_owed(owed.to, rows)),
        minor=owed.minor,
        currency=shared.one(owed.currency),
        count=owed.count,
        year=owed.year,
        language=owed.language,
    )


def _posts(holders: Sequence[Holder]) -> list[Named]:
    return [one.post for one in holders]


def _climbs_on(due: date, nth: int) -> date:
    """The day on which it comes up to the nth level above, counted from 0."""
    return after(due, 1 + nth * CLIMBS_EVERY)


def _where_owed(to: Thing, rows: Rows) -> Where:
    return Where() if to == THE_PROGRAMME else where(rows.find(*to), rows)
