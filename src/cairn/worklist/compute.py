"""From what is open to whose it is: commitments, computed from the read models as they stand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

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
    Rung,
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
    rows = Rows(holders.programme, journal.tables)
    asked = (source(rows.programme, today, among) for source in sources)
    owed = list(chain.from_iterable(asked))
    _load(owed, rows, journal, beforehand=among.everything)
    apart = kept_apart(owed, journal=journal, rows=rows)
    return [
        (one.on or one.of, _commitment(one, whose, holders, rows, today))
        for one, whose in zip(owed, apart, strict=True)
    ]


def _load(owed: Sequence[Owed], rows: Rows, journal: Journal, *, beforehand: bool) -> None:
    """Read what they name, at once, and what it stands at; `beforehand`, all that things stand at."""
    for called in STAND_AT if beforehand else ():
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
    found = [rows.find(*thing) for thing in wanted]
    ends = [("account", column(row, end)) for row in found for end in ("source", "target")]
    rows.load(end for end in ends if end[1])
    found += [rows.find(*end) for end in ends if end[1]]
    rows.load(("place", place) for row in found if (place := column(row, "place")))


def _commitment(
    owed: Owed, apart: frozenset[str], holders: Holders, rows: Rows, today: date
) -> Commitment:
    at = holders.at(owed, rows)
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
        language=owed.language,
    )


def _climbs_on(due: date, nth: int) -> date:
    """The day on which it comes up to the nth level above, counted from 0."""
    return after(due, 1 + nth * CLIMBS_EVERY)


def _named(posts: Iterable[Holder]) -> tuple[Named, ...]:
    return tuple(one.post for one in posts)


def _name(thing: Thing, rows: Rows) -> dict[str, str]:
    return dict(column(rows.find(*thing), "name") or {})


def _where_owed(to: Thing, rows: Rows) -> Where:
    return Where() if to == THE_PROGRAMME else where(rows.find(*to), rows)
