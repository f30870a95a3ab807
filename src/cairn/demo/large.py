"""A programme of any size, to measure with: the demo's shape, made movement by movement.

Told in order of time from a small state (balances, what is in transit), so that a million
movements need no more memory than ten thousand. Of payments 30 % name a grant, some of them
wrongly; 1 % of movements go back up; of sendings 4 % arrive short, 2 % are voided and 4 % are
never confirmed; a few payments are made from money nobody recorded, a few are reversed.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Final

from cairn.demo.diary import EVENING, Batch, Tale
from cairn.demo.large_founding import Tree, founding_facts
from cairn.demo.pictures import file_of
from cairn.demo.places import both
from cairn.demo.story import SEED, TODAY
from cairn.demo.world import YUAN, cny
from cairn.journal.entry import Draft
from cairn.journal.fact import Fact
from cairn.money.facts import (
    MoneyConfirmed,
    MoneyReceived,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    MovementReversed,
    PaymentEvidenced,
    SendingVoided,
)
from cairn.values import Theme, uuid7

DAYS: Final = 5 * 365
FIRST: Final = TODAY - timedelta(DAYS - 1)
IN_A_BATCH: Final = 4_000
EVIDENCE_EVERY: Final = 20
"""One piece of evidence after so many movements."""

NAMED, NAMED_WRONG = 0.30, 0.08
BACK_UP, UNCOVERED, REVERSED = 0.01, 0.003, 0.001
SHORT, VOIDED, NEVER = 0.04, 0.02, 0.04
DELIVERY: Final = both("Delivery note and invoice", "送货单与发票")


def tale(movements: int, *, seed: int = SEED) -> Tale:
    """A programme of so many movements over five years."""
    tree = Tree.for_movements(movements)
    first = next(_Telling(tree, movements, seed).drafts()).id
    facts = len(list(founding_facts(tree))) + movements + movements // EVIDENCE_EVERY
    programme = f"large-{movements}" + ("" if seed == SEED else f"-{seed}")
    return Tale(programme, facts, first, lambda: _Telling(tree, movements, seed).batches())


@dataclass(slots=True)
class _Account:
    """An account's balance and the grants whose money last came to it."""

    name: str
    post: str
    balance: int = 0
    grants: list[str] = field(default_factory=list)

    def take_in(self, amount: int, grant: str) -> None:
        self.balance += amount
        if grant not in self.grants:
            self.grants = [*self.grants[-5:], grant]


@dataclass(order=True, slots=True)
class _OnItsWay:
    """A sending that will be answered on a day: confirmed with `amount`, or voided where 0."""

    day: int
    number: int
    movement: str = field(compare=False)
    source: int = field(compare=False)
    target: int = field(compare=False)
    amount: int = field(compare=False)
    left: int = field(compare=False)
    grant: str = field(compare=False)


