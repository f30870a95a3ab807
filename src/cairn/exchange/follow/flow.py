"""Turns what the activities say into movements, and traces whose money went where.

Accounts are (activity, currency), so no two currencies ever meet. What each row becomes:

- incoming money from outside the files is received; its source is the activity or organisation
  named, and "own funds" where an activity names itself as its provider;
- money that A says it gave to B, both in the files, is sent; it arrives when B says so, and what
  B never confirms stays in transit;
- money that B says it got from A first confirms what A sent B and nobody has confirmed, matched
  transactions before all others, then in order of date, whatever the amounts: one publisher's
  three instalments are another's one total, and money must not be counted twice. What no sending
  covers is first taken from what A says it paid B's organisation without naming an activity, and
  only then moves from A to B on B's word alone;
- other outgoing money is spent: on the activity or organisation named, else by the activity.

An activity that says nothing of money coming in, and to which nobody in the files gives any, is
a source itself: its organisation's own money, received as it is needed. In all others, money
that nothing covers is unexplained. Within a day money comes in before it goes out. Corrections
(values below zero) are listed beside the end they correct and never traced.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from cairn.exchange.follow.match import PAIRED, Matches, Says
from cairn.exchange.follow.plan import Became, Event, Place, Plan, What
from cairn.exchange.iati.columns import UNNAMED, Party, Published
from cairn.exchange.iati.transaction_types import TYPES, Direction, Stage, TransactionType
from cairn.trace.policy import Kind

SPENDING: Final = frozenset({4, 8})
"""Types that pay for goods, services or equity: without a receiver, the activity is the end."""


class _Row(NamedTuple):
    row: int
    activity: int
    other: int
    currency: int
    date: int
    amount: int
    says: Says


@dataclass(slots=True)
class _Sending:
    row: _Row
    step: int
    open: int


@dataclass(slots=True)
class _Spending:
    row: _Row
    end: Place
    open: int


Route = tuple[int, int, int]
"""From activity, to activity, currency."""


def plan(published: Published, matches: Matches, *, start: int | None = None) -> Plan:
    """The movements of all files, or those on ways down from the activity `start`."""
    return _Planner(published, matches, start).plan()


class _Planner:
    def __init__(self, published: Published, matches: Matches, start: int | None) -> None:
        self.published = published
        self.matches = matches
        self.start = start
        self.made = Plan()
        self.sent: dict[Route, list[_Row]] = defaultdict(list)
        self.got: dict[Route, list[_Row]] = defaultdict(list)
        self.received: list[tuple[_Row, Place]] = []
        self.spent: list[_Spending] = []
        self.paid: dict[tuple[int, int, str], list[_Spending]] = defaultdict(list)
        """What names no activity, only an organisation: by activity, currency, its ref or name."""
        self.rank: dict[int, int] = {}
        self.fed: set[int] = set()
        """Activities into which something comes, by anyone's word."""

    def plan(self) -> Plan:
        for number in range(len(self.published)):
            self.made.became.append(self._sort_out(number))
        self._keep_ways_down()
        routes = {(a, b) for a, b, _ in self.sent.keys() | self.got.keys()}
        self.rank = ranks(routes)
        self.fed = {b for _, b in routes} | {row.activity for row, _ in self.received}
        for spending in sorted(self.spent, key=lambda s: (s.row.date, s.row.row)):
            if spending.row.says is Says.NO_NAME and spending.end.what is What.ORGANISATION:
                key = (spending.row.activity, spending.row.currency, spending.end.id)
                self.paid[key].append(spending)
        for row, place in self.received:
            self._add(Kind.RECEIVE, row, 0, into=self._at(row), place=self._place(place))
        for route in sorted(self.sent.keys() | self.got.keys()):
            self._transfers(route)
        for spending in self.spent:
            if spending.open:
                row = spending.row._replace(amount=spending.open)
                self._own_funds(row)
                self._add(Kind.SPEND, row, 2, out=self._at(row), place=self._place(spending.end))
        return self.made

    def _sort_out(self, number: int) -> Became:
        """File one row under what it will become."""
        columns = self.published.columns
        kind = TYPES[columns["type"][number]]
        if kind.stage is Stage.DEBT_SERVICE:
            return Became.DEBT_SERVICE
        if kind.stage is not Stage.MONEY:
            return Became.PROMISE
        row = _Row(
            number,
            columns["activity"][number],
            int(self.matches.other[number]),
            columns["currency"][number],
            columns["date"][number],
            columns["amount"][number],
            Says(int(self.matches.says[number])),
        )
        if row.amount <= 0:
            return self._correct(row, kind) if row.amount else Became.ZERO
        return self._flow(row, kind)

    def _flow(self, row: _Row, kind: TransactionType) -> Became:
        outgoing = kind.direction is Direction.OUT
        if row.says in PAIRED | {Says.ONLY_SENDER, Says.ONLY_RECEIVER}:
            if outgoing:
                self.sent[row.activity, row.other, row.currency].append(row)
                return Became.MOVEMENT
            self.got[row.other, row.activity, row.currency].append(row)
            return Became.CONFIRMATION
        if outgoing and row.says is Says.ITSELF and kind.code not in SPENDING:
            return Became.PAYS_ITSELF
        if outgoing:
            self.spent.append(_Spending(row, self._far_end(row, kind), row.amount))
        else:
            self.received.append((row, self._far_end(row, kind)))
        return Became.MOVEMENT

    def _correct(self, row: _Row, kind: TransactionType) -> Became:
        outgoing = kind.direction is Direction.OUT
        key = (row.activity, self._far_end(row, kind), outgoing, row.currency)
        count, total = self.made.corrections.get(key, (0, 0))
        self.made.corrections[key] = (count + 1, total + row.amount)
        return Became.CORRECTION

    def _far_end(self, row: _Row, kind: TransactionType) -> Place:
        """Who stands at the other side of a row, as precisely as it says."""
        published, outgoing = self.published, kind.direction is Direction.OUT
        number = published.columns["party"][row.row]
        party = published.parties.values[number] if number >= 0 else UNNAMED
        if row.says is Says.ITSELF:
            return self._activity(row.activity) if outgoing else self._own(row.activity)
        if row.other >= 0:
            return self._activity(row.other)
        if (named := published.columns["other"][row.row]) >= 0:
            return Place(What.OUTSIDE_ACTIVITY, published.ids.values[named], party.name)
        if party != UNNAMED:
            return _organisation(What.ORGANISATION, party)
        if outgoing and kind.code in SPENDING:
            return self._activity(row.activity)
        return Place(What.NOT_NAMED, published.activities[row.activity].identifier, "")

    def _activity(self, number: int) -> Place:
        activity = self.published.activities[number]
        return Place(What.ACTIVITY, activity.identifier, activity.title)

    def _own(self, number: int) -> Place:
        return _organisation(What.OWN_FUNDS, self.published.activities[number].reporter)

    def _keep_ways_down(self) -> None:
        """With a start, keep only what money of that activity can have reached."""
        if self.start is None:
            return
        start = self.start
        down = _reachable(start, ((a, b) for a, b, _ in self.sent.keys() | self.got.keys()))
        for route in list(self.sent):
            if route[0] not in down:
                self._elsewhere(self.sent.pop(route))
        for route in list(self.got):
            a, b, _ = route
            if b == start or b not in down:
                self._elsewhere(self.got.pop(route))
            elif a not in down:
                self.received.extend((row, self._activity(a)) for row in self.got.pop(route))
        for route in [route for route in self.sent if route[1] == start]:
            # What comes back to where it began has ended there.
            back = self._activity(start)
            self.spent.extend(_Spending(row, back, row.amount) for row in self.sent.pop(route))
        self._elsewhere(s.row for s in self.spent if s.row.activity not in down)
        self.spent = [s for s in self.spent if s.row.activity in down]
        below = down - {start}
        self._elsewhere(row for row, _ in self.received if row.activity not in below)
        self.received = [pair for pair in self.received if pair[0].activity in below]

    def _elsewhere(self, rows: Iterable[_Row]) -> None:
        for row in rows:
            self.made.became[row.row] = Became.ELSEWHERE

    def _transfers(self, route: Route) -> None:
        """Send what the sender says, confirm it with what the receiver says, move the rest."""
        sent = sorted(self.sent.get(route, ()), key=lambda row: (row.date, row.row))
        got = sorted(self.got.get(route, ()), key=lambda row: (row.date, row.row))
        into = self.made.accounts.number((route[1], route[2]))
        sendings: dict[int, _Sending] = {}
        for row in sent:
            self._own_funds(row)
            step = self._add(Kind.SEND, row, 1, out=self._at(row), into=into)
            sendings[row.row] = _Sending(row, step, row.amount)
        left = {row.row: row.amount for row in got}
        for row in got:
            if sending := sendings.get(int(self.matches.partner[row.row])):
                left[row.row] -= self._confirm(sending, row, left[row.row])
        unconfirmed = deque(sending for sending in sendings.values() if sending.open)
        for row in got:
            while left[row.row] and unconfirmed:
                left[row.row] -= self._confirm(unconfirmed[0], row, left[row.row])
                if not unconfirmed[0].open:
                    unconfirmed.popleft()
            left[row.row] -= self._take_from_paid(route, row, left[row.row], into)
            if left[row.row]:
                # On the receiver's word alone: out of an account whose owner did not say so.
                moved = row._replace(activity=route[0], amount=left[row.row])
                self._own_funds(moved)
                self._add(Kind.MOVE, moved, 1, out=self._at(moved), into=into)
                self.made.became[row.row] = Became.MOVEMENT

    def _take_from_paid(self, route: Route, row: _Row, most: int, into: int) -> int:
        """Let a receipt be what its giver says it paid the receiver's organisation."""
        reporter, taken = self.published.activities[route[1]].reporter, 0
        for name in {reporter.ref: 0, reporter.name: 0}:
            for spending in self.paid.get((route[0], route[2], name), ()):
                amount = min(spending.open, most - taken)
                if amount:
                    spending.open -= amount
                    taken += amount
                    sent = spending.row._replace(amount=amount, says=Says.OTHER_AMOUNT)
                    self._own_funds(sent)
                    step = self._add(Kind.SEND, sent, 1, out=self._at(sent), into=into)
                    self._confirm(_Sending(sent, step, amount), row, amount)
        return taken

    def _confirm(self, sending: "_Sending", row: _Row, most: int) -> int:
        """Let a receipt confirm as much of a sending as it can; tells how much that was."""
        amount = min(sending.open, most)
        sending.open -= amount
        # A receipt dated before the sending confirms it the moment it is sent.
        when = max(row.date, sending.row.date)
        confirming = row._replace(activity=sending.row.activity, date=when, amount=amount)
        self._add(Kind.CONFIRM, confirming, 1, of=sending.step)
        return amount

    def _own_funds(self, row: _Row) -> None:
        """Let an activity to which nothing comes pay from its organisation's own money."""
        if row.activity == self.start:
            place = self._activity(row.activity)
        elif row.activity not in self.fed:
            place = self._own(row.activity)
        else:
            return
        funds = row._replace(row=-1, says=Says.NO_NAME)
        self._add(Kind.RECEIVE, funds, 0, into=self._at(row), place=self._place(place))

    def _add(
        self,
        kind: Kind,
        row: _Row,
        phase: int,
        *,
        out: int = -1,
        into: int = -1,
        place: int = -1,
        of: int = -1,
    ) -> int:
        step, rank = len(self.made.events), self.rank.get(row.activity, 0)
        self.made.events.append(
            Event(
                row.date,
                phase,
                rank,
                step,
                kind,
                row.amount,
                row.row,
                row.says,
                out,
                into,
                place,
                of,
            )
        )
        return step

    def _at(self, row: _Row) -> int:
        return self.made.accounts.number((row.activity, row.currency))

    def _place(self, place: Place) -> int:
        return self.made.places.number(place)


