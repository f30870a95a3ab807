"""The condition of an asset over time, as a strip to be read at a glance. Drawn by parts/strip.html.

Each condition has a height and a hatching of its own, so that no colour stands alone; the sentence
under the strip says the same in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cairn.following.standing import AssetFollowed

WIDTH = 1000
HIGH = 40
HEIGHTS = {"good": 1.0, "worn": 0.7, "broken": 0.45, "gone": 0.2, "unseen": 0.2}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A condition from one day to another: how it is drawn, from `y` down to the ground."""

    condition: str
    since: date
    until: date
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A repair, or planned upkeep, on a day."""

    kind: str
    on: date
    x: float


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a year."""

    year: int
    x: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip from the day on which an asset was handed over to today, or to its end."""

    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    since: date
    until: date

    @property
    def signs(self) -> list[str]:
        """The conditions that its key explains, in their order."""
        there = {one.condition for one in self.stretches}
        return [condition for condition in HEIGHTS if condition in there]

    @property
    def kinds(self) -> set[str]:
        """The marks that its key explains."""
        return {mark.kind for mark in self.marks}


def strip_of(found: AssetFollowed, today: date, *, mirrored: bool = False) -> Strip | None:
    """The strip of an asset; None on the day it came, when there is nothing to draw."""
    since, until = found.handed_on, found.out_on or today
    if until <= since:
        return None
    days = (until - since).days

    def x(day: date) -> float:
        along = WIDTH * (day - since).days / days
        return round(WIDTH - along if mirrored else along, 1)

    stretches = tuple(
        _stretch(condition, start, end, x) for condition, start, end in _conditions(found, until)
    )
    return Strip(
        stretches=stretches,
        marks=tuple(
            Mark(one.kind, one.done_on, x(one.done_on))
            for one in reversed(found.upkeep)
            if since <= one.done_on <= until
        ),
        ticks=tuple(
            Tick(year, x(date(year, 1, 1))) for year in range(since.year + 1, until.year + 1)
        ),
        since=since,
        until=until,
    )


def _conditions(found: AssetFollowed, until: date) -> Iterator[tuple[str, date, date]]:
    """Each condition with its first and last day; those of the same condition are one."""
    seen = [(found.handed_on, "unseen")]
    for on, condition in found.conditions:
        if on > until:
            continue
        if seen[-1][0] == on:
            seen.pop()
        if not seen or seen[-1][1] != condition:
            seen.append((on, condition))
    for (since, condition), (end, _next) in pairwise([*seen, (until, "")]):
        if end > since:
            yield condition, since, end


def _stretch(condition: str, since: date, until: date, x) -> Stretch:  # type: ignore[no-untyped-def]  # noqa: ANN001
    height = HIGH * HEIGHTS[condition]
    left, right = sorted((x(since), x(until)))
    return Stretch(
        condition=condition,
        since=since,
        until=until,
        x=left,
        y=round(HIGH - height, 1),
        width=round(right - left, 1),
        height=round(height, 1),
    )
