"""A survival curve as steps, to be read at a glance: the share that stands, by age. Drawn by parts/steps.html.

Every picture has the same scales, so that one may stand beside another.
"""

from dataclasses import dataclass

from cairn.following.survival import YEAR, YEARS, Curve

WIDTH, HEIGHT, TOP, SIDE = 300, 100, 8, 40
"""Of the plot; above it, and beside it for the labels of its lines."""

LAST = YEARS[-1] * YEAR


@dataclass(frozen=True, slots=True)
class Tick:
    """A whole year: where it is, how many were there for so long, and what of them stands."""

    years: int
    x: float
    at_risk: int


@dataclass(frozen=True, slots=True)
class Steps:
    """The line's path, the area under it, and its ticks."""

    line: str
    under: str
    ticks: tuple[Tick, ...]
    lines: tuple[tuple[int, float], ...]
    """Shares in per cent, each with its height."""
    labels_x: float


def steps_of(curve: Curve, *, mirrored: bool = False) -> Steps | None:
    """The steps of a curve; None where there is nothing yet, or nothing a day old."""
    if not curve.longest:
        return None

    def x(days: int) -> float:
        along = WIDTH * min(days, LAST) / LAST
        return round(WIDTH - along if mirrored else SIDE + along, 1)

    def y(standing: float) -> float:
        return round(TOP + HEIGHT * (1 - standing), 1)

    line = f"M{x(0)} {y(1)}"
    for fall in curve.falls:
        if fall.days <= LAST:
            line += f"H{x(fall.days)}V{y(fall.standing)}"
    line += f"H{x(curve.longest)}"
    return Steps(
        line=line,
        under=f"{line}V{y(0)}H{x(0)}Z",
        ticks=tuple(Tick(one.years, x(one.years * YEAR), one.at_risk) for one in curve.after),
        lines=tuple((share, y(share / 100)) for share in (100, 50, 0)),
        labels_x=WIDTH + 6 if mirrored else SIDE - 6,
    )
