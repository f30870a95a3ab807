"""Figures in steps of five as bars: a solid part that is sure, and an open one that the step leaves open.

"10 or more" is drawn to 10, and open from there to 18. Drawn by parts/bars.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cairn.voice.counts import SMALL

WIDTH: Final = 1000
OPEN: Final = 2 * (SMALL - 1)
"""A figure stands for itself and so many more: a step is shown up to four late, as is the next."""

LEAST: Final = 20
"""The scale ends here at least, so that few are a short bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: where its sure and its open part begin, and how wide they are."""

    sure_x: float
    sure: float
    open_x: float
    open: float


def bars_of(figures: Sequence[int], *, mirrored: bool = False) -> list[Bar]:
    """A bar for each figure, all on one scale; from the right where pages are `mirrored`."""
    end = max([LEAST, *(figure + OPEN for figure in figures)])

    def bar(figure: int) -> Bar:
        sure = round(WIDTH * figure / end, 1)
        left = round(WIDTH * OPEN / end, 1)
        if mirrored:
            return Bar(WIDTH - sure, sure, round(WIDTH - sure - left, 1), left)
        return Bar(0, sure, sure, left)

    return [bar(figure) for figure in figures]