class _Telling:
    """One run through the five years."""

    def __init__(self, tree: Tree, movements: int, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311 - must come out the same; no secret
        self.tree = tree
        self.movements = movements
        self.accounts = [_Account(name, f"accountant.{name}") for name in tree.accounts]
        self.on_their_way: list[_OnItsWay] = []
        self.numbers = count()
        self.day = 0
        self.midnight = 0
        self.last_payment = ""
        self.to_reverse: list[tuple[int, str, str]] = []

    def batches(self) -> Iterator[Batch]:
        """Everything, some thousand drafts at a time; a batch is recorded on its last day."""
        drafts = []
        for draft in self.drafts():
            drafts.append(draft)
            if len(drafts) == IN_A_BATCH:
                yield Batch(self._evening(), drafts)
                drafts = []
        if drafts:
            yield Batch(self._evening(), drafts)

    def drafts(self) -> Iterator[Draft]:
        self._turn_to(0)
        for post, fact in founding_facts(self.tree):
            yield self._draft(fact, post)
        for told in range(self.movements):
            day = told * DAYS // self.movements
            if day != self.day:
                self._turn_to(day)
            late = told + 1 == EVIDENCE_EVERY and not self.last_payment
            yield self._spend(self._richest()) if late else self._movement()
            if (told + 1) % EVIDENCE_EVERY == 0:
                yield self._evidence()

    def _may_reverse(self, day: int, movement: str, _post: str) -> bool:
        """Not while evidence may still be attached to it."""
        return day <= self.day and movement != self.last_payment

    def _richest(self) -> int:
        return max(range(len(self.accounts)), key=lambda index: self.accounts[index].balance)

    def _turn_to(self, day: int) -> None:
        self.day = day
        self.on = FIRST + timedelta(day)
        self.midnight = int(self._evening().timestamp() - EVENING * 3600) * 1000

    def _evening(self) -> datetime:
        return datetime(self.on.year, self.on.month, self.on.day, EVENING, tzinfo=UTC)

    def _draft(self, fact: Fact, post: str) -> Draft:
        milliseconds = self.midnight + int(self.rng.random() * EVENING * 3_600_000)
        return Draft(uuid7(milliseconds, self.rng.getrandbits(74)), self.on, post, fact)

    def _movement(self) -> Draft:
        """The next movement: what is due to arrive, else something new."""
        if self.on_their_way and self.on_their_way[0].day <= self.day:
            return self._answer(heapq.heappop(self.on_their_way))
        if self.to_reverse and self._may_reverse(*self.to_reverse[0]):
            _day, movement, post = self.to_reverse.pop(0)
            return self._draft(MovementReversed(movement=movement, reason="Entered twice"), post)
        chance = self.rng.random()
        for index in self._somewhere():
            account = self.accounts[index]
            if account.balance < 500 * YUAN:
                continue
            level = self.tree.level[index]
            if level and chance < BACK_UP * 2:  # of new movements: those of the offices cannot
                return self._return(index)
            if level == 2 or chance > 0.93:
                return self._spend(index)
            return self._send(index)
        return self._receive()

    def _somewhere(self) -> Iterator[int]:
        """Accounts to look at until one has money: mostly villages."""
        for _attempt in range(3):
            yield self.tree.random_at(2 if self.rng.random() < 0.66 else 1, self.rng)
        yield self.tree.random_at(0, self.rng)

    def _receive(self) -> Draft:
        index = self.tree.random_at(0, self.rng)
        account = self.accounts[index]
        grant = self.tree.grants[int(self.rng.random() ** 1.5 * len(self.tree.grants))]
        amount = self._size(3_000_000)
        account.take_in(amount, grant)
        fact = MoneyReceived(grant=grant, account=account.name, amount=cny(amount))
        return self._draft(fact, account.post)

    def _size(self, yuan: int) -> int:
        return int(yuan * self.rng.lognormvariate(0, 0.9)) * YUAN + YUAN

    def _part_of(self, balance: int, most: float) -> int:
        part = int(balance * self.rng.uniform(0.05, most))
        return max(YUAN, part // YUAN * YUAN)

    def _grant(self, account: _Account) -> tuple[str, str | None]:
        """Whose money it probably is, and whose a payment says it is."""
        grant = account.grants[int(self.rng.random() * len(account.grants))]
        if self.rng.random() >= NAMED:
            return grant, None
        wrong = self.rng.random() < NAMED_WRONG
        return grant, self.rng.choice(self.tree.grants) if wrong else grant

    def _send(self, index: int) -> Draft:
        account, target = self.accounts[index], self.tree.below(index, self.rng)
        amount = self._part_of(account.balance, 0.4)
        grant, named = self._grant(account)
        account.balance -= amount
        into = self.accounts[target].name
        fact = MoneySent(source=account.name, target=into, amount=cny(amount), grant=named)
        draft = self._draft(fact, account.post)
        self._travel(str(draft.id), index, target, amount, named or grant)
        return draft

    def _travel(self, movement: str, source: int, target: int, amount: int, grant: str) -> None:
        fate, arrives = self.rng.random(), amount
        if fate < NEVER:
            return
        if fate < NEVER + VOIDED:
            arrives = 0
        elif fate < NEVER + VOIDED + SHORT:
            arrives = max(1, int(amount * self.rng.uniform(0.5, 0.99)))
        day = self.day + 1 + int(self.rng.expovariate(0.2))
        number = next(self.numbers)
        way = _OnItsWay(day, number, movement, source, target, arrives, amount - arrives, grant)
        heapq.heappush(self.on_their_way, way)

    def _answer(self, way: _OnItsWay) -> Draft:
        target = self.accounts[way.target]
        if not way.amount:
            source = self.accounts[way.source]
            source.take_in(way.left, way.grant)
            fact = SendingVoided(movement=way.movement, reason="Refused by the bank")
            return self._draft(fact, source.post)
        target.take_in(way.amount, way.grant)
        if way.left and self.rng.random() < 1 / 3:
            later = way.day + 20
            number = next(self.numbers)
            ends = (way.movement, way.source, way.target, way.left, 0, way.grant)
            heapq.heappush(self.on_their_way, _OnItsWay(later, number, *ends))
        confirmed = MoneyConfirmed(movement=way.movement, amount=cny(way.amount))
        return self._draft(confirmed, target.post)

    def _return(self, index: int) -> Draft:
        account, above = self.accounts[index], self.accounts[self.tree.above[index]]
        amount = self._part_of(account.balance, 0.3)
        grant, named = self._grant(account)
        account.balance -= amount
        above.take_in(amount, grant)
        fact = MoneyReturned(
            source=account.name,
            target=above.name,
            amount=cny(amount),
            grant=named,
            reason="Cheaper than planned",
        )
        return self._draft(fact, above.post)

    def _spend(self, index: int) -> Draft:
        account = self.accounts[index]
        amount = self._part_of(account.balance, 0.5)
        _grant, named = self._grant(account)
        if self.rng.random() < UNCOVERED * 3:  # of spends: more than stands there
            amount += account.balance
        account.balance = max(0, account.balance - amount)
        fact = MoneySpent(
            account=account.name,
            project=self.tree.project_of(index, self.rng),
            amount=cny(amount),
            grant=named,
            voucher=f"记-{int(self.rng.random() * 10_000):04}",
        )
        draft = self._draft(fact, account.post)
        self.last_payment = str(draft.id)
        if self.rng.random() < REVERSED * 3:
            self.to_reverse.append((self.day + 9, self.last_payment, account.post))
        return draft

    def _evidence(self) -> Draft:
        shown = file_of(DELIVERY, Theme.OTHER)
        fact = PaymentEvidenced(movement=self.last_payment, sha256=shown, caption=DELIVERY)
        return self._draft(fact, "programme-office")
