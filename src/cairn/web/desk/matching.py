"""A bank statement's lines beside what is on record: which are there, and what the others may be.

Proposes and never decides: a person ticks each line that is to be recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse

from cairn.catalog import journal
from cairn.exchange.statements.lines import FEE, INTEREST, StatementLine
from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Rows
from cairn.money.facts import (
    BankFeeCharged,
    InterestReceived,
    MoneyConfirmed,
    MoneyReceived,
    MoneySpent,
)
from cairn.money.models import Movement
from cairn.people.reach import kept_apart
from cairn.people.scope import column
from cairn.people.seats import Seat
from cairn.trace.policy import Kind
from cairn.values import Money, to_decimal
from cairn.web.desk.naming import called, load_named
from cairn.web.reader import Reader

WINDOW = timedelta(days=5)
"""How far the bank's day may lie from the recorded one."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line, and what stands on record for it; or the fact it may be, or a form to fill in."""

    line: StatementLine
    there: str = ""
    """The movement on record that it is."""
    fact: Fact | None = None
    """Which fact it may be, to be ticked."""
    form: str = ""


class Matcher:
    """Holds the lines of one account's statement against the record."""

    def __init__(self, seat: Seat, account: ReadModel, asks: Reader) -> None:
        self.seat, self.account, self.asks = seat, account, asks
        self.rows = Rows(seat.programme, journal.tables)
        self.currency = str(column(account, "currency"))

    def proposals(self, lines: Sequence[StatementLine]) -> list[Proposal]:
        """One for each line, in order. A movement on record stands for one line only."""
        recorded, waiting = self._recorded(lines), self._waiting()
        load_named([*recorded, *waiting], self.rows)
        found = []
        for line in lines:
            there = _nearest(line, recorded, self.account.id)
            if there:
                recorded.remove(there)
                found.append(Proposal(line, there=called(there, self.rows, self.asks)))
            else:
                found.append(self._proposed(line, waiting))
        return found

    def _recorded(self, lines: Sequence[StatementLine]) -> list[Movement]:
        if not lines:
            return []
        days = [line.on for line in lines]
        movements = Movement.objects.filter(programme=self.seat.programme)
        sends = movements.filter(kind=Kind.SEND, target=self.account.id).values("id")
        about = (
            Q(source=self.account.id)
            | Q(target=self.account.id, kind__in=(Kind.RECEIVE, Kind.MOVE))
            | Q(kind=Kind.CONFIRM, of__in=sends)
        )
        when = (min(days) - WINDOW, max(days) + WINDOW)
        found = movements.filter(about, reversed_by="", happened_on__range=when, amount_minor__gt=0)
        return list(found.order_by("happened_on", "position"))

    def _waiting(self) -> list[Movement]:
        """What is in transit to this account and this seat may confirm."""
        if not self.seat.scope(MoneyConfirmed.kind):
            return []
        movements = Movement.objects.filter(
            programme=self.seat.programme,
            kind=Kind.SEND,
            target=self.account.id,
            reversed_by="",
            voided_by="",
            confirmed_minor__lt=F("amount_minor"),
        )
        found = list(movements.order_by("position"))
        apart = kept_apart(self.seat, MoneyConfirmed, "movement", found, journal=journal)
        return [row for row in found if row.id not in apart]

    def _proposed(self, line: StatementLine, waiting: list[Movement]) -> Proposal:
        amount = Money(minor=abs(line.minor), currency=self.currency)
        account = self.account.id
        fact: Fact | None = None
        if line.minor < 0 and FEE.search(line.text):
            fact = BankFeeCharged(account=account, amount=amount)
        elif line.minor > 0 and INTEREST.search(line.text):
            fact = InterestReceived(account=account, amount=amount)
        elif line.minor > 0:
            arrived = [row for row in waiting if _left(row) == line.minor and _sent_by(row, line)]
            if len(arrived) == 1:  # of two that it could be, a person must say which
                waiting.remove(arrived[0])
                fact = MoneyConfirmed(movement=arrived[0].id, amount=amount)
        if fact and self.seat.scope(fact.kind):
            return Proposal(line, fact=fact, form=self._form(type(fact), line))
        kind = MoneyReceived if line.minor > 0 else MoneySpent
        return Proposal(line, form=self._form(kind, line) if self.seat.scope(kind.kind) else "")

    def _form(self, kind: type[Fact], line: StatementLine) -> str:
        """The kind's own form, with what the line says filled in."""
        filled = {
            "account": self.account.id,
            "amount": to_decimal(abs(line.minor), self.currency),
            "amount_currency": self.currency,
            "happened_on": line.on.isoformat(),
        }
        known = {"amount_currency", "happened_on", *kind.model_fields}
        chosen = {name: said for name, said in filled.items() if name in known}
        return f"{reverse('desk:record', args=[kind.kind])}?{urlencode(chosen)}"


def _nearest(line: StatementLine, recorded: Iterable[Movement], account: str) -> Movement | None:
    same = [
        row
        for row in recorded
        if _signed(row, account) == line.minor and abs(_day(row) - line.on) <= WINDOW
    ]
    return min(same, key=lambda row: abs(_day(row) - line.on), default=None)


def _signed(row: ReadModel, account: str) -> int:
    """What a movement did to an account: more is above zero."""
    minor = int(column(row, "amount_minor"))
    if column(row, "kind") == Kind.CONFIRM:
        return minor
    return -minor if column(row, "source") == account else minor


def _day(row: ReadModel) -> date:
    day: date = column(row, "happened_on")
    return day


def _left(row: ReadModel) -> int:
    return int(column(row, "amount_minor")) - int(column(row, "confirmed_minor"))


def _sent_by(row: ReadModel, line: StatementLine) -> bool:
    return _day(row) <= line.on
