"""The cash book of an account, as it was booked: see following/booked.py."""

from collections import Counter
from datetime import date, timedelta

import numpy as np

from cairn.following.booked import Booked, booked
from cairn.following.books import CashBook, CashRow
from cairn.following.columns import Ints
from cairn.following.kept import kept_with_first
from cairn.following.queries.account import other_end
from cairn.following.queries.lists import account_row
from cairn.following.queries.reading import Reading, page, read, some
from cairn.money.models import Account, Movement
from cairn.trace.policy import Kind
from cairn.values import UnknownThingError

OPENING, LINE, MONTH, YEAR, CLOSING = "opening", "line", "month", "year", "closing"

NO_VOUCHER_NEEDED = frozenset({"money.opening-balance-stated"})
"""What is booked without a voucher of the office's own."""


def cash_book(
    *, programme: str, account: str, since: date, until: date, start: int = 0, size: int = 200
) -> CashBook:
    """An account's book from `since` to `until`, both included: rows from `start`, `size` of them.

    After the lines of each month stand its totals, counted from its first day, and those of the year
    so far. Raises UnknownThingError.
    """
    reading, row = account_of(programme, account)
    lines = booked(reading.snapshot, row.id, row.currency)
    first, last = np.searchsorted(lines.day, [since.toordinal(), until.toordinal() + 1]).tolist()
    before = np.concatenate([[0], np.cumsum(lines.effect)])
    plan = _plan(lines, first, last)
    into, out = _sides(lines, slice(first, last))
    return CashBook(
        programme=reading.programme,
        as_of=reading.as_of,
        row=account_row(reading, row),
        opened_on=row.opened_on,
        closed_until=row.closed_until,
        since=since,
        until=until,
        opening=int(before[first]),
        came_in=into,
        went_out=out,
        closing=int(before[last]),
        rows=_rows(reading, row, lines, plan[start : start + size], (since, until)),
        page=page(start, size, len(plan)),
    )


def account_of(programme: str, account: str) -> tuple[Reading, Account]:
    """An account, in a reading of its programme. Raises UnknownThingError."""
    reading = read(programme)
    row = Account.objects.filter(programme=programme, id=account).first()
    if row is None:
        raise UnknownThingError(f"There is no account ‘{account}’ in this programme.")
    return reading, row


def _plan(lines: Booked, first: int, last: int) -> list[tuple[str, int]]:
    """The rows of the book: (what it is, the line that it is or that it comes before)."""
    plan = [(OPENING, first)]
    months = _month_of(lines.day[first:last])
    turns: list[int] = (np.flatnonzero(np.diff(months)) + 1 + first).tolist()
    start = first
    for end in [*turns, *([last] if last > first else [])]:
        plan += [(LINE, line) for line in range(start, end)]
        plan += [(MONTH, end), (YEAR, end)]
        start = end
    return [*plan, (CLOSING, last)]


def _month_of(days: Ints) -> Ints:
    """A number for the month of each day."""
    from_epoch = days - date(1970, 1, 1).toordinal()
    return from_epoch.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _sides(lines: Booked, these: slice) -> tuple[int, int]:
    """What came in and what went out in some lines."""
    effect, into = lines.effect[these], lines.into[these]
    return int(effect[into].sum()), -int(effect[~into].sum())


def _rows(
    reading: Reading,
    row: Account,
    lines: Booked,
    plan: list[tuple[str, int]],
    period: tuple[date, date],
) -> tuple[CashRow, ...]:
    balances = np.concatenate([[0], np.cumsum(lines.effect)])
    told = _told(reading, row, lines, [at for what, at in plan if what == LINE], balances)
    found = []
    for what, at in plan:
        if what == LINE:
            found.append(told[at])
        elif what in {OPENING, CLOSING}:
            day = period[what == CLOSING]
            found.append(CashRow(what, day, 0, 0, int(balances[at])))
        else:
            day = date.fromordinal(int(lines.day[at - 1]))
            begins = day.replace(day=1) if what == MONTH else day.replace(month=1, day=1)
            since = int(np.searchsorted(lines.day, begins.toordinal()))
            found.append(CashRow(what, day, *_sides(lines, slice(since, at)), int(balances[at])))
    return tuple(found)


