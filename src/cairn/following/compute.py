"""What pages need of a trace, computed from its columns: pure NumPy, without a database.

Every figure on a page is a sum over these arrays, so that a page, its chart and its CSV agree.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn.following.columns import Coded, Codes, Columns, Ints
from cairn.following.purpose import Purposes
from cairn.trace.columns import LARGEST, Standing, Trace
from cairn.trace.policy import Kind


@dataclass(frozen=True, slots=True)
class Attributions:
    """What each movement was made of, in rows; those of movement i are offsets[i]:offsets[i+1].

    Of a row of a send, `arrived` has been confirmed and `returned` was voided; the rest is in
    transit. `off` says which restrictions a spend broke (bits of purpose.REASONS).
    """

    offsets: Ints
    movement: Ints
    grant: Codes
    amount: Ints
    breach: NDArray[np.bool_]
    arrived: Ints
    returned: Ints
    off: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Edges:
    """Attributions added up per (grant, kind, source, target), sorted so.

    Those of grant g are offsets[g]:offsets[g+1]; those of project p are
    rows[starts[p]:starts[p+1]].
    """

    offsets: Ints
    grant: Codes
    kind: NDArray[np.uint8]
    source: Codes
    target: Codes
    amount: Ints
    arrived: Ints
    returned: Ints
    evidenced: Ints
    breach: Ints
    off: Ints
    off_reasons: NDArray[np.uint8]
    movements: Ints
    starts: Ints
    rows: Ints


@dataclass(frozen=True, slots=True)
class Statements:
    """The lines of every account: those of account a are offsets[a]:offsets[a+1], by date.

    `effect` is what a line changed (none where it was reversed), `balance` what was left after.
    """

    offsets: Ints
    movement: Ints
    shown: Ints
    effect: Ints
    balance: Ints


@dataclass(frozen=True, slots=True)
class Totals:
    """Per grant code; the last is unexplained. `first` stands where its sponsor had paid it in.

    received = standing + in_transit + spent, of which `on_projects` went to projects.
    """

    received: Ints
    standing: Ints
    first: Ints
    in_transit: Ints
    spent: Ints
    on_projects: Ints
    evidenced: Ints
    breach: Ints
    off: Ints


@dataclass(frozen=True, slots=True)
class Lists:
    """Movements and attributions that a page lists by themselves, oldest first.

    `open` are the attributions with something in transit. `left` and `confirmed_before` are per movement: what of a send is in transit, and what of its
    send had arrived before a confirm.
    """

    in_transit: Ints
    open: Ints
    exceptions: Ints
    left: Ints
    confirmed_before: Ints
    reversed: NDArray[np.bool_]
    payments: Ints
    payments_start: Ints


@dataclass(frozen=True, slots=True)
class Places:
    """Where each project and account is, as a code of a place; -1 for what is nowhere."""

    of_project: Codes
    of_account: Codes


def attributions(columns: Columns, trace: Trace, purposes: Purposes) -> Attributions:
    """The trace's rows, with what became of each."""
    movement = np.repeat(np.arange(len(columns.kind)), np.diff(trace.offsets))
    confirmed, voided = _answers(columns, trace)
    total = np.cumsum(trace.amount)
    first = trace.offsets[movement]
    before = total - trace.amount - (total - trace.amount)[first] if len(movement) else total
    sent = columns.kind[movement] == Kind.SEND
    arrived = np.where(sent, np.clip(confirmed[movement] - before, 0, trace.amount), trace.amount)
    returned = np.where(sent & voided[movement], trace.amount - arrived, 0)
    off = purposes.off(columns, movement, trace.grant)
    return Attributions(
        offsets=trace.offsets,
        movement=movement,
        grant=trace.grant,
        amount=trace.amount,
        breach=trace.breach,
        arrived=arrived,
        returned=returned,
        off=off,
    )


