"""The columns of the accountant's tables: cash book, reconciliation, budgets beside what was spent.

Headings are those that offices write over such tables; hence the contexts of their translations.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cairn.following.books import BudgetRow, CashRow, Difference
from cairn.web.public.columns import Columns, the
from cairn.web.tables import (
    NOTHING,
    Amount,
    Coded,
    Column,
    Count,
    Day,
    InCell,
    Row,
    Setting,
    Thing,
    inert,
    isolated,
    linked,
    tag,
)
from cairn.web.words import HAPPENED, Words

ROWS: Words = {
    "opening": pgettext_lazy("cash book", "Opening balance"),
    "month": pgettext_lazy("cash book", "Total of the month"),
    "year": pgettext_lazy("cash book", "Total of the year so far"),
    "closing": pgettext_lazy("cash book", "Closing balance"),
}
"""The rows of a cash book that are no line of it."""

VOUCHERS: Words = {
    "missing": pgettext_lazy("voucher", "none"),
    "twice": pgettext_lazy("voucher", "twice this month"),
}

WHY: Words = {
    "book then": _("Balance of the book, when the bank's was stated"),
    "recorded later": _("recorded later, dated by that day"),
    "book": _("Balance of the book"),
    "not at the bank": _("in the book, not at the bank yet"),
    "at the bank": _("at the bank already, not in the book"),
    "unexplained": _("Unexplained difference"),
    "bank": _("Balance stated by the bank"),
    "on its way": _("sent, not confirmed by that day"),
}
"""What a line of a reconciliation is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked(Amount[Row]):
    """An amount in a book: below zero it is red, and `zero` is written out."""

    zero: bool = False

    def cell(self, row: Row, setting: Setting) -> SafeString:
        """In red where something is taken back."""
        minor: int | None = self.of(row)
        if minor is None or not (minor or self.zero):
            return NOTHING
        shown = setting.reader.amount(minor, setting.currency_of(row))
        return SafeString(f'<bdi class="red">{shown}</bdi>' if minor < 0 else f"<bdi>{shown}</bdi>")

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        """Nothing on the side where nothing was booked."""
        if not self.of(row) and not self.zero:
            return None
        return super(Booked, self).in_sheet(row, setting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher(Column[CashRow]):
    """The number of a voucher, and what is wrong with it."""

    def cell(self, row: CashRow, setting: Setting) -> SafeString:
        """With a mark where there is none, or where it is there twice."""
        del setting
        number = isolated(row.voucher)
        if not row.voucher_is:
            return number
        mark = tag(VOUCHERS[row.voucher_is], f"voucher-{row.voucher_is}")
        return format_html("{} {}", number, mark) if number else mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars(Column[CashRow]):
    """What a line was for, in words: what happened, the other end, the grant, a remark."""

    def csv(self, row: CashRow, setting: Setting) -> list[str]:
        """The same as in a workbook, inert."""
        return [inert(str(self.in_sheet(row, setting)))]

    def in_sheet(self, row: CashRow, setting: Setting) -> InCell:
        """In one line of text."""
        if row.row != "line":
            return str(ROWS[row.row])
        reader = setting.reader
        names = [reader.name(named) for named in (row.other, row.grant) if named and named.id]
        return " · ".join([_what(row), *names, *([row.note] if row.note else [])])

    def cell(self, row: CashRow, setting: Setting) -> SafeString:
        """With links to the other end and the grant."""
        if row.row != "line":
            return isolated(ROWS[row.row])
        found = [SafeString(escape(_what(row)))]
        if row.other and row.other.id:
            found.append(linked(row.other, row.other_is, setting))
        if row.grant:
            found.append(linked(row.grant, "grant", setting))
        if row.note:
            found.append(isolated(row.note))
        return SafeString(" · ".join(found))


def _what(row: CashRow) -> str:
    said = str(HAPPENED.get(row.what, row.what))
    if not row.undoes:
        return said
    template = gettext("{reversal} of: {what}")
    return template.format(reversal=said, what=HAPPENED.get(row.undoes, row.undoes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Column[BudgetRow]):
    """How much of a budget was spent, in per cent."""

    classes = "number"

    def csv(self, row: BudgetRow, setting: Setting) -> list[str]:
        """As a decimal, to four places."""
        del setting
        return [f"{row.spent / row.budget:.4f}" if row.budget else ""]

    def cell(self, row: BudgetRow, setting: Setting) -> SafeString:
        """In per cent."""
        return isolated(setting.reader.share(row.spent, row.budget or 0))

    def in_sheet(self, row: BudgetRow, setting: Setting) -> InCell:
        """As a number that is shown in per cent."""
        del setting
        return (
            (Decimal(row.spent) / Decimal(row.budget)).quantize(PER_MILLE) if row.budget else None
        )


PER_MILLE = Decimal("0.0001")


CASH_BOOK: Columns = (
    Day(
        id="happened_on",
        label=pgettext_lazy("cash book", "Date"),
        of=lambda row: row.happened_on if row.row == "line" else None,
    ),
    Voucher(id="voucher", label=pgettext_lazy("cash book", "Voucher no."), of=the("voucher")),
    Particulars(id="particulars", label=pgettext_lazy("cash book", "Particulars"), of=the("row")),
    Booked(id="came_in", label=pgettext_lazy("cash book", "In"), of=the("came_in")),
    Booked(id="went_out", label=pgettext_lazy("cash book", "Out"), of=the("went_out")),
    Booked(id="balance", label=pgettext_lazy("cash book", "Balance"), of=the("balance"), zero=True),
    Column(id="row", label=pgettext_lazy("cash book", "Row"), of=the("row"), csv_only=True),
    Coded(
        id="what",
        label=pgettext_lazy("cash book", "Kind"),
        of=the("what"),
        words=HAPPENED,
        csv_only=True,
    ),
    Thing(
        id="other",
        label=pgettext_lazy("cash book", "Other end"),
        of=the("other"),
        is_a=the("other_is"),
        csv_only=True,
    ),
    Thing(id="grant", label=_("Grant"), of=the("grant"), is_a="grant", csv_only=True),
    Thing(id="account", label=_("Account"), of=the("account"), is_a="account", csv_only=True),
    Coded(
        id="voucher_is",
        label=pgettext_lazy("cash book", "Voucher to look at"),
        of=the("voucher_is"),
        words=VOUCHERS,
        csv_only=True,
    ),
    Count(id="position", label=_("Position"), of=lambda row: row.position or None, csv_only=True),
    Column(id="movement", label=_("Movement"), of=the("movement"), csv_only=True),
)


def _difference(row: Difference) -> str:
    return "" if row.why in TOTALS else row.what


TOTALS = frozenset({"book then", "book", "bank", "unexplained"})

RECONCILIATION: Columns = (
    Coded(id="why", label=_("What"), of=the("why"), words=WHY),
    Day(id="happened_on", label=_("Date"), of=the("happened_on")),
    Coded(id="what", label=_("Movement"), of=_difference, words=HAPPENED),
    Thing(id="other", label=_("Other end"), of=the("other"), is_a=the("other_is")),
    Column(id="voucher", label=pgettext_lazy("cash book", "Voucher no."), of=the("voucher")),
    Booked(id="amount", label=_("Amount"), of=the("amount"), zero=True),
    Column(id="movement", label=_("Movement"), of=the("movement"), csv_only=True),
)

OVER: Coded[BudgetRow] = Coded(
    id="over",
    optional=True,
    label=_("Over budget"),
    of=lambda row: "over budget" if row.over else "",
    words={"over budget": _("over budget")},
    tag=True,
)


def budgets(thing: str, label: Promise, beside: Column[BudgetRow], budget: Promise) -> Columns:
    """The columns of a table of projects or of grants, each with its budget."""
    return (
        Thing(id=thing, label=label, of=the("thing"), is_a=thing),
        beside,
        Amount(id="budget", label=budget, of=the("budget")),
        Amount(id="spent", label=_("Spent"), of=the("spent")),
        Booked(id="left", label=pgettext_lazy("budget", "Left"), of=the("left"), zero=True),
        Share(id="share", label=pgettext_lazy("budget", "Spent, in per cent"), of=the("spent")),
        Amount(
            id="in_kind",
            optional=True,
            label=_("In kind"),
            of=the("in_kind"),
            means=_("What things given are worth: never added to money."),
        ),
        OVER,
    )


OF_PROJECTS = budgets(
    "project", _("Project"), Thing(id="place", label=_("Place"), of=the("beside"), is_a="place"),
    _("Budget"),
)  # fmt: skip
OF_GRANTS = budgets(
    "grant", _("Grant"), Thing(id="sponsor", label=_("Sponsor"), of=the("beside"), is_a="sponsor"),
    _("Pledged"),
)  # fmt: skip
