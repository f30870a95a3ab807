"""Pairs what one activity says it gave with what another says it got.

Both ends of a transfer may be published, by two publishers who never compared notes. A pair is
one transaction of each end: same two activities, same stage, same currency. Pairing is one to
one, and in this order:

1. the same value, dates at most `window` days apart: both say so;
2. the same value within the window, where one end names the other's activity and that one
   names only its organisation: both say so, by organisation;
3. the same value, dates farther apart: they disagree on the date;
4. another value of the same sign within the window: they disagree on the amount.

What is left is said by one end only. A correction (a value below zero) only ever meets a
correction.
"""

from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cairn.exchange.iati.columns import NOBODY, Published
from cairn.exchange.iati.transaction_types import TYPES, Direction

WINDOW_DAYS: Final = 60
"""How far apart two publishers may date one transfer: a quarter's reporting is well inside."""

_LARGE: Final = 250_000
"""Above so many comparisons in one group of equal transfers, pair in order instead of optimally."""


class Says(IntEnum):
    """Who says what about the transfer that a transaction tells of."""

    NO_NAME = 0
    """It names no activity at the far end."""
    ITSELF = 1
    """It names its own activity as the far end."""
    OUTSIDE = 2
    """The activity it names is not in the files."""
    BOTH = 3
    BY_ORGANISATION = 4
    OTHER_DATE = 5
    OTHER_AMOUNT = 6
    ONLY_SENDER = 7
    ONLY_RECEIVER = 8
    NOTHING = 9
    """A value of zero, or a type that has no far end: nothing was transferred."""


AGREE: Final = frozenset({Says.BOTH, Says.BY_ORGANISATION})
PAIRED: Final = AGREE | {Says.OTHER_DATE, Says.OTHER_AMOUNT}


@dataclass(frozen=True, slots=True)
class Matches:
    """Per row of Published: who says so, the row at the other end, the activity there (or -1)."""

    says: NDArray[np.int8]
    partner: NDArray[np.int64]
    other: NDArray[np.int64]
    window: int

    def settle(self, pairs: "list[Pair]", says: Says) -> None:
        """Write down who pairs with whom."""
        for giver, taker in pairs:
            self.says[giver] = self.says[taker] = says
            self.partner[giver], self.partner[taker] = taker, giver

    def left(self, rows: list[int]) -> list[int]:
        """Those that have no partner yet."""
        return [row for row in rows if self.partner[row] < 0]


def match(published: Published, *, window: int = WINDOW_DAYS) -> Matches:
    """Pair the transactions of both ends of each transfer."""
    matches = _named_ends(published, window)
    amount, date = published.column("amount"), published.column("date")
    groups = _groups(published, matches)
    for group in groups:
        _pair_equal(matches, group, amount, date, Says.BOTH)
    _pair_by_organisation(published, matches)
    for group in groups:
        _pair_equal(matches, group, amount, date, Says.OTHER_DATE)
        _pair_unequal(matches, group, amount, date)
    return matches


def _named_ends(published: Published, window: int) -> Matches:
    """What can be said without looking at the other end; named activities in the files."""
    rows = len(published)
    activity, other = published.column("activity"), published.column("other")
    target = np.full(len(published.ids.values) + 1, -1, dtype=np.int64)
    for number, counted in published.by_identifier().items():
        target[number] = counted
    there = target[other]  # NOBODY is -1: the last place, which holds -1
    says = np.full(rows, Says.OUTSIDE, dtype=np.int8)
    direction = _of_type(published, "direction")
    says[(there >= 0) & (direction == Direction.OUT)] = Says.ONLY_SENDER
    says[(there >= 0) & (direction == Direction.IN)] = Says.ONLY_RECEIVER
    says[there == activity] = Says.ITSELF
    says[other == NOBODY] = Says.NO_NAME
    says[(published.column("amount") == 0) | (direction == Direction.NEITHER)] = Says.NOTHING
    return Matches(says, np.full(rows, -1, dtype=np.int64), there, window)


def _of_type(published: Published, what: str) -> NDArray[np.int64]:
    table = np.zeros(max(TYPES) + 1, dtype=np.int64)
    for code, kind in TYPES.items():
        table[code] = getattr(kind, what)
    return table[published.column("type")]


Group = tuple[list[int], list[int]]
Pair = tuple[int, int]


def _groups(published: Published, matches: Matches) -> list[Group]:
    """Rows of givers and takers between the same two activities, by stage and currency."""
    activity, currency = published.column("activity"), published.column("currency")
    stage = _of_type(published, "stage")
    groups: dict[tuple[int, int, int, int], Group] = defaultdict(lambda: ([], []))
    for row in np.flatnonzero(matches.says == Says.ONLY_SENDER).tolist():
        key = (activity[row], matches.other[row], stage[row], currency[row])
        groups[key][0].append(row)
    for row in np.flatnonzero(matches.says == Says.ONLY_RECEIVER).tolist():
        key = (matches.other[row], activity[row], stage[row], currency[row])
        groups[key][1].append(row)
    return [group for group in groups.values() if all(group)]


