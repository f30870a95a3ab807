"""What a bank stated of an account beside its book: exact, line by line, and what stays unexplained."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cairn.following.booked import Booked, booked
from cairn.following.books import Difference, Reconciliation
from cairn.following.columns import Ints
from cairn.following.queries.account import other_end
from cairn.following.queries.cash_book import account_of, movements_of, other_is
from cairn.following.queries.lists import account_row
from cairn.following.queries.reading import Reading, some
from cairn.money.models import Account, BankBalance, Movement
from cairn.trace.policy import Kind

CANDIDATES = 200
"""Movements offered as an explanation, the latest."""


def reconciliation(*, programme: str, account: str, until: date | None = None) -> Reconciliation:
    """The account on the latest day of which its bank stated the balance up to `until`.

    Where it stated none, `until` of the answer is None and nothing is compared. Raises
    UnknownThingError.
    """
    reading, row = account_of(programme, account)
    stated = _stated(reading, row)
    day = max((day for day in stated if until is None or day <= until), default=None)
    found = _found(reading, row, stated[day]) if day else _Found(0, 0, (), ())
    return Reconciliation(
        programme=reading.programme,
        as_of=reading.as_of,
        row=account_row(reading, row),
        days=tuple(sorted(stated, reverse=True)),
        until=day,
        stated_on=stated[day].stated_on if day else None,
        book=found.book,
        bank=stated[day].balance_minor if day else 0,
        unexplained=found.unexplained,
        rows=found.rows,
        candidates=found.candidates,
    )


def _stated(reading: Reading, account: Account) -> dict[date, BankBalance]:
    """What the bank stated last of each day."""
    rows = BankBalance.objects.filter(
        programme=reading.id, account=account.id, position__lte=reading.snapshot.position
    )
    return {row.until: row for row in rows.order_by("position")}


@dataclass(frozen=True, slots=True)
class _Found:
    book: int
    unexplained: int
    rows: tuple[Difference, ...]
    candidates: tuple[Difference, ...]


def _found(reading: Reading, account: Account, stated: BankBalance) -> _Found:
    lines = booked(reading.snapshot, account.id, account.currency)
    dated = lines.day <= stated.until.toordinal()
    later = dated & (reading.snapshot.columns.position[lines.movement] > stated.position)
    book, then = int(lines.effect[dated].sum()), int(lines.effect[dated & ~later].sum())
    late = _differences(
        reading,
        "recorded later",
        [
            (int(lines.movement[at]), int(lines.subject[at]), int(lines.effect[at]))
            for at in np.flatnonzero(later)
        ],
    )
    named = _named(reading, account, stated, lines, dated)
    unexplained = stated.balance_minor - book - sum(one.amount for one in named)
    rows = [
        Difference("book then", then, stated.until),
        *late,
        Difference("book", book, stated.until),
        *named,
        *([Difference("unexplained", unexplained)] if unexplained else []),
        Difference("bank", stated.balance_minor, stated.until),
    ]
    waiting = _on_its_way(reading, account, stated)
    return _Found(book, unexplained, tuple(rows), _differences(reading, "on its way", waiting))


def _named(
    reading: Reading,
    account: Account,
    stated: BankBalance,
    lines: Booked,
    dated: NDArray[np.bool_],
) -> tuple[Difference, ...]:
    """The movements on which bank and book differ, as somebody said, in the order they said it."""
    known = {row.id: row for row in some(Movement, reading.id, set(stated.movements))}
    found: list[Difference] = []
    for id_ in dict.fromkeys(stated.movements):
        row = known[id_]
        legs = np.flatnonzero(reading.snapshot.columns.position == row.position)
        mine = np.isin(lines.subject, legs)
        if not mine.any():  # sent here, and confirmed later or never: the bank has it already
            arrived = np.isin(reading.snapshot.columns.of[lines.subject], legs) & dated
            why, amount = "at the bank", row.amount_minor - int(lines.effect[arrived].sum())
        elif row.happened_on <= stated.until:
            why, amount = "not at the bank", -int(lines.effect[mine & dated].sum())
        else:
            itself = mine & (lines.movement == lines.subject)
            why, amount = "at the bank", int(lines.effect[itself].sum())
        subject = int(lines.subject[mine][0]) if mine.any() else int(legs[0])
        found += _differences(reading, why, [(subject, subject, amount)], at=account.id)
    return tuple(found)


def _on_its_way(
    reading: Reading, account: Account, stated: BankBalance
) -> list[tuple[int, int, int]]:
    """What was in transit from or to an account on a day, and is not named: (movement, itself, left)."""
    columns, at = reading.snapshot.columns, reading.snapshot
    code = at.account_codes.get((account.id, account.currency), -1)
    by_then = (columns.day <= stated.until.toordinal()) & ~at.lists.reversed
    ends_here = (columns.source == code) | (columns.target == code)
    sent = np.flatnonzero((columns.kind == Kind.SEND) & by_then & ends_here & (code >= 0))
    answers = np.flatnonzero(np.isin(columns.kind, [Kind.CONFIRM, Kind.VOID]) & by_then)
    answers = answers[np.isin(columns.of[answers], sent)]
    left = _left(columns.amount[sent], sent, columns.of[answers], columns.amount[answers])
    left[np.isin(sent, columns.of[answers[columns.kind[answers] == Kind.VOID]])] = 0
    named = set(stated.movements)
    open_ = [
        (int(movement), int(movement), int(amount))
        for movement, amount in zip(sent, left, strict=True)
        if amount > 0 and columns.id[movement].decode() not in named
    ]
    return open_[::-1][:CANDIDATES]


def _left(amount: Ints, sent: Ints, of: Ints, answered: Ints) -> Ints:
    left = amount.copy()
    np.subtract.at(left, np.searchsorted(sent, of), answered)
    return left


def _differences(
    reading: Reading, why: str, lines: list[tuple[int, int, int]], *, at: str = ""
) -> tuple[Difference, ...]:
    """Lines, each a movement with that whose money it is and an amount, in words and names."""
    known = movements_of(
        reading, [m for movement, subject, _ in lines for m in (movement, subject)]
    )
    ids = reading.snapshot.columns.id
    subjects = [known[ids[subject].decode()] for _, subject, _ in lines]
    projects = reading.projects(row.target for row in subjects if row.kind == Kind.SPEND)
    found = []
    for (movement, _subject, amount), subject in zip(lines, subjects, strict=True):
        row = known[ids[movement].decode()]
        into = amount > 0 if not at else subject.target == at
        found.append(
            Difference(
                why=why,
                amount=amount,
                happened_on=row.happened_on,
                what=row.fact,
                other=other_end(reading, subject, known, projects, into=into),
                other_is=other_is(subject),
                voucher=row.voucher,
                movement=row.id,
            )
        )
    return tuple(found)
