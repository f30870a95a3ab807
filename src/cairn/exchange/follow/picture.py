"""Draws chains as a flow picture: columns of places from the sources down, bands as wide as money.

One picture is one currency. Small flows are put together rather than left out.
"""

from collections import defaultdict
from html import escape
from typing import Final, NamedTuple

from cairn.exchange.follow.plan import Place, What
from cairn.exchange.follow.tables import named_place
from cairn.exchange.follow.text import between, money
from cairn.exchange.follow.trace import Step, Voice

_COLUMN, _NODE, _GAP, _HIGH, _TOP = 250, 12, 14, 420, 28
_MOST: Final = 9
"""Places drawn in one column; the smaller ones stand together."""

_CLASSES: Final = {
    Voice.AGREE: "agree",
    Voice.DISAGREE: "differ",
    Voice.ONLY_SENDER: "sender",
    Voice.ONLY_RECEIVER: "receiver",
    Voice.OUTSIDE: "outside",
}

Node = tuple[int, str]
"""Column, and what is written at it."""


class Band(NamedTuple):
    """Money between two nodes, and who vouches for it."""

    giver: Node
    taker: Node
    voice: Voice
    amount: int


def picture(steps: list[Step], currency: str) -> str:
    """An SVG of one currency's steps that lead to or from a transfer between activities."""
    bands = _bands([step for step in steps if step.currency == currency])
    if not bands:
        return ""
    weight: dict[Node, int] = defaultdict(int)
    for node in {band.giver for band in bands} | {band.taker for band in bands}:
        out = sum(band.amount for band in bands if band.giver == node)
        into = sum(band.amount for band in bands if band.taker == node)
        weight[node] = max(out, into)
    columns = sorted({column for column, _ in weight})
    fullest = max(sum(w for (c, _), w in weight.items() if c == column) for column in columns)
    scale = _HIGH / fullest
    tops = _tops(weight, columns, scale)
    high = max(top + weight[node] * scale for node, top in tops.items()) + _TOP
    wide = _COLUMN * len(columns)
    parts = [*_draw_bands(bands, tops, scale), *_draw_nodes(weight, tops, scale, currency)]
    return (
        f'<svg viewBox="0 0 {wide} {high:.0f}" width="{wide}" height="{high:.0f}" role="img" '
        f'aria-label="Flow of money in {escape(currency)}; the table below says the same">'
        f"{''.join(parts)}</svg>"
    )


def _bands(steps: list[Step]) -> list[Band]:
    """Bands between columns; a place stands in the last column any of its money reaches."""
    through = {place for step in steps if between(step) for place in (step.giver, step.taker)}
    drawn = [s for s in steps if s.giver in through or s.taker in through]
    drawn = [step for step in drawn if step.giver != step.taker]
    column = _column_of(drawn)
    size: dict[Place, int] = defaultdict(int)
    for step in drawn:
        size[step.giver] += step.amount
        size[step.taker] += step.amount
    label = _labels(column, size)
    amounts: dict[tuple[Node, Node, Voice], int] = defaultdict(int)
    for step in drawn:
        giver, taker = column[step.giver], column[step.taker]
        if giver >= taker:
            continue  # Money that comes back up: the table has it.
        for voice in Voice:
            if amount := step.by_voice[voice]:
                key = ((giver, label[step.giver]), (taker, label[step.taker]), voice)
                amounts[key] += amount
    return [Band(*key, amount) for key, amount in sorted(amounts.items())]


def _column_of(steps: list[Step]) -> dict[Place, int]:
    column: dict[Place, int] = defaultdict(int)
    for _ in range(8):  # Longest ways, cut where money goes in a circle.
        for step in steps:
            if step.giver.what is not What.UNEXPLAINED:
                column[step.taker] = min(7, max(column[step.taker], column[step.giver] + 1))
    return column


def _labels(column: dict[Place, int], size: dict[Place, int]) -> dict[Place, str]:
    by_column: dict[int, list[Place]] = defaultdict(list)
    for place, number in column.items():
        by_column[number].append(place)
    label = {}
    for places in by_column.values():
        places.sort(key=lambda place: (-size[place], place))
        most = _MOST if len(places) > _MOST + 1 else _MOST + 1
        for rank, place in enumerate(places):
            rest = f"{len(places) - most} smaller ones"
            label[place] = named_place(place) if rank < most else rest
    return label


def _tops(weight: dict[Node, int], columns: list[int], scale: float) -> dict[Node, float]:
    tops = {}
    for column in columns:
        nodes = sorted((n for n in weight if n[0] == column), key=lambda n: -weight[n])
        y = float(_TOP)
        for node in nodes:
            tops[node] = y
            y += max(weight[node] * scale, 2) + _GAP + 14
    return tops


def _draw_bands(bands: list[Band], tops: dict[Node, float], scale: float) -> list[str]:
    left, right = dict(tops), dict(tops)
    drawn = []
    for band in sorted(bands, key=lambda b: (tops[b.giver], tops[b.taker], b.voice)):
        high = band.amount * scale
        x0, x1 = band.giver[0] * _COLUMN + _NODE, band.taker[0] * _COLUMN
        y0, y1 = left[band.giver] + high / 2, right[band.taker] + high / 2
        left[band.giver] += high
        right[band.taker] += high
        middle = (x0 + x1) / 2
        drawn.append(
            f'<path class="{_CLASSES[band.voice]}" stroke-width="{max(high, 1):.1f}" '
            f'd="M{x0} {y0:.1f}C{middle:.0f} {y0:.1f} {middle:.0f} {y1:.1f} {x1} {y1:.1f}"/>'
        )
    return drawn


def _draw_nodes(
    weight: dict[Node, int], tops: dict[Node, float], scale: float, currency: str
) -> list[str]:
    drawn = []
    for node, top in sorted(tops.items()):
        x, high = node[0] * _COLUMN, max(weight[node] * scale, 2)
        name = node[1] if len(node[1]) <= 34 else node[1][:33] + "…"
        drawn.append(
            f'<rect x="{x}" y="{top:.1f}" width="{_NODE}" height="{high:.1f}"/>'
            f'<text x="{x}" y="{top - 4:.1f}"><title>{escape(node[1])}: '
            f"{money(weight[node], currency)}</title>{escape(name)}</text>"
        )
    return drawn
