"""What an accountant keeps: the cash book, the reconciliation with the bank, budgets beside what was spent.

Of the same public facts as the pages beside them, made to be printed and taken along as a workbook.
They are no part of the published files, which hold every line of them in the accounts' own tables.
"""

import re
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.following.answers import Page
from cairn.following.books import (
    BudgetRow,
    CashBook,
    CashRow,
    budget_of_grant,
    budget_of_project,
)
from cairn.following.queries.stretches import Start
from cairn.web.csv_out import all_of
from cairn.web.public import asks, filters, reads
from cairn.web.public.book_columns import (
    CASH_BOOK,
    OF_GRANTS,
    OF_PROJECTS,
    RECONCILIATION,
    TOTALS,
)
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.reader import Reader, reader
from cairn.web.tables import Table

LINES = 500
"""Rows of a cash book on one page; its workbook has them all."""

SIZE = 50


@page
def cash_book(request: HttpRequest, programme: str, account: str) -> Shown:
    """An account's cash book: of a month or a year, or from one day to another."""
    months = asks.cash_months(programme=programme, account=account)
    today = reads.today_in(programme)
    latest = _("the latest month")
    periods = _periods(months)
    period = filters.choice(request, "period", _("Month or year"), periods, unless=latest)
    since, since_day = filters.day(request, "since", _("From the day"))
    until, until_day = filters.day(request, "until", _("Until the day"))
    first, last = _asked(period.value, months, today)
    if since_day or until_day:
        first, last = since_day or date.min, until_day or max(today, last)
    asked: dict[str, Any] = {
        "programme": programme,
        "account": account,
        "since": first,
        "until": max(first, last),
    }
    found = asks.cash_book(**asked, start=filters.start(request), size=LINES)
    words = reader()
    named = words.name(found.row.account)
    said = _said_period(found, words)
    base = links(programme).base
    return Shown(
        "public/cash_book.html",
        _("Cash book of {account}").format(account=named),
        programme=found.programme,
        as_of=found.as_of,
        tables=(_book(found, asked),),
        filters=(period, since, until),
        above=((_("Accounts"), f"{base}accounts/"), (named, "../")),
        section="accounts",
        heads=(named, said, *_checkpoint(programme)),
        more={"found": found, "period": said},
    )


def _periods(months: tuple[date, ...]) -> list[tuple[str, str]]:
    """The years and months of which there is something in the book, the latest first."""
    found: list[tuple[str, str]] = []
    for month in months:
        if (f"{month:%Y}", f"{month:%Y}") not in found:
            found.append((f"{month:%Y}", f"{month:%Y}"))
        found.append((f"{month:%Y-%m}", f"\N{EM SPACE}{month:%Y-%m}"))
    return found


def _asked(value: str, months: tuple[date, ...], today: date) -> tuple[date, date]:
    """The first and the last day of the month or year that is asked for; else of the latest month."""
    match = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", value, re.ASCII)
    if match and int(match[1]):
        year, month = int(match[1]), match[2]
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        first = date(year, int(month), 1)
    else:
        first = months[0] if months else today.replace(day=1)
    if (first.year, first.month) == (date.max.year, 12):
        return first, date.max
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _said_period(found: CashBook, words: Reader) -> str:
    since = max(found.since, found.opened_on) if found.since == date.min else found.since
    return _("{since} to {until}").format(since=words.day(since), until=words.day(found.until))


def _checkpoint(programme: str) -> tuple[str, ...]:
    """The programme's newest checkpoint, to be held to later by whoever has the paper."""
    newest = reads.vouched(programme)
    if newest.checkpoint is None:
        return ()
    said = _("Checkpoint of the public log: {size} facts, root {root}…")
    return (said.format(size=newest.checkpoint.size, root=newest.short_root),)


def _book(found: CashBook, asked: dict[str, Any]) -> Table[CashRow]:
    def rows(*, start: int, size: int) -> tuple[tuple[CashRow, ...], Page]:
        answer = asks.cash_book(**asked, start=start, size=size)
        return answer.rows, answer.page

    return Table(
        id="cash-book",
        caption=_("Cash book"),
        columns=CASH_BOOK,
        rows=found.rows,
        whole=lambda: all_of(rows),
        page=found.page,
        currency=found.row.currency,
        empty=_("No movement matches."),
        row_class=lambda row: row.row,
    )


@page
def reconciliation(request: HttpRequest, programme: str, account: str) -> Shown:
    """Book and bank on a day, and each line that explains the difference."""
    days = asks.reconciliation(programme=programme, account=account).days
    words = reader()
    day = filters.choice(
        request,
        "day",
        _("Day"),
        [(one.isoformat(), words.day(one)) for one in days],
        unless=_("the latest day"),
    )
    wanted = next((one for one in days if one.isoformat() == day.value), None)
    found = asks.reconciliation(programme=programme, account=account, until=wanted)
    named = words.name(found.row.account)
    base = links(programme).base
    currency = found.row.currency
    tables: tuple[Table[Any], ...] = (
        Table(
            id="reconciliation",
            caption=_("Reconciliation"),
            columns=RECONCILIATION,
            rows=found.rows,
            currency=currency,
            empty=_("The bank's balance has not been stated for any day."),
            row_class=lambda row: "total" if row.why in TOTALS else "",
        ),
        Table(
            id="candidates",
            caption=_("What might explain a difference"),
            columns=RECONCILIATION,
            rows=found.candidates,
            currency=currency,
            empty=_("Nothing was on its way on that day that is not named above."),
        ),
    )
    said = words.day(found.until) if found.until else ""
    return Shown(
        "public/reconciliation.html",
        _("Reconciliation of {account}").format(account=named),
        programme=found.programme,
        as_of=found.as_of,
        tables=tables,
        filters=(day,) if days else (),
        above=((_("Accounts"), f"{base}accounts/"), (named, "../")),
        section="accounts",
        heads=tuple(filter(None, (named, said, *_checkpoint(programme)))),
        more={"found": found},
    )


@page
def budgets(request: HttpRequest, programme: str) -> Shown:
    """What each project may cost and each grant is worth, beside what was spent; by place."""
    named, as_of = reads.programme_and_position(programme)
    place = filters.choice(request, "place", _("Place"), reads.places(programme, reader()))
    asked: dict[str, Any] = {
        "programme": programme,
        "today": reads.today_in(programme),
        "place": place.value or None,
    }

    def rows(*, start: Start, size: int) -> tuple[tuple[BudgetRow, ...], Page]:
        found, stretch = asks.projects(**asked, start=start, size=size)
        return tuple(budget_of_project(row) for row in found), stretch

    projects, stretch = rows(start=filters.beside(request), size=SIZE)
    grants = [
        budget_of_grant(row)
        for row in reads.sponsored_first(asks.grants(programme=programme))
        if row.sponsor.id
    ]
    return Shown(
        "public/budgets.html",
        _("Budget and actual"),
        programme=named,
        as_of=as_of,
        tables=(
            Table(
                id="projects",
                caption=_("Projects: budget and actual"),
                columns=OF_PROJECTS,
                rows=projects,
                whole=lambda: all_of(rows),
                page=stretch,
                empty=_("No project matches."),
                row_class=_over,
            ),
            Table(
                id="grants",
                caption=_("Grants: pledged and spent"),
                columns=OF_GRANTS,
                rows=grants,
                empty=_("No grant has been pledged yet."),
                row_class=_over,
            ),
        ),
        filters=(place,),
        section="projects",
        heads=(_("Budget and actual"), *_checkpoint(programme)),
    )


def _over(row: BudgetRow) -> str:
    return "over" if row.over else ""
