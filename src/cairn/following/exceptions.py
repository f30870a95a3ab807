"""What an auditor should look at, computed from a trace's columns: pure NumPy, without a database.

A place to look, and no accusation: each rule is said in words on the page (web/public/exceptions.py),
depends on nothing but the journal, and can be done again by anybody who has the entries.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cairn.following.columns import Coded, Codes, Ints
from cairn.following.compute import Attributions, in_order
from cairn.following.recorded import Recordings
from cairn.trace.columns import Trace
from cairn.trace.policy import Kind
from cairn.values import currency_digits

LATE_DAYS = 31
"""Recorded more days than this after it happened, an entry is late."""

BEHIND_DAYS = 31
"""Dated more days than this before what its account had on record, a movement is backdated."""

ROUND = 1_000
"""A payment of a whole multiple of this, in its currency's unit, is of a round amount."""

RUN_DAYS = 7
RUN_LENGTH = 3
"""So many payments, none more days than that after the one before, are a run."""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Rows of what stands out, each list in the order in which pages show it.

    `late` are positions. `reversals`, `backdated` and `round` are movements, `unexplained` are
    attributions of payments. `reached` is, of each backdated one, the day that its account had
    reached on record. Those of run r are round[round_starts[r]:round_starts[r+1]].
    """

    unexplained: Ints
    late: Ints
    reversals: Ints
    backdated: Ints
    reached: Codes
    round: Ints
    round_starts: Ints


def exceptions(coded: Coded, trace: Trace, rows: Attributions, recorded: Recordings) -> Exceptions:
    """Everything that stands out by a rule of its own; breaches are with the attributions."""
    columns = coded.columns
    spent = columns.kind[rows.movement] == Kind.SPEND
    backdated, reached = _backdated(coded, trace)
    round_, starts = _round_runs(coded, trace)
    return Exceptions(
        unexplained=np.flatnonzero(spent & (rows.grant == len(coded.grants.names))),
        late=np.flatnonzero(recorded.days_late() > LATE_DAYS) + 1,
        reversals=np.flatnonzero(columns.kind == Kind.REVERSE),
        backdated=backdated,
        reached=reached,
        round=round_,
        round_starts=starts,
    )


def _backdated(coded: Coded, trace: Trace) -> tuple[Ints, Codes]:
    """Movements put in behind what their account already had on record, and how far that reached.

    A movement touches the accounts whose balance it changes. What was reversed counts as if it had
    never been recorded, and moves nothing that others are measured by.
    """
    row, account = _touched(coded, ~trace.reversed)
    day = coded.columns.day[row].astype(np.int64)
    order = in_order(row, coded.columns.position[row], account)
    row, account, day = row[order], account[order], day[order]
    wide = np.int64(1) << 22  # more than any day's number: accounts never mix
    running = np.maximum.accumulate(account * wide + day) if len(row) else day
    before = np.full(len(row), -1, dtype=np.int64)
    same = account[1:] == account[:-1]
    before[1:] = np.where(same, running[:-1] - account[1:] * wide, -1)
    reached = np.zeros(len(coded.columns.kind), dtype=np.int64)
    behind = before - day > BEHIND_DAYS
    np.maximum.at(reached, row[behind], before[behind])
    found = np.flatnonzero(reached)
    return found, reached[found].astype(np.int32)


def _touched(coded: Coded, stands: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Every (movement, account) of which the one changes what stands in the other."""
    columns, kind = coded.columns, coded.columns.kind
    sent = np.where(columns.of < 0, 0, columns.of)
    found = [
        (np.isin(kind, [Kind.MOVE, Kind.SEND, Kind.SPEND]), columns.source),
        (np.isin(kind, [Kind.RECEIVE, Kind.MOVE]), columns.target),
        (kind == Kind.CONFIRM, columns.target[sent]),
        (kind == Kind.VOID, columns.source[sent]),
    ]
    real = np.array([not name.startswith("~") for name, _cur in coded.accounts.names] + [False])
    rows, accounts = [], []
    for where, whose in found:
        row = np.flatnonzero(where & stands)
        row = row[real[whose[row]]]
        rows.append(row)
        accounts.append(whose[row])
    return np.concatenate(rows), np.concatenate(accounts).astype(np.int64)


def _round_runs(coded: Coded, trace: Trace) -> tuple[Ints, Ints]:
    """Payments of round amounts for projects, out of one account, close in time."""
    columns = coded.columns
    unit = np.array(
        [ROUND * 10 ** currency_digits(currency) for _account, currency in coded.accounts.names],
        dtype=np.int64,
    )
    virtual = np.array(
        [name.startswith("~") for name, _cur in coded.projects.names], dtype=np.bool_
    )
    row = np.flatnonzero((columns.kind == Kind.SPEND) & ~trace.reversed)
    row = row[~virtual[columns.target[row]]]
    row = row[columns.amount[row] % unit[columns.source[row]] == 0]
    row = row[np.lexsort((columns.position[row], columns.day[row], columns.source[row]))]
    if not len(row):
        return row, np.zeros(1, dtype=np.int64)
    begins = np.ones(len(row), dtype=np.bool_)
    account, day = columns.source[row], columns.day[row]
    begins[1:] = (account[1:] != account[:-1]) | (day[1:] - day[:-1] > RUN_DAYS)
    run = np.cumsum(begins) - 1
    long = np.bincount(run) >= RUN_LENGTH
    kept = row[long[run]]
    sizes = np.bincount(run)[long]
    # In the order of their first days: by account, they would read as a ranking of accounts.
    first = columns.day[kept[np.cumsum(sizes) - sizes]]
    order = np.argsort(first, kind="stable")
    ends = np.cumsum(sizes)
    pieces = [kept[ends[one] - sizes[one] : ends[one]] for one in order]
    starts = np.concatenate([[0], np.cumsum(sizes[order])]).astype(np.int64)
    return (np.concatenate(pieces) if pieces else kept), starts
