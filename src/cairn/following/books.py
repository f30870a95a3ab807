"""What the accountant's pages are drawn from: frozen values, as in answers.py."""

from dataclasses import dataclass
from datetime import date

from cairn.following.answers import AccountRow, AsOf, GrantRow, Named, Page, ProjectRow


@dataclass(frozen=True, slots=True)
class CashRow:
    """A row of a cash book.

    `row` is "opening", "line", "month", "year" or "closing": the balance brought forward; a line; what
    came in and went out in the month and, so far, in the year; the balance carried forward.

    Of a line, `what` is the kind of fact that booked it and, where it reverses another, `undoes` that
    one's. `other` is the end at the other side, a thing of the kind `other_is`. `voucher_is` is
    "missing" or "twice" where somebody should look.
    """

    row: str
    happened_on: date
    came_in: int
    went_out: int
    balance: int
    what: str = ""
    undoes: str = ""
    account: Named | None = None
    other: Named | None = None
    other_is: str = ""
    grant: Named | None = None
    note: str = ""
    voucher: str = ""
    voucher_is: str = ""
    movement: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class CashBook:
    """An account's book from one day to another, and a stretch of its rows.

    `opening` and `closing` are the balances before the first day and after the last.
    """

    programme: Named
    as_of: AsOf
    row: AccountRow
    opened_on: date
    closed_until: date | None
    since: date
    until: date
    opening: int
    came_in: int
    went_out: int
    closing: int
    rows: tuple[CashRow, ...]
    page: Page


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a reconciliation.

    `why`: "book then" (the book's balance when the bank's was stated), "recorded later" (dated by
    that day), "book" (its balance now), "not at the bank", "at the bank", "unexplained", "bank".
    """

    why: str
    amount: int
    happened_on: date | None = None
    what: str = ""
    other: Named | None = None
    other_is: str = ""
    voucher: str = ""
    movement: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a bank stated of an account on a day, beside its book, and what explains the difference.

    The rows from "book then" to "unexplained" add up to "bank". `candidates` are counted nowhere:
    what was on its way from or to the account on that day, and nobody has named.
    """

    programme: Named
    as_of: AsOf
    row: AccountRow
    days: tuple[date, ...]
    until: date | None
    stated_on: date | None
    book: int
    bank: int
    unexplained: int
    rows: tuple[Difference, ...]
    candidates: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget, or a pledge, beside what was spent of it. `left` is None where there is no budget."""

    thing: Named
    beside: Named
    """A project's place; a grant's sponsor."""
    budget: int | None
    spent: int
    in_kind: int
    currency: str

    @property
    def left(self) -> int | None:
        """What may still be spent; below zero where it is over budget."""
        return None if self.budget is None else self.budget - self.spent

    @property
    def over(self) -> bool:
        """Whether more was spent than the budget allows."""
        return self.budget is not None and self.spent > self.budget


def budget_of_project(row: ProjectRow) -> BudgetRow:
    """A project's budget beside what was spent on it."""
    return BudgetRow(row.project, row.place, row.budget, row.spent, row.in_kind, row.currency)


def budget_of_grant(row: GrantRow) -> BudgetRow:
    """A grant's pledge beside what was spent of it."""
    return BudgetRow(row.grant, row.sponsor, row.pledged or None, row.spent, 0, row.currency)
