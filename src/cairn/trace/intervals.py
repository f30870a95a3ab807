"""Which grants paid for a movement, without a trace: an auditor's second way to the same answer.

Under plain fifo, where no payment names a grant and nothing is reversed, the x-th unit out of an
account is the x-th unit that came in. So a payment is an interval of what came in before it, and each
piece of that is an interval of an earlier payment, back to receipts: with money in circles too, since
each step goes back in time. Where an account pays what it does not have, as much comes in just then,
unexplained.

It needs running totals only, and asking it about one movement takes less than a millisecond.
"""

from bisect import bisect_right
from typing import Final

from cairn.trace.columns import NONE, Movements
from cairn.trace.policy import Kind

NOWHERE: Final = -1
"""Where unexplained money came from."""


class NotPlainFifoError(ValueError):
    """Movements that name grants for payments, or reverse something."""


class Intervals:
    """What came into each account: from which unit of which movement on, by running total."""

    def __init__(self, movements: Movements) -> None:
        self._movements = movements
        self._totals: list[list[int]] = [[0] for _ in range(movements.accounts)]
        """What had come into each account after 0, 1, 2 … arrivals."""
        self._arrivals: list[list[tuple[int, int]]] = [[] for _ in range(movements.accounts)]
        """The movement that each arrival is of, and the first of its units."""
        self._first_unit: dict[int, int] = {}
        """How much had left the account before each payment."""
        paid = [0] * movements.accounts
        arrived: dict[int, int] = {}
        for i in range(len(movements)):
            self._follow(i, paid, arrived)

    def paid_by(self, movement: int) -> list[tuple[int, int]]:
        """Say which grants a payment was made of: (grant, amount) in order, neighbours added up."""
        m = self._movements
        found: list[tuple[int, int]] = []
        pending = [(movement, 0, int(m.amount[movement]))]
        while pending:
            at, begin, end = pending.pop()
            if at == NOWHERE or m.kind[at] == Kind.RECEIVE:
                grant = m.grants if at == NOWHERE else int(m.grant[at])
                before = found.pop()[1] if found and found[-1][0] == grant else 0
                found.append((grant, before + end - begin))
            else:
                out = self._first_unit[at]
                pending += reversed(self._came_in(int(m.source[at]), out + begin, out + end))
        return found

    def _came_in(self, account: int, begin: int, end: int) -> list[tuple[int, int, int]]:
        """Units `begin` to `end` of what came into an account, as intervals of movements."""
        totals, arrivals = self._totals[account], self._arrivals[account]
        place = bisect_right(totals, begin) - 1
        pieces = []
        while begin < end:
            movement, first = arrivals[place]
            upto = min(end, totals[place + 1])
            pieces.append((movement, first + begin - totals[place], first + upto - totals[place]))
            begin, place = upto, place + 1
        return pieces

    def _follow(self, i: int, paid: list[int], arrived: dict[int, int]) -> None:
        m = self._movements
        kind, amount, of = m.kind[i], int(m.amount[i]), int(m.of[i])
        source, target = int(m.source[i]), int(m.target[i])
        if kind == Kind.REVERSE or (kind != Kind.RECEIVE and m.grant[i] != NONE):
            raise NotPlainFifoError("only payments that name no grant, and no reversals")
        if kind in {Kind.MOVE, Kind.SEND, Kind.SPEND}:
            self._first_unit[i] = paid[source]
            paid[source] += amount
            self._arrive(source, NOWHERE, 0, paid[source] - self._totals[source][-1])
        if kind in {Kind.RECEIVE, Kind.MOVE}:
            self._arrive(target, i, 0, amount)
        elif kind in {Kind.CONFIRM, Kind.VOID}:
            first = arrived.get(of, 0)
            amount = int(m.amount[of]) - first if kind == Kind.VOID else amount
            arrived[of] = first + amount
            account = m.source[of] if kind == Kind.VOID else m.target[of]
            self._arrive(int(account), of, first, amount)

    def _arrive(self, account: int, movement: int, first: int, amount: int) -> None:
        if amount > 0:
            self._arrivals[account].append((movement, first))
            self._totals[account].append(self._totals[account][-1] + amount)
