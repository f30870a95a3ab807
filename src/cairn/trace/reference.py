"""The trace in obvious Python: the specification that `kernel` is held to. Not for large input."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from cairn.trace.columns import (
    NONE,
    UNREADABLE,
    Movements,
    Objection,
    Objections,
    Standing,
    Totals,
    Trace,
    UnsoundMovementsError,
)
from cairn.trace.policy import Kind, Policy

Part = tuple[int, int]
"""A grant and an amount of it."""
Row = tuple[int, int, bool]
"""A grant, an amount of it, and whether that is a breach."""


def trace(movements: Movements, policy: Policy) -> Trace:
    """Attribute each movement. Raises UnsoundMovementsError where `objections` finds any."""
    if objections(movements):
        raise UnsoundMovementsError("see objections() for what is wrong with these movements")
    return _Run(movements, policy).trace()


def objections(movements: Movements) -> Objections:
    """Judge each movement among the others, after leaving out what is reversed."""
    code = [Objection.NONE] * len(movements)
    reversed_: set[int] = set()
    for i in range(len(movements)):
        code[i] = _misnames(movements, i, code, reversed_)
        if movements.kind[i] == Kind.REVERSE and not code[i]:
            reversed_.add(int(movements.of[i]))
    left = {i: int(movements.amount[i]) for i in range(len(movements))}
    found = [0] * len(movements)
    for i in range(len(movements)):
        kind, of, amount = movements.kind[i], int(movements.of[i]), int(movements.amount[i])
        if kind not in {Kind.CONFIRM, Kind.VOID} or code[i] or movements.kind[of] == UNREADABLE:
            continue
        if i in reversed_ or of in reversed_:
            continue
        found[i] = left[of]
        if kind == Kind.VOID and left[of] == 0:
            code[i] = Objection.NOTHING_IN_TRANSIT
        elif kind == Kind.VOID:
            left[of] = 0
        elif amount > left[of]:
            code[i] = Objection.MORE_THAN_IN_TRANSIT
        else:
            left[of] -= amount
    return Objections(np.array(code, np.uint8), np.array(found, np.int64))


def _misnames(  # noqa: PLR0911 - one return per objection
    movements: Movements, i: int, code: list[Objection], reversed_: set[int]
) -> Objection:
    kind, of = movements.kind[i], int(movements.of[i])
    if kind not in {Kind.CONFIRM, Kind.VOID, Kind.REVERSE}:
        return Objection.NONE
    if not 0 <= of < len(movements):
        return Objection.UNKNOWN
    if of >= i:
        return Objection.LATER
    named = movements.kind[of]
    if named == UNREADABLE:
        return Objection.NONE  # its reader has named that row
    if kind == Kind.REVERSE:
        if named == Kind.REVERSE:
            return Objection.REVERSES_A_REVERSE
        if code[of]:
            return Objection.NONE  # what it reverses is named already
        with_it = int(movements.of[of]) if named in {Kind.CONFIRM, Kind.VOID} else of
        return Objection.REVERSED_TWICE if {of, with_it} & reversed_ else Objection.NONE
    if named != Kind.SEND:
        return Objection.NOT_A_SEND
    return Objection.AFTER_REVERSAL if of in reversed_ else Objection.NONE


class _Pools:
    """One pool per grant, in the order in which each last became non-empty: as a dict keeps them."""

    def __init__(self) -> None:
        self.pools: dict[int, int] = {}

    def arrive(self, grant: int, amount: int) -> None:
        self.pools[grant] = self.pools.get(grant, 0) + amount

    def take(self, grant: int, amount: int) -> Part:
        """Take from one pool, which leaves the order when it is empty."""
        amount = min(amount, self.pools.get(grant, 0))
        if amount:
            self.pools[grant] -= amount
            if not self.pools[grant]:
                del self.pools[grant]
        return grant, amount

    def pay(self, amount: int) -> Iterator[Part]:
        """Spend first what has waited longest."""
        for grant in list(self.pools):
            part = self.take(grant, amount)
            amount -= part[1]
            yield part

    def stand(self) -> Iterable[Part]:
        return self.pools.items()


class _Shares(_Pools):
    """The same pools; a payment takes from all of them in proportion."""

    def pay(self, amount: int) -> Iterator[Part]:
        whole = sum(self.pools.values())
        amount = min(amount, whole)
        ends = accumulate(self.pools.values(), initial=0)
        shares = [(amount * end // whole) for end in ends] if whole else [0]
        for grant, (before, upto) in zip(list(self.pools), pairwise(shares), strict=True):
            yield self.take(grant, upto - before)


class _Lots:
    """Lots in the order they arrived."""

    def __init__(self) -> None:
        self.lots: deque[Part] = deque()

    def arrive(self, grant: int, amount: int) -> None:
        self.lots.append((grant, amount))

    def take(self, grant: int, amount: int) -> Part:
        """Take one grant's lots, oldest first."""
        before = amount
        kept: deque[Part] = deque()
        for lot_grant, lot in self.lots:
            taken = min(lot, amount) if lot_grant == grant else 0
            amount -= taken
            if lot > taken:
                kept.append((lot_grant, lot - taken))
        self.lots = kept
        return grant, before - amount

    def pay(self, amount: int) -> Iterator[Part]:
        """Spend first what arrived first, whichever grant it is."""
        while amount and self.lots:
            grant, lot = self.lots.popleft()
            taken = min(lot, amount)
            if lot > taken:
                self.lots.appendleft((grant, lot - taken))
            amount -= taken
            yield grant, taken

    def stand(self) -> Iterable[Part]:
        return self.lots


_MADE_UP: Final[dict[Policy, type[_Pools | _Lots]]] = {
    Policy.GRANT_FIFO: _Pools,
    Policy.FIFO: _Lots,
    Policy.PRO_RATA: _Shares,
}