def _told(
    reading: Reading, account: Account, lines: Booked, wanted: list[int], balances: Ints
) -> dict[int, CashRow]:
    """Lines, by their place in the book, in words and names."""
    known = movements_of(
        reading, [m for at in wanted for m in (lines.movement[at], lines.subject[at])]
    )
    columns = reading.snapshot.columns
    ends = [known[columns.id[lines.subject[at]].decode()] for at in wanted]
    projects = reading.projects(row.target for row in ends if row.kind == Kind.SPEND)
    found = {}
    for at in wanted:
        row = known[columns.id[lines.movement[at]].decode()]
        subject = known[columns.id[lines.subject[at]].decode()]
        effect, into = int(lines.effect[at]), bool(lines.into[at])
        grant = subject.grant or (known[subject.of].grant if subject.of else "")
        vouchers = _vouchers(reading, account.id, account.currency, row.happened_on.replace(day=1))
        found[at] = CashRow(
            row=LINE,
            happened_on=row.happened_on,
            came_in=effect if into else 0,
            went_out=0 if into else -effect,
            balance=int(balances[at + 1]),
            what=row.fact,
            undoes=subject.fact if subject.id != row.id else "",
            account=reading.account(account.id),
            other=other_end(reading, subject, known, projects, into=into),
            other_is=other_is(subject),
            grant=reading.grant(grant) if grant and not grant.startswith("~") else None,
            note=row.note,
            voucher=row.voucher,
            voucher_is=_voucher_is(row, vouchers),
            movement=row.id,
            position=row.position,
        )
    return found


def movements_of(reading: Reading, movements: list[int]) -> dict[str, Movement]:
    """Movements by id, with those that they are about."""
    ids = {reading.snapshot.columns.id[movement].decode() for movement in movements}
    known = {row.id: row for row in some(Movement, reading.id, ids)}
    missing = {row.of for row in known.values() if row.of} - known.keys()
    return known | {row.id: row for row in some(Movement, reading.id, missing)}


def other_is(row: Movement) -> str:
    """What stands at the other end of a movement: a project, a sponsor, an account, or nothing."""
    if row.kind == Kind.SPEND:
        return "" if row.target.startswith("~") else "project"
    if row.kind == Kind.RECEIVE:
        return "" if row.source.startswith("~") else "sponsor"
    return "account"


def _voucher_is(row: Movement, vouchers: Counter[str]) -> str:
    if not row.voucher:
        return "" if row.fact in NO_VOUCHER_NEEDED else "missing"
    return "twice" if vouchers[row.voucher] > 1 else ""


@kept_with_first(64)
def _vouchers(reading: Reading, account: str, currency: str, month: date) -> Counter[str]:
    """How many facts of a month each voucher of an account stands for.

    Kept for the next stretch of the same book: a large one is written a few thousand rows at a time.
    """
    lines = booked(reading.snapshot, account, currency)
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    these = slice(*np.searchsorted(lines.day, [month.toordinal(), after.toordinal()]).tolist())
    rows = np.unique(lines.movement[these])
    ids = [id_.decode() for id_ in reading.snapshot.columns.id[rows]]
    return Counter(row.voucher for row in some(Movement, reading.id, ids) if row.voucher)


def cash_months(*, programme: str, account: str) -> tuple[date, ...]:
    """The first days of the months in which an account has a line, the latest first.

    Raises UnknownThingError.
    """
    reading, row = account_of(programme, account)
    days = booked(reading.snapshot, row.id, row.currency).day
    months = np.unique(_month_of(days))[::-1]
    return tuple(date(1970 + int(month) // 12, int(month) % 12 + 1, 1) for month in months)
