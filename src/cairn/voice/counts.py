"""What may be counted in public of what residents say. Pure; the reasons are in docs/decisions/voices.md.

A figure moves in steps of five, a sum is the sum of figures that are shown, and an answer says what
and when only in fives that leave enough others unlabelled.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, TypeVar

SMALL: Final = 5
"""A figure below it is not shown."""

Cell = TypeVar("Cell", bound=Hashable)
Answer = TypeVar("Answer")


def shown(count: int) -> int:
    """A figure as it is shown: the last step of five that it reached; 0 is "fewer than 5"."""
    return count - count % SMALL


def labelled(cells: Mapping[Cell, Sequence[Answer]], *, possible: int) -> dict[Cell, list[Answer]]:
    """Which answers say what they are about and when: of each cell so many fives.

    A cell is what a label says: a category and a month; `possible` counts those that an answer could
    be in. What stays unlabelled is at least five and fewer than four for each possible cell, so that
    no cell's rest follows from it; or nothing, and then every rest is zero.
    """
    fives = {cell: len(answers) // SMALL for cell, answers in cells.items()}
    total = sum(len(answers) for answers in cells.values())
    while any(fives.values()):
        if _hides(total - SMALL * sum(fives.values()), possible):
            break
        # Which one loses its labels decides nothing: see the tests' attacker, who knows this line.
        smallest = min((n, repr(cell), cell) for cell, n in fives.items() if n)[2]
        fives[smallest] -= 1
    return {cell: list(cells[cell][: SMALL * n]) for cell, n in fives.items() if n}


def _hides(rest: int, possible: int) -> bool:
    """Whether so many unlabelled answers leave open which of the possible cells they are in."""
    return rest == 0 or (possible > 1 and SMALL <= rest < (SMALL - 1) * possible)
