"""An account's lines as they were booked: what a cash book holds. Pure NumPy, without a database.

To the trace a reversed movement never happened, so that an account's statement changes in the past. A
book does not: there the movement stays, and its reversal is a line of the reversal's own date, of the
same side with the opposite sign. In the end both make the same balance.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cairn.following.columns import Columns, Ints
from cairn.following.kept import kept_with_first
from cairn.following.snapshot import Snapshot
from cairn.trace.policy import Kind

ANSWERS = (Kind.CONFIRM, Kind.VOID)

Booking = tuple[int, int, int, bool]
"""A line: the movement that booked it, that whose money it is, its effect, and its side."""


@dataclass(frozen=True, slots=True)
class Booked:
    """An account's lines by (date, position).

    `effect` is what a line adds to the balance; `into` its side: a line of the side of what came in
    has an effect below zero where it undoes one. `subject` is the movement that `movement` undoes,
    or itself.
    """

    movement: Ints
    subject: Ints
    effect: Ints
    into: NDArray[np.bool_]
    day: Ints


@kept_with_first(8)
def booked(snapshot: Snapshot, account: str, currency: str) -> Booked:
    """All lines of an account. Kept for the next question of the same page."""
    code = snapshot.account_codes.get((account, currency))
    if code is None:
        nothing = np.empty(0, dtype=np.int64)
        return Booked(nothing, nothing, nothing, nothing.astype(bool), nothing)
    columns, lines = snapshot.columns, snapshot.statements
    mine = slice(int(lines.offsets[code]), int(lines.offsets[code + 1]))
    movement, shown = lines.movement[mine].astype(np.int64), lines.shown[mine]
    undone = _undone(columns, code)
    if len(undone):
        again = _families(columns, undone)
        as_they_are = ~np.isin(_first(columns, movement), undone)
        found = [line for family in again for line in _lines(columns, family, code)]
        more = np.array(found, dtype=np.int64).reshape(-1, 4)
        movement, shown = movement[as_they_are], shown[as_they_are]
    else:
        more = np.empty((0, 4), dtype=np.int64)
    event = np.concatenate([movement, more[:, 0]])
    into = np.concatenate([shown > 0, more[:, 3] > 0])
    order = np.lexsort((into, event))
    return Booked(
        movement=event[order],
        subject=np.concatenate([movement, more[:, 1]])[order],
        effect=np.concatenate([shown, more[:, 2]])[order],
        into=into[order],
        day=columns.day[event[order]].astype(np.int64),
    )


def _first(columns: Columns, movement: Ints) -> Ints:
    """The sending that each movement answers, or else itself."""
    answers = np.isin(columns.kind[movement], ANSWERS)
    return np.where(answers, columns.of[movement], movement)


def _undone(columns: Columns, account: int) -> Ints:
    """The movements of an account that were reversed, or that have an answer which was."""
    reversals = np.flatnonzero(columns.kind == Kind.REVERSE)
    first = np.unique(_first(columns, columns.of[reversals]))
    ends_here = (columns.target[first] == account) & (columns.kind[first] != Kind.SPEND)
    return np.asarray(first[(columns.source[first] == account) | ends_here])


def _families(columns: Columns, firsts: Ints) -> Iterator[list[int]]:
    """Each movement with all that answers or reverses it or its answers, in order of position."""
    asked = np.flatnonzero(columns.of >= 0)
    about = columns.of[asked]
    reverses_answer = (columns.kind[asked] == Kind.REVERSE) & np.isin(columns.kind[about], ANSWERS)
    about = np.where(reverses_answer, columns.of[about], about)
    mine = np.isin(about, firsts)
    asked, about = asked[mine], about[mine]
    order = np.lexsort((columns.position[asked], about))
    asked, about = asked[order], about[order]
    starts, ends = np.searchsorted(about, firsts), np.searchsorted(about, firsts, side="right")
    for first, start, end in zip(firsts.tolist(), starts, ends, strict=True):
        yield [first, *asked[start:end].tolist()]


def _lines(columns: Columns, family: list[int], account: int) -> Iterator[Booking]:
    """What one family of movements books in an account, as each of them was recorded."""
    first, *rest = family
    kind, amount = int(columns.kind[first]), int(columns.amount[first])
    at_source = int(columns.source[first]) == account
    at_target = int(columns.target[first]) == account and kind != Kind.SPEND
    arrived: dict[int, int] = {}
    back: dict[int, int] = {}
    if at_source:
        yield first, first, -amount, False
    if kind != Kind.SEND and at_target:
        yield first, first, amount, True
    for event in rest:
        of = int(columns.of[event])
        match int(columns.kind[event]):
            case Kind.CONFIRM:
                arrived[event] = int(columns.amount[event])
                booked_ = [(event, event, arrived[event], True, at_target)]
            case Kind.VOID:
                back[event] = amount - sum(arrived.values())
                booked_ = [(event, event, back[event], True, at_source)]
            case _ if of in arrived:
                fallen = arrived.pop(of)
                booked_ = [(event, of, -fallen, True, at_target)]
                for void in back:  # then more of it comes back
                    back[void] += fallen
                    booked_.append((event, void, fallen, True, at_source))
            case _ if of in back:
                booked_ = [(event, of, -back.pop(of), True, at_source)]
            case _:
                booked_ = [(event, first, amount, False, at_source)]
                booked_ += [(event, void, -came, True, at_source) for void, came in back.items()]
                if kind == Kind.SEND:
                    booked_ += [(event, c, -came, True, at_target) for c, came in arrived.items()]
                else:
                    booked_.append((event, first, -amount, True, at_target))
        yield from (line[:4] for line in booked_ if line[4] and line[2])
