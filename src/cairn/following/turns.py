"""Which days are whose: the days of each cohort, none of them in two. Pure.

A cohort's days run from the day it began until it ended (or is to end), or until the day before the
next one began, whichever comes first. So what happened on a day counts once, and what happened on none
of them (before the first cohort, between two) stands by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from cairn.following.answers import Named
from cairn.following.columns import Codes, Ints
from cairn.programme.models import Cohort


@dataclass(frozen=True, slots=True)
class Turn:
    """A cohort with its first and last day. A cohort that began with another has none: `last` is before."""

    cohort: Named
    first: date
    last: date

    def is_over(self, today: date) -> bool:
        """Whether all its days have passed."""
        return self.last < today


def turns_of(cohorts: Iterable[Cohort]) -> tuple[Turn, ...]:
    """The turns of cohorts, the earliest first."""
    rows = sorted(cohorts, key=lambda row: (row.opened_on, row.id))
    ends = [row.closed_on or row.ends_on for row in rows]
    before_next = [after.opened_on - timedelta(1) for _row, after in pairwise(rows)]
    lasts = [*map(min, ends, before_next), *ends[-1:]]
    return tuple(
        Turn(Named(row.id, row.name), row.opened_on, last)
        for row, last in zip(rows, lasts, strict=True)
    )


def nth_on(turns: Sequence[Turn], day: date) -> int:
    """Which turn a day is of; `len(turns)` where it is of none."""
    for nth, turn in enumerate(turns):
        if turn.first <= day <= turn.last:
            return nth
    return len(turns)


def nths(turns: Sequence[Turn], days: Codes | Ints) -> Ints:
    """The same for many days, each as its ordinal."""
    if not turns:
        return np.zeros(len(days), dtype=np.int64)
    firsts = np.array([turn.first.toordinal() for turn in turns])
    lasts = np.array([turn.last.toordinal() for turn in turns])
    found = np.searchsorted(firsts, days, side="right") - 1
    return np.where((found >= 0) & (days <= lasts[found]), found, len(turns))
