"""What may be counted in public of what residents say. Pure; the reasons are in docs/decisions/voices.md.

A figure moves in steps of five, a sum is the sum of figures that are shown, and an answer says what
and when only in fives that leave enough others unlabelled.
"""

import hmac
from collections.abc import Hashable, Mapping, Sequence
from typing import Final, TypeVar

SMALL: Final = 5
"""A figure below it is not shown."""

Cell = TypeVar("Cell", bound=Hashable)
Answer = TypeVar("Answer")


def shown(count: int) -> int:
    """A figure of what posts did, as it is shown: the last step of five that it reached."""
    return count - count % SMALL


def in_steps(count: int, *, of: str, secret: str) -> int:
    """A figure of what residents did: steps of five, each of which begins up to four later.

    Where each begins the installation's secret decides, for whatever is counted (`of`): on the day on
    which 5 is shown first there may be 5 or 9, so that nobody knows how many there were the day
    before. Of 0 one knows that there are fewer than 10.
    """
    step = shown(count)
    drawn = hmac.digest(secret.encode(), f"step:{of}/{step}".encode(), "sha256")
    begins = step + drawn[0] % SMALL if step else 0
    return step if count >= begins else step - SMALL


def labelled(cells: Mapping[Cell, Sequence[Answer]], *, possible: int) -> dict[Cell, list[Answer]]:
    """Which answers say what they are about and when: of each cell so many fives.

    A cell is what a label says of an answer of some month: its category; `possible` counts those
    that an answer could be in. What stays unlabelled is at least five and never so many that each of
    some cells must have four of them; or nothing, and then every rest is zero.
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
    """Whether so many unlabelled answers leave open which cells they are in, however many those are.

    A cell that lost no label has four of them at most: of 4, 8 or 12 each of 1, 2 or 3 would have four.
    """
    return rest == 0 or (possible > 1 and rest >= SMALL and rest % (SMALL - 1) != 0)