def _answers(columns: Columns, trace: Trace) -> tuple[Ints, NDArray[np.bool_]]:
    """Per movement: how much of a send was confirmed, and whether the rest was voided."""
    confirmed = np.zeros(len(columns.kind), dtype=np.int64)
    stands = (columns.kind == Kind.CONFIRM) & ~trace.reversed
    np.add.at(confirmed, columns.of[stands], columns.amount[stands])
    voided = np.zeros(len(columns.kind), dtype=np.bool_)
    voided[columns.of[(columns.kind == Kind.VOID) & ~trace.reversed]] = True
    return confirmed, voided


def edges(coded: Coded, rows: Attributions) -> Edges:
    """Add attributions up per (grant, kind, source, target)."""
    columns, movement = coded.columns, rows.movement
    target, source = columns.target[movement], columns.source[movement]
    kind, grant = columns.kind[movement], rows.grant
    order = in_order(target, source, kind, grant)
    target, source, kind, grant = target[order], source[order], kind[order], grant[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = np.any([key[1:] != key[:-1] for key in (target, source, kind, grant)], axis=0)
    starts = np.flatnonzero(new)

    def add(amount: Ints) -> Ints:
        return np.add.reduceat(amount[order], starts) if len(starts) else amount[:0]

    amount = rows.amount
    spent_on, by_project = _by_project(kind[starts], target[starts], len(coded.projects.names))
    return Edges(
        offsets=np.searchsorted(grant[starts], np.arange(len(coded.grants.names) + 2)),
        grant=grant[starts],
        kind=kind[starts],
        source=source[starts],
        target=target[starts],
        amount=add(amount),
        arrived=add(rows.arrived),
        returned=add(rows.returned),
        evidenced=add(np.where(columns.evidence[movement], amount, 0)),
        breach=add(np.where(rows.breach, amount, 0)),
        off=add(np.where(rows.off > 0, amount, 0)),
        off_reasons=(
            np.bitwise_or.reduceat(rows.off[order], starts) if len(starts) else rows.off[:0]
        ),
        movements=add(np.ones(len(order), dtype=np.int64)),
        starts=spent_on,
        rows=by_project,
    )


def in_order(*keys: NDArray[Any]) -> Ints:
    """Rows sorted by keys as np.lexsort takes them, the last first; equal rows come in any order.

    Packed into one number, where the keys fit, they are sorted in a fifth of the time.
    """
    packed, room = np.zeros(len(keys[0]), dtype=np.int64), 1
    for key in reversed(keys if len(keys[0]) else ()):
        least = int(key.min())
        width = int(key.max()) - least + 1
        room *= width
        if room > LARGEST:
            return np.lexsort(keys)
        packed = packed * width + (key.astype(np.int64) - least)
    return np.argsort(packed)


def _by_project(kind: NDArray[np.uint8], target: Codes, projects: int) -> tuple[Ints, Ints]:
    """The edges that end in each project, as (starts, rows)."""
    spends = np.flatnonzero(kind == Kind.SPEND)
    rows = spends[np.argsort(target[spends], kind="stable")]
    return np.searchsorted(target[rows], np.arange(projects + 1)), rows


def added_up(amount: Ints, starts: Ints) -> Ints:
    """Add up the stretches starts[i]:starts[i+1], of which some are empty."""
    total = np.concatenate([[0], np.cumsum(amount)])
    return np.asarray(total[starts[1:]] - total[starts[:-1]])


def statements(coded: Coded, trace: Trace) -> Statements:
    """Every account's lines: what went out, what came in, and what was left."""
    columns = coded.columns
    kind, of = columns.kind, columns.of
    confirmed, _voided = _answers(columns, trace)
    about = np.where(of < 0, 0, of)
    back = columns.amount[about] - confirmed[about] if len(kind) else columns.amount
    amount = np.where(kind == Kind.VOID, back, columns.amount)
    out = np.isin(kind, [Kind.MOVE, Kind.SEND, Kind.SPEND])
    into = np.isin(kind, [Kind.RECEIVE, Kind.MOVE])
    account, movement, shown = [], [], []
    for where, whose, sign in (
        (out, columns.source, -1),
        (into, columns.target, 1),
        (kind == Kind.CONFIRM, columns.target[about], 1),
        (kind == Kind.VOID, columns.source[about], 1),
    ):
        rows = np.flatnonzero(where)
        account.append(whose[rows])
        movement.append(rows)
        shown.append(sign * amount[rows])
    return _statements(
        np.concatenate(account),
        np.concatenate(movement),
        np.concatenate(shown),
        trace.reversed,
        len(coded.accounts.names),
    )


def _statements(
    account: Codes, movement: Ints, shown: Ints, reversed_: NDArray[np.bool_], accounts: int
) -> Statements:
    order = in_order(shown > 0, movement, account)
    account, movement, shown = account[order], movement[order], shown[order]
    effect = np.where(reversed_[movement], 0, shown)
    offsets = np.searchsorted(account, np.arange(accounts + 1))
    running = np.cumsum(effect)
    before = np.concatenate([[0], running])[offsets[:-1]]
    balance = running - np.repeat(before, np.diff(offsets))
    return Statements(offsets, movement, shown, effect, balance)


def totals(coded: Coded, trace: Trace, rows: Attributions) -> Totals:
    """Add up per grant."""
    columns = coded.columns
    size = len(coded.grants.names) + 1
    kind, target = columns.kind[rows.movement], columns.target[rows.movement]
    spent = kind == Kind.SPEND
    virtual = np.array([name.startswith("~") for name, _cur in coded.projects.names] + [False])
    on_projects = spent & ~virtual[np.where(spent, target, -1)]

    def add(where: NDArray[np.bool_]) -> Ints:
        total = np.zeros(size, dtype=np.int64)
        np.add.at(total, rows.grant[where], rows.amount[where])
        return total

    return Totals(
        received=trace.totals.received,
        standing=trace.totals.standing,
        first=_first(columns, rows, trace.standing, size),
        in_transit=trace.totals.in_transit,
        spent=trace.totals.spent,
        on_projects=add(on_projects),
        evidenced=add(on_projects & columns.evidence[rows.movement]),
        breach=trace.totals.breach,
        off=add(on_projects & (rows.off > 0)),
    )


def _first(columns: Columns, rows: Attributions, stands: Standing, size: int) -> Ints:
    """What of each grant still stands in the accounts that its sponsor had paid it into."""
    received = columns.kind[rows.movement] == Kind.RECEIVE
    paid_in = columns.target[rows.movement][received].astype(np.int64) * size
    keys = np.unique(paid_in + rows.grant[received])
    here = np.isin(stands.account.astype(np.int64) * size + stands.grant, keys)
    total = np.zeros(size, dtype=np.int64)
    still = here & ~stands.in_transit
    np.add.at(total, stands.grant[still], stands.amount[still])
    return total


def lists(coded: Coded, trace: Trace, rows: Attributions) -> Lists:
    """The movements that pages list by themselves."""
    columns = coded.columns
    confirmed, voided = _answers(columns, trace)
    open_ = (columns.kind == Kind.SEND) & ~trace.reversed & ~voided
    left = np.where(open_, columns.amount - confirmed, 0)
    spent = columns.kind[rows.movement] == Kind.SPEND
    payments = np.flatnonzero(columns.kind == Kind.SPEND)
    payments = payments[np.argsort(columns.target[payments], kind="stable")]
    return Lists(
        in_transit=np.flatnonzero(left),
        open=np.flatnonzero(rows.amount > rows.arrived + rows.returned),
        exceptions=np.flatnonzero(spent & (rows.breach | (rows.off > 0))),
        left=left,
        confirmed_before=_confirmed_before(columns, trace),
        reversed=trace.reversed,
        payments=payments,
        payments_start=np.searchsorted(
            columns.target[payments], np.arange(len(coded.projects.names) + 1)
        ),
    )


def _confirmed_before(columns: Columns, trace: Trace) -> Ints:
    """Where in its send each confirm begins: what confirms before it had taken."""
    confirms = np.flatnonzero((columns.kind == Kind.CONFIRM) & ~trace.reversed)
    order = confirms[np.argsort(columns.of[confirms], kind="stable")]
    of = columns.of[order]
    total = np.cumsum(columns.amount[order])
    start = total - columns.amount[order]
    first = np.searchsorted(of, of)
    before = np.zeros(len(columns.kind), dtype=np.int64)
    before[order] = start - start[first] if len(order) else start
    return before