def _organisation(what: What, party: Party) -> Place:
    return Place(what, party.ref or party.name, party.name if party.ref else "")


def _reachable(start: int, routes: Iterable[tuple[int, int]]) -> set[int]:
    onward: dict[int, set[int]] = defaultdict(set)
    for a, b in routes:
        onward[a].add(b)
    seen, todo = {start}, [start]
    while todo:
        todo += new if (new := sorted(onward[todo.pop()] - seen)) else []
        seen.update(todo)
    return seen


def ranks(routes: set[tuple[int, int]]) -> dict[int, int]:
    """How far down each activity is on its longest way, so that a day's money can pass through.

    Activities on or below a circle have no such way; they come last, together.
    """
    onward: dict[int, list[int]] = defaultdict(list)
    waiting: dict[int, int] = defaultdict(int)
    for a, b in sorted(routes):
        onward[a].append(b)
        waiting[b] += 1
    rank = {a: 0 for a, _ in routes if not waiting[a]}
    todo = sorted(rank)
    for a in todo:
        for b in onward[a]:
            rank[b] = max(rank.get(b, 0), rank[a] + 1)
            waiting[b] -= 1
            if not waiting[b]:
                todo.append(b)
    last = len(rank) + 1
    return {n: last if waiting[n] else rank[n] for pair in routes for n in pair}
