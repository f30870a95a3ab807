"""A programme's trace, gone on with from the last lot state that still holds.

Whether one holds is not reasoned about but looked at: it lies beside a print of the movements, of what
never happened among them, and of the rows that they were made of. A late fact, a reversal of something
earlier or a new policy changes the print of every lot state behind it, and the trace starts before them.
"""

import os
import shutil
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cairn.following.columns import Coded, Columns
from cairn.following.compute import Attributions
from cairn.trace.columns import Movements, Trace
from cairn.trace.lot_state import (
    LotState,
    LotStateError,
    nothing,
    prints,
    read,
    save,
    worth_keeping,
)
from cairn.trace.policy import Kind, Policy

ENDING = ".lots"


@dataclass(frozen=True, slots=True)
class Lots:
    """Lot states: those in a folder, by how many movements they are after, and those made since."""

    folder: Path | None = None
    kept: dict[int, str] | None = None
    """Of the folder's, which hold, with their prints; None before that was looked at."""
    made: list[tuple[LotState, str]] = field(default_factory=list)

    def after(self) -> list[int]:
        """After how many movements there are some in the folder."""
        paths = self.folder.glob(f"*{ENDING}") if self.folder else ()
        return sorted(int(path.stem) for path in paths)

    def path(self, after: int) -> Path:
        """Where one lies. A folder is there."""
        return (self.folder or Path()) / f"{after}{ENDING}"

    def write(self, folder: Path) -> None:
        """Put those that hold and those that were made into another folder, not yet synced."""
        for after in self.kept or ():
            target = folder / f"{after}{ENDING}"
            try:
                os.link(self.path(after), target)
            except OSError:  # a file system without links
                shutil.copyfile(self.path(after), target)
        for state, made_of in self.made:
            save(state, folder / f"{state.movements}{ENDING}", made_of=made_of)


@dataclass(frozen=True, slots=True)
class Made:
    """What an earlier snapshot has traced: rows, by which policy, and lot states."""

    policy: Policy
    grants: int
    rows: Attributions
    lots: Lots


def traced(coded: Coded, policy: Policy, before: Made | None) -> tuple[Trace, Lots]:
    """Trace a programme's movements, from as late a lot state as holds. And the ones to keep."""
    from cairn.trace.kernel import trace_on  # noqa: PLC0415 - loads numba, which pages do not need

    accounts, grants = len(coded.accounts.names), len(coded.grants.names)
    movements = coded.columns.movements(accounts=accounts, grants=grants)
    made_of = _Prints(coded.columns)
    start, holding = nothing(policy, accounts=accounts, grants=grants), dict[int, str]()
    # The code of unexplained money follows those of grants: a new one changes rows everywhere.
    if before and (before.policy, before.grants) == (policy, grants):
        start, holding = _start(start, made_of, before)
    wanted = worth_keeping(len(movements))
    at = [after for after in wanted if after > start.movements]
    later = trace_on(start, _after(start.movements, movements), at=at)
    trace = (
        _joined(before.rows, made_of.gone, later.trace, start)
        if start.movements and before
        else later.trace
    )
    made = zip(later.states, made_of.at(at, trace), strict=True)
    kept = {after: print_ for after, print_ in holding.items() if after in wanted}
    return trace, Lots(before.lots.folder if before else None, kept, list(made))


class _Prints:
    """Prints of the first movements, and of the rows that they were made of."""

    def __init__(self, columns: Columns) -> None:
        self.gone = _gone(columns)
        names = ("kind", "source", "target", "amount", "grant", "of")
        self._columns = [*(getattr(columns, name) for name in names), self.gone]

    def at(self, after: list[int], rows: Trace | Attributions) -> list[str]:
        """For each of these, which ascend: the print after so many movements."""
        of_movements = prints([*self._columns, rows.offsets[1:]], after)
        of_rows = prints([rows.grant, rows.amount, rows.breach], rows.offsets[after].tolist())
        return [mine + theirs for mine, theirs in zip(of_movements, of_rows, strict=True)]


def _gone(columns: Columns) -> NDArray[np.bool_]:
    """What never happened: what is reversed, and what answers a send that is."""
    gone = np.zeros(len(columns.kind), dtype=np.bool_)
    gone[columns.of[columns.kind == Kind.REVERSE]] = True
    answers = np.flatnonzero(np.isin(columns.kind, [Kind.CONFIRM, Kind.VOID]))
    gone[answers] |= gone[columns.of[answers]]
    return gone


def _start(start: LotState, made_of: _Prints, before: Made) -> tuple[LotState, dict[int, str]]:
    """The last lot state that holds and can be read, else the one given; and all that hold up to it."""
    there = [after for after in before.lots.after() if after < len(before.rows.offsets)]
    there = [after for after in there if after <= len(made_of.gone)]
    holding = dict(zip(there, made_of.at(there, before.rows), strict=True))
    for after in reversed(there):
        try:
            state = read(before.lots.path(after), made_of=holding[after])
        except LotStateError:
            del holding[after]
        else:
            return state, holding
    return start, {}


def _after(start: int, movements: Movements) -> Movements:
    columns = {
        each.name: getattr(movements, each.name)[start:]
        for each in fields(movements)
        if each.name not in {"accounts", "grants"}
    }
    return replace(movements, **columns)


def _joined(rows: Attributions, gone: NDArray[np.bool_], later: Trace, start: LotState) -> Trace:
    """The rows of what came before a lot state, and those that were traced on from it."""
    end = rows.offsets[start.movements]
    return Trace(
        offsets=np.concatenate([rows.offsets[: start.movements], end + later.offsets]),
        grant=np.concatenate([rows.grant[:end], later.grant]),
        amount=np.concatenate([rows.amount[:end], later.amount]),
        breach=np.concatenate([rows.breach[:end], later.breach]),
        standing=later.standing,
        reversed=np.concatenate([gone[: start.movements], later.reversed]),
        totals=later.totals,
    )
