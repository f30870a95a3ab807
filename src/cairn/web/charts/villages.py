"""One small picture for each village, all of them on the same scales. Drawn by parts/villages.html.

In the order of the tree, and no other: pictures beside each other are not a table of who is ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cairn.following.answers import Named
from cairn.following.turns import Turn
from cairn.following.years import VillageOfTurn
from cairn.web.charts.stacks import Stack, stacks_of

SPENT, ASSETS, PROMISES = ("spent",), ("stands", "ended"), ("kept", "broken", "open")
"""The parts of each bar."""


@dataclass(frozen=True, slots=True)
class Line:
    """A cohort's days in a village: its figures, and a bar for each of the three measures."""

    row: VillageOfTurn
    turn: Turn
    label: str
    bars: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Small:
    """A village's picture."""

    place: Named
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Smalls:
    """All pictures of a page, with where each measure's scale ends."""

    pictures: tuple[Small, ...]
    spent: int
    assets: int
    promises: int


def smalls_of(
    rows: Sequence[VillageOfTurn],
    whole: Sequence[VillageOfTurn],
    turns: Sequence[Turn],
    *,
    mirrored: bool = False,
) -> Smalls:
    """The pictures of these rows, on the scales of the whole."""
    drawn = [row for row in whole if row.turn]
    ends = [max([1, *(sum(figures(row)) for row in drawn)]) for figures in FIGURES]
    labels = labels_of(turns)
    pictures = []
    for place, group in groupby(rows, lambda row: row.place):
        lines = [
            Line(row, row.turn, labels[row.turn.cohort.id], _bars(row, ends, mirrored=mirrored))
            for row in group
            if row.turn
        ]
        pictures.append(Small(place, tuple(lines)))
    return Smalls(tuple(pictures), *ends)


def _bars(row: VillageOfTurn, ends: Sequence[int], *, mirrored: bool) -> tuple[Stack, ...]:
    return tuple(
        stacks_of([figures(row)], codes, longest=end, mirrored=mirrored)[0]
        for figures, codes, end in zip(FIGURES, (SPENT, ASSETS, PROMISES), ends, strict=True)
    )


def _spent(row: VillageOfTurn) -> tuple[int, ...]:
    return (row.spent,)


def _assets(row: VillageOfTurn) -> tuple[int, ...]:
    return (row.standing, row.handed - row.standing)


def _promises(row: VillageOfTurn) -> tuple[int, ...]:
    return (row.kept, row.broken, row.open)


FIGURES = (_spent, _assets, _promises)


def labels_of(turns: Sequence[Turn]) -> dict[str, str]:
    """What a cohort is called where there is no room for its name: the year in which it began.

    With the month where two began in one year. By the cohort's id.
    """
    plain = len({turn.first.year for turn in turns}) == len(turns)
    pattern = "%Y" if plain else "%Y-%m"
    return {turn.cohort.id: turn.first.strftime(pattern) for turn in turns}
