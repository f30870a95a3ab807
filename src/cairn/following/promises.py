"""What was promised by a day, and whether it was kept. Pure; queries/promises.py reads what it takes.

A promise is kept if what it promises was done on its day or before; it is broken once its day has
passed without that, however late it was done then; until its day it is open. It counts for the day
that decided it: the one on which it was kept, else the one by which it should have been, else today.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from itertools import count, takewhile
from typing import Final

SORTS: Final = (
    "confirm",
    "finish",
    "milestone",
    "put-right",
    "mend",
    "upkeep",
    "need",
    "answer",
    "carry-out",
)
"""Every sort, in the order in which pages list them. What is asked among posts is public in none of them."""

CONFIRM_WITHIN, NEED_WITHIN, ANSWER_WITHIN = 14, 60, 30
"""Days in which money sent is confirmed, a need and a recommendation answered, where no fact names a day.

As the worklist has them; a test holds both to it.
"""


class State(IntEnum):
    """What became of a promise."""

    KEPT = 0
    BROKEN = 1
    OPEN = 2


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that was to be done at a place by a day. `done_on` is when it was, if ever."""

    sort: str
    place: str
    due: date
    done_on: date | None

    def state(self, today: date) -> State:
        """What became of it, as of a day."""
        if self.done_on and self.done_on <= self.due:
            return State.KEPT
        return State.BROKEN if self.due < today else State.OPEN

    def decided_on(self, today: date) -> date:
        """The day that it counts for."""
        state = self.state(today)
        if state is State.KEPT and self.done_on:
            return self.done_on
        return self.due if state is State.BROKEN else today


def within(sort: str, place: str, since: date, days: int, done_on: date | None) -> Promise:
    """A promise by a clock: so many days from when it was owed."""
    return Promise(sort, place, since + timedelta(days), done_on)


def unless_given_up(promise: Promise, given_up_on: date | None) -> Iterator[Promise]:
    """A promise; none where what it is about was given up by its day, and it was not kept before."""
    kept = promise.done_on is not None and promise.done_on <= promise.due
    if kept or given_up_on is None or given_up_on > promise.due:
        yield promise


def of_upkeep(
    place: str,
    since: date,
    every_months: int,
    done: Iterable[date],
    *,
    until: date,
    ended: bool,
) -> Iterator[Promise]:
    """One promise for each interval of an asset's plan, from `since` to `until`.

    The next interval begins when the upkeep was done, late or not; each that passes without is broken.
    Of an asset that `ended` the last interval is nobody's any more.
    """
    anchor = since
    for day in sorted({day for day in done if since < day <= until}):
        missed = _dues_before(day, anchor, every_months)
        for due in missed:
            yield Promise("upkeep", place, due, None)
        if not missed:
            yield Promise("upkeep", place, months_after(anchor, every_months), day)
        anchor = day
    missed = _dues_before(until, anchor, every_months)
    for due in missed:
        yield Promise("upkeep", place, due, None)
    if not ended:
        due = months_after(anchor, (len(missed) + 1) * every_months)
        yield Promise("upkeep", place, due, None)


def _dues_before(day: date, anchor: date, every_months: int) -> list[date]:
    """The days by which upkeep was due since it was last done, that had passed on a day."""
    dues = (months_after(anchor, nth * every_months) for nth in count(1))
    return list(takewhile(lambda due: due < day, dues))


def of_mending(
    place: str, seen: Iterable[tuple[date, date]], mended: Iterable[date], out_on: date | None
) -> Iterator[Promise]:
    """One promise for each day by which an asset was to be mended, said first on (said, by).

    `mended` are the days on which it was repaired, or seen to be good. A day that is moved before it
    came is a day of its own.
    """
    first: dict[date, date] = {}
    for said, by in seen:
        first[by] = min(said, first.get(by, said))
    days = sorted(mended)
    for by, said in sorted(first.items()):
        done = next((day for day in days if day >= said), None)
        yield from unless_given_up(Promise("mend", place, by, done), out_on)


def months_after(day: date, months: int) -> date:
    """So many months after a day: on the same day of its month, or on the last one there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
