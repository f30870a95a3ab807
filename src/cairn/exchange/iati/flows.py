"""Money as IATI tells it: what each movement of the trace is in the activities that it touches.

Each amount that passes between two activities is told at both ends, with the same amount and both
ids, so that whoever follows the money finds that they agree. How a payment is made up is the
trace's answer; money that no grant accounts for comes from no activity, and is spent all the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from cairn.exchange.iati.mapping import DISBURSED, PLEDGED, RECEIVED, SPENT
from cairn.following.columns import Ints
from cairn.following.queries.reading import Reading
from cairn.money.facts import InterestReceived, MoneyExchanged, OpeningBalanceStated
from cairn.money.models import Account
from cairn.money.projections import EXCHANGE, FEE, REPAID
from cairn.trace.policy import Kind


@dataclass(frozen=True, slots=True)
class End:
    """One end of a transaction: an organisation, and a thing of this programme or an activity's id."""

    organisation: str = ""
    thing: tuple[str, str] | None = None
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One transaction of an activity. `why` is a word for what is told of it, of TEXTS in texts.py."""

    ref: str
    code: str
    on: date
    minor: int
    currency: str
    provider: End
    receiver: End
    why: str


class Flows:
    """The transactions of each grant and project of a programme."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        at = reading.snapshot
        self._by_grant = np.argsort(at.attributions.grant, kind="stable")
        self._grants_sorted = at.attributions.grant[self._by_grant]
        confirms = np.flatnonzero((at.columns.kind == Kind.CONFIRM) & ~at.lists.reversed)
        self._confirms = confirms[np.argsort(at.columns.of[confirms], kind="stable")]
        self._sends = at.columns.of[self._confirms]
        accounts = Account.objects.filter(programme=reading.id)
        self._holders: dict[str, str] = dict(accounts.values_list("id", "holder"))

    def of_grant(self, grant: str) -> Iterator[Flow]:
        """What was pledged, came in, passed between accounts and went to projects of a grant."""
        row = self._reading.grants[grant]
        sponsor, here = self._sponsor(grant), End(thing=("grant", grant))
        yield Flow(
            grant, PLEDGED, row.pledged_on, row.amount_minor, row.currency, sponsor, here, "pledged"
        )
        at = self._reading.snapshot
        codes = [code for (id_, _), code in at.grant_codes.items() if id_ == grant]
        for movement in self._movements_of(codes):
            yield from self._within(grant, movement)

    def of_project(self, project: str) -> Iterator[Flow]:
        """What came to a project from each grant, and what was spent for it."""
        at = self._reading.snapshot
        here = ("project", project)
        for movement in self._payments(project):
            on, currency = self._day(movement), self._reading.currency(movement)
            ref, holder = self._ref(movement), self._holder(int(at.columns.source[movement]))
            for grant, minor in self._parts(movement).items():
                if grant in self._reading.grants:
                    yield Flow(
                        ref, RECEIVED, on, minor, currency,
                        End(holder, ("grant", grant)), End(holder, here), "paid-from-grant",
                    )  # fmt: skip
            minor = int(at.columns.amount[movement])
            yield Flow(ref, SPENT, on, minor, currency, End(holder, here), End(), "spent")

    def grants_of(self, project: str) -> list[str]:
        """The grants that paid for a project, in the order in which they first did."""
        found: dict[str, None] = {}
        for movement in self._payments(project):
            found.update(dict.fromkeys(self._parts(movement)))
        return [grant for grant in found if grant in self._reading.grants]

    def payments(self, project: str) -> list[str]:
        """The ids of the payments for a project."""
        return [self._ref(movement) for movement in self._payments(project)]

    def holders_of(self, project: str) -> list[str]:
        """The organisations that paid for a project, in the order in which they first did."""
        at = self._reading.snapshot
        sources = at.columns.source[self._payments(project)].tolist()
        return list(dict.fromkeys(self._holder(source) for source in sources))

    def _within(self, grant: str, movement: int) -> Iterator[Flow]:
        """What a movement is in the activity of a grant that it carried some of."""
        columns = self._reading.snapshot.columns
        kind = Kind(int(columns.kind[movement]))
        if kind is Kind.RECEIVE:
            yield self._receipt(grant, movement)
        elif kind is Kind.MOVE:
            minor = self._parts(movement).get(grant, 0)
            yield from self._passed(grant, movement, movement, minor, "moved")
        elif kind is Kind.SEND:
            yield from self._sent(grant, movement)
        elif kind is Kind.SPEND:
            yield self._payment(grant, movement)

    def _receipt(self, grant: str, movement: int) -> Flow:
        columns = self._reading.snapshot.columns
        holder = self._holder(int(columns.target[movement]))
        here = End(holder, ("grant", grant))
        provider, why = self._sponsor(grant), "received"
        fact = self._fact(movement)
        if fact == OpeningBalanceStated.kind:
            why = "opening"
        elif fact == InterestReceived.kind:
            provider, why = End(holder), "interest"
        elif fact == MoneyExchanged.kind:
            provider, why = here, "exchanged"
        return self._flow(movement, RECEIVED, self._day(movement), None, provider, here, why)

    def _sent(self, grant: str, movement: int) -> Iterator[Flow]:
        """What arrived is told at both ends; what is on its way, by its sender alone; what came back, not."""
        left = self._parts(movement).get(grant, 0)
        start, end = np.searchsorted(self._sends, [movement, movement + 1])
        for confirm in self._confirms[start:end].tolist():
            minor = self._parts(confirm).get(grant, 0)
            left -= minor
            yield from self._passed(grant, movement, confirm, minor, "sent")
        if left > 0 and int(self._reading.snapshot.lists.left[movement]):
            source, target = self._ends(grant, movement)
            yield self._flow(
                movement, DISBURSED, self._day(movement), left, source, target, "on-its-way"
            )

    def _passed(
        self, grant: str, movement: int, arrival: int, minor: int, why: str
    ) -> Iterator[Flow]:
        """Money that passed between two accounts: out of the one and into the other."""
        if minor <= 0 or int(self._reading.snapshot.columns.source[movement]) < 0:
            return
        source, target = self._ends(grant, movement)
        yield self._flow(movement, DISBURSED, self._day(movement), minor, source, target, why)
        yield self._flow(movement, RECEIVED, self._day(arrival), minor, source, target, why)

    def _payment(self, grant: str, movement: int) -> Flow:
        at = self._reading.snapshot
        minor = self._parts(movement).get(grant, 0)
        holder = self._holder(int(at.columns.source[movement]))
        here, on = End(holder, ("grant", grant)), self._day(movement)
        project, _currency = at.projects[int(at.columns.target[movement])]
        if project == FEE:
            return self._flow(movement, SPENT, on, minor, here, End(), "fee")
        if project == REPAID:  # money that came in and went back is less that came in
            return self._flow(movement, RECEIVED, on, -minor, self._sponsor(grant), here, "repaid")
        if project == EXCHANGE:
            return self._flow(movement, DISBURSED, on, minor, here, here, "exchanged")
        there = End(holder, ("project", project))
        return self._flow(movement, DISBURSED, on, minor, here, there, "paid-to-project")

    def _flow(
        self,
        movement: int,
        code: str,
        on: date,
        minor: int | None,
        provider: End,
        receiver: End,
        why: str,
    ) -> Flow:
        if minor is None:
            minor = int(self._reading.snapshot.columns.amount[movement])
        currency = self._reading.currency(movement)
        return Flow(self._ref(movement), code, on, minor, currency, provider, receiver, why)

    def _movements_of(self, codes: Sequence[int]) -> list[int]:
        """The movements that carried some of these, each once, in order of the trace."""
        rows = [self._rows(code) for code in codes]
        if not rows:
            return []
        at = self._reading.snapshot
        found = np.unique(at.attributions.movement[np.concatenate(rows)])
        return [int(one) for one in found[~at.lists.reversed[found]]]

    def _rows(self, code: int) -> Ints:
        start, end = np.searchsorted(self._grants_sorted, [code, code + 1])
        return self._by_grant[start:end]

    def _payments(self, project: str) -> list[int]:
        at = self._reading.snapshot
        found: list[int] = []
        for currency in at.currencies:
            code = at.project_codes.get((project, currency), -1)
            if code >= 0:
                start, end = at.lists.payments_start[code : code + 2]
                found += at.lists.payments[start:end].tolist()
        return sorted(one for one in found if not at.lists.reversed[one])

    def _parts(self, movement: int) -> dict[str, int]:
        """What of each grant a movement carried."""
        sums: dict[str, int] = defaultdict(int)
        for part in self._reading.parts(movement):
            sums[part.grant.id] += part.amount
        return dict(sums)

    def _ends(self, grant: str, movement: int) -> tuple[End, End]:
        columns, thing = self._reading.snapshot.columns, ("grant", grant)
        source = self._holder(int(columns.source[movement]))
        return End(source, thing), End(self._holder(int(columns.target[movement])), thing)

    def _sponsor(self, grant: str) -> End:
        row = self._reading.grants[grant]
        return End(row.sponsor, activity=row.sponsors_activity)

    def _holder(self, account: int) -> str:
        if account < 0:
            return ""
        return self._holders.get(self._reading.snapshot.accounts[account][0], "")

    def _fact(self, movement: int) -> str:
        at = self._reading.snapshot
        return at.facts[int(at.columns.fact[movement])]

    def _day(self, movement: int) -> date:
        return date.fromordinal(int(self._reading.snapshot.columns.day[movement]))

    def _ref(self, movement: int) -> str:
        return str(self._reading.snapshot.columns.id[movement].decode())