class _Run:
    def __init__(self, movements: Movements, policy: Policy) -> None:
        self.movements = movements
        self.unexplained = movements.grants
        self.accounts = [_MADE_UP[policy]() for _ in range(movements.accounts)]
        self.rows: list[list[Row]] = [[] for _ in range(len(movements))]
        self.in_transit: dict[int, deque[Part]] = {}
        self.arisen = 0
        self.reversed = self._reversed()

    def trace(self) -> Trace:
        for i in range(len(self.movements)):
            if not self.reversed[i]:
                self._follow(i)
        return self._columns()

    def _reversed(self) -> list[bool]:
        """What never happened: what is reversed, and with a send its confirms and voids."""
        m = self.movements
        reversed_ = [False] * len(m)
        for i in range(len(m)):
            if m.kind[i] == Kind.REVERSE:
                reversed_[m.of[i]] = True
        for i in range(len(m)):
            if m.kind[i] in {Kind.CONFIRM, Kind.VOID} and reversed_[m.of[i]]:
                reversed_[i] = True
        return reversed_

    def _follow(self, i: int) -> None:
        m = self.movements
        kind, source, target = m.kind[i], int(m.source[i]), int(m.target[i])
        amount, grant, of = int(m.amount[i]), int(m.grant[i]), int(m.of[i])
        if kind == Kind.RECEIVE:
            self.rows[i] = [(grant, amount, False)]
            self.accounts[target].arrive(grant, amount)
        elif kind in {Kind.MOVE, Kind.SEND, Kind.SPEND}:
            self.rows[i] = _merged(self._payment(source, amount, grant))
            parts = [(row_grant, row_amount) for row_grant, row_amount, _ in self.rows[i]]
            if kind == Kind.MOVE:
                for part in parts:
                    self.accounts[target].arrive(*part)
            elif kind == Kind.SEND:
                self.in_transit[i] = deque(parts)
        elif kind == Kind.CONFIRM:
            self._arrive(of, int(m.target[of]), amount)
        elif kind == Kind.VOID:
            self._arrive(of, int(m.source[of]), sum(part for _, part in self.in_transit[of]))

    def _payment(self, source: int, amount: int, named: int) -> Iterator[Row]:
        account = self.accounts[source]
        if named != NONE:
            grant, taken = account.take(named, amount)
            amount -= taken
            yield grant, taken, False
        for grant, taken in account.pay(amount):
            amount -= taken
            yield grant, taken, named != NONE and grant != self.unexplained
        self.arisen += amount
        yield self.unexplained, amount, False

    def _arrive(self, send: int, account: int, amount: int) -> None:
        """The first `amount` of what is still in transit of a send arrives, in order."""
        queue = self.in_transit[send]
        while amount:
            grant, part = queue.popleft()
            taken = min(part, amount)
            if part > taken:
                queue.appendleft((grant, part - taken))
            amount -= taken
            self.accounts[account].arrive(grant, taken)

    def _columns(self) -> Trace:
        rows = [row for rows in self.rows for row in rows]
        standing: Counter[tuple[int, int, bool]] = Counter()
        for account, state in enumerate(self.accounts):
            for grant, amount in state.stand():
                standing[account, grant, False] += amount
        for send, queue in self.in_transit.items():
            for grant, amount in queue:
                standing[int(self.movements.target[send]), grant, True] += amount
        keys = sorted(standing)
        return Trace(
            offsets=np.array([0, *accumulate(map(len, self.rows))], np.int64),
            grant=np.array([grant for grant, _, _ in rows], np.int32),
            amount=np.array([amount for _, amount, _ in rows], np.int64),
            breach=np.array([breach for _, _, breach in rows], np.bool_),
            standing=Standing(
                account=np.array([account for account, _, _ in keys], np.int32),
                grant=np.array([grant for _, grant, _ in keys], np.int32),
                amount=np.array([standing[key] for key in keys], np.int64),
                in_transit=np.array([in_transit for _, _, in_transit in keys], np.bool_),
            ),
            reversed=np.array(self.reversed, np.bool_),
            totals=self._totals(standing),
        )

    def _totals(self, standing: Counter[tuple[int, int, bool]]) -> Totals:
        columns = {
            name: np.zeros(self.movements.grants + 1, np.int64)
            for name in ("received", "standing", "in_transit", "spent", "breach")
        }
        for (_, grant, in_transit), amount in standing.items():
            columns["in_transit" if in_transit else "standing"][grant] += amount
        for i, rows in enumerate(self.rows):
            if rows and sum(amount for _, amount, _ in rows) != self.movements.amount[i]:
                raise AssertionError(f"movement {i} is not what it was made of")
            for grant, amount, breach in rows:
                if self.movements.kind[i] == Kind.RECEIVE:
                    columns["received"][grant] += amount
                if self.movements.kind[i] == Kind.SPEND:
                    columns["spent"][grant] += amount
                    columns["breach"][grant] += amount * breach
        accounted = columns["standing"] + columns["in_transit"] + columns["spent"]
        columns["received"][self.unexplained] = self.arisen
        if (columns["received"] != accounted).any():
            raise AssertionError("a grant was received that went nowhere, or the reverse")
        return Totals(**columns)


def _merged(rows: Iterable[Row]) -> list[Row]:
    """Neighbouring rows of one grant and breach are one row; a row of nothing is none."""
    merged: list[Row] = []
    for grant, amount, breach in rows:
        if merged and merged[-1][0] == grant and merged[-1][2] == breach:
            merged[-1] = (grant, merged[-1][1] + amount, breach)
        elif amount:
            merged.append((grant, amount, breach))
    return merged