def _pair_equal(
    matches: Matches, group: Group, amount: NDArray[np.int64], date: NDArray[np.int64], says: Says
) -> None:
    givers, takers = (matches.left(rows) for rows in group)
    limit = matches.window if says is Says.BOTH else None
    for value in sorted({int(amount[row]) for row in givers} & {int(amount[r]) for r in takers}):
        ours = [row for row in givers if amount[row] == value]
        theirs = [row for row in takers if amount[row] == value]
        matches.settle(nearest_pairs(ours, theirs, date, limit), says)


def _pair_unequal(
    matches: Matches, group: Group, amount: NDArray[np.int64], date: NDArray[np.int64]
) -> None:
    for sign in (1, -1):
        ours, theirs = ([r for r in matches.left(rows) if sign * amount[r] > 0] for rows in group)
        matches.settle(nearest_pairs(ours, theirs, date, matches.window), Says.OTHER_AMOUNT)


def _pair_by_organisation(published: Published, matches: Matches) -> None:
    """Pair where one end names the other's activity and that one only names the organisation."""
    date, activity = published.column("date"), published.column("activity")
    for naming in (Says.ONLY_RECEIVER, Says.ONLY_SENDER):
        for mutes, namers in _groups_by_organisation(published, matches, naming):
            for mute, namer in nearest_pairs(mutes, namers, date, matches.window):
                matches.settle([(mute, namer)], Says.BY_ORGANISATION)
                matches.other[mute] = activity[namer]


def _groups_by_organisation(published: Published, matches: Matches, naming: Says) -> list[Group]:
    """Rows that name only an organisation, with rows of that organisation that name theirs."""
    refs = [party.ref for party in published.parties.values]
    reporters = [activity.reporter.ref for activity in published.activities]
    activity, party = published.column("activity"), published.column("party")
    direction = _of_type(published, "direction")
    equal = [_of_type(published, "stage"), published.column("currency"), published.column("amount")]

    far = Direction.OUT if naming is Says.ONLY_RECEIVER else Direction.IN
    mute = (matches.says == Says.NO_NAME) & (direction == far) & (party != NOBODY)
    named = np.flatnonzero(matches.says == naming).tolist()
    wanted = {int(matches.other[row]) for row in named}
    groups: dict[tuple[object, ...], Group] = defaultdict(lambda: ([], []))
    for row in np.flatnonzero(mute).tolist():
        if int(activity[row]) in wanted and refs[party[row]]:
            key = (activity[row], refs[party[row]], *(column[row] for column in equal))
            groups[key][0].append(row)
    for row in named:
        key = (matches.other[row], reporters[activity[row]], *(column[row] for column in equal))
        if key in groups:
            groups[key][1].append(row)
    return [group for group in groups.values() if all(group)]


def nearest_pairs(
    ours: list[int], theirs: list[int], date: NDArray[np.int64], limit: int | None
) -> list[Pair]:
    """As many pairs as can be made within `limit` days, and of those ways the nearest in days.

    Pairs that cross in time can always be uncrossed without moving farther apart, so it is
    enough to try those that do not: edit distance, over both lists by date.
    """
    ours = sorted(ours, key=lambda row: (date[row], row))
    theirs = sorted(theirs, key=lambda row: (date[row], row))
    if not ours or not theirs:
        return []
    if len(ours) * len(theirs) > _LARGE:
        return _in_order(ours, theirs, date, limit)
    a, b = [int(date[row]) for row in ours], [int(date[row]) for row in theirs]
    # best[i][j]: (pairs unmade, days apart) for the first i of ours and j of theirs.
    best = [[(0, 0)] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a, 1):
        for j, two in enumerate(b, 1):
            days = abs(one - two)
            best[i][j] = min(best[i - 1][j], best[i][j - 1])
            if limit is None or days <= limit:
                pairs, apart = best[i - 1][j - 1]
                best[i][j] = min(best[i][j], (pairs - 1, apart + days))
    return _walk_back(best, ours, theirs)


def _walk_back(best: list[list[tuple[int, int]]], ours: list[int], theirs: list[int]) -> list[Pair]:
    pairs: list[Pair] = []
    i, j = len(ours), len(theirs)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((ours[i], theirs[j]))
    return pairs[::-1]


def _in_order(
    ours: list[int], theirs: list[int], date: NDArray[np.int64], limit: int | None
) -> list[Pair]:
    """As many pairs as can be made, earliest with earliest; linear, not always the nearest."""
    pairs: list[Pair] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        days = int(date[ours[i]]) - int(date[theirs[j]])
        if limit is None or abs(days) <= limit:
            pairs.append((ours[i], theirs[j]))
            i, j = i + 1, j + 1
        elif days < 0:
            i += 1
        else:
            j += 1
    return pairs
