"""Bars of several parts, all on one scale: what was kept beside what was broken. Drawn by templatetags/stacks.py.

Each part has a hatching or an outline of its own, so that no colour stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: what it is called, where it begins, how wide it is."""

    code: str
    x: float
    width: float


Stack = tuple[Part, ...]


def stacks_of(
    rows: Sequence[Sequence[int]],
    codes: Sequence[str],
    *,
    longest: int = 0,
    width: float = WIDTH,
    mirrored: bool = False,
) -> list[Stack]:
    """A bar for each row, with a part for each code that has any; the longest row is as long as can be.

    `longest` is the scale's end where other bars than these share it.
    """
    end = max([longest, 1, *(sum(row) for row in rows)])

    def stack(row: Sequence[int]) -> Stack:
        parts, at = [], 0.0
        for code, figure in zip(codes, row, strict=True):
            if figure > 0:
                wide = width * figure / end
                x = width - at - wide if mirrored else at
                parts.append(Part(code, round(x, 1), round(wide, 1)))
                at += wide
        return tuple(parts)

    return [stack(row) for row in rows]
