"""A place over the years as a picture: cohorts above, three rows of quarters below. Drawn by parts/timeline.html.

Each row has a scale of its own, which its words name; the table beside it has every figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cairn.following.story import Quarter
from cairn.following.turns import Turn

WIDTH, BAND, ROW, GAP = 360, 16, 40, 22
"""Of the picture, its band of cohorts, each row, and above each row for its words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands in a row for a quarter, or in the band for a cohort."""

    x: float
    y: float
    width: float
    height: float
    said: str = ""

    @property
    def middle(self) -> float:
        """Where a word in it goes."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Lane:
    """A row: which figures it shows, where its ground is, and the largest of them."""

    what: str
    ground: float
    most: int
    bars: tuple[Bar, ...]

    @property
    def words(self) -> float:
        """Where its words stand: above its highest bar."""
        return self.ground - ROW - 5


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture."""

    height: float
    band: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[int, float], ...]
    """The first day of each year."""


def timeline_of(
    quarters: Sequence[Quarter],
    turns: Sequence[Turn],
    labels: dict[str, str],
    *,
    mirrored: bool = False,
) -> Timeline | None:
    """The picture of these quarters; None where there are none."""
    if not quarters:
        return None
    since, until = quarters[0].first, quarters[-1].last + timedelta(1)

    def x(day: date) -> float:
        along = WIDTH * ((min(max(day, since), until) - since) / (until - since))
        return round(WIDTH - along if mirrored else along, 1)

    def bar(first: date, last: date, y: float, height: float, said: str = "") -> Bar:
        left, right = sorted((x(first), x(last + timedelta(1))))
        return Bar(left, round(y, 1), round(right - left, 1), round(height, 1), said)

    lanes = []
    for nth, what in enumerate(("spent", "assets", "needs")):
        figures = [getattr(one, what) for one in quarters]
        ground, most = BAND + (nth + 1) * (GAP + ROW), max(figures)
        bars = [
            bar(one.first, one.last, ground - ROW * part, ROW * part)
            for one, part in zip(
                quarters, (figure / max(1, most) for figure in figures), strict=True
            )
            if part
        ]
        lanes.append(Lane(what, ground, most, tuple(bars)))
    return Timeline(
        height=lanes[-1].ground + GAP,
        band=tuple(
            bar(turn.first, turn.last, 0, BAND, labels[turn.cohort.id])
            for turn in turns
            if turn.last >= turn.first and turn.first < until and turn.last >= since
        ),
        lanes=tuple(lanes),
        ticks=tuple(
            (year, x(date(year, 1, 1)))
            for year in range(since.year + 1, quarters[-1].last.year + 1)
        ),
    )
