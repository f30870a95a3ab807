"""One thing followed: a grant, a project, a place, an account."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.following.answers import (
    AccountFollowed,
    GrantFollowed,
    Line,
    Page,
    Payment,
    PlaceFollowed,
    ProjectFollowed,
)
from cairn.following.queries.grant import LARGEST
from cairn.following.standing import Picture
from cairn.journal.past import programme_of
from cairn.values import UNEXPLAINED
from cairn.web.charts.picture import ON_PAGE, ON_PAPER, Format, picture_of
from cairn.web.csv_out import all_of, unless_all
from cairn.web.public import asks, columns, filters, reads
from cairn.web.public.links import links
from cairn.web.public.notices_told import told
from cairn.web.public.page import Shown, page, setting_of
from cairn.web.public.standing_tables import (
    Dated,
    files_shown,
    of_works,
    place_tables,
    project_tables,
)
from cairn.web.reader import reader
from cairn.web.tables import Table

SIZE = 50
"""Payments or lines of a statement on one page."""

MOST = 12
"""Rows of a table among others, until all of them are asked for."""

ON_REPORT = 8
"""Projects that a report of one page names."""


@page
def grant(request: HttpRequest, programme: str, grant: str) -> Shown:
    """Follow a grant from its pledge to each project."""
    return _grant(request, programme, grant, MOST)


@page
def report(request: HttpRequest, programme: str, grant: str) -> Shown:
    """The same for its sponsor, on one sheet of paper."""
    shown = _grant(request, programme, grant, ON_REPORT, ON_PAPER)
    return replace(shown, template="public/report.html")


def _grant(
    request: HttpRequest, programme: str, grant: str, most: int, format_: Format = ON_PAGE
) -> Shown:
    today = reads.today_in(programme)
    currency = request.GET.get("currency") or None
    asked: dict[str, Any] = {
        "programme": programme,
        "grant": grant,
        "today": today,
        "currency": currency,
    }
    found = asks.follow_grant(**asked, size=None if request.GET.get("all") else LARGEST)
    setting = setting_of(found.programme)
    base = links(programme).base
    return Shown(
        "public/grant.html",
        setting.reader.name(found.row.grant),
        programme=found.programme,
        as_of=found.as_of,
        tables=_grant_tables(found, most, asked),
        above=((_("Grants"), f"{base}grants/"),),
        section="grants",
        more={
            "found": found,
            "picture": picture_of(found, setting, format_),
            "unexplained": reads.unexplained_in(programme, found.row.currency)
            if grant == UNEXPLAINED
            else None,
            "folded": _folded(found, most),
            "today": today,
            "address": request.build_absolute_uri(f"{base}grants/{quote(grant)}/"),
        },
    )


def _folded(found: GrantFollowed, most: int) -> dict[str, int]:
    """What a report says in one line of the projects that it does not name."""
    named = found.shares[:most]
    return {
        "count": found.shares_count - len(named),
        "amount": found.row.spent - sum(share.amount for share in named),
    }


def _grant_tables(found: GrantFollowed, most: int, asked: dict[str, Any]) -> tuple[Table[Any], ...]:
    currency, grant = found.row.currency, found.row.grant.id

    def whole() -> GrantFollowed:
        return asks.follow_grant(**asked, size=None)

    every = {"programme": found.programme.id, "grant": grant}
    return (
        Table(
            id="projects",
            caption=_("What it paid for"),
            columns=columns.SHARES_BY_PROJECT,
            rows=found.shares,
            most=most,
            count=found.shares_count,
            whole=unless_all(found.shares, found.shares_count, lambda: whole().shares),
            empty=_("Nothing of it has been spent yet."),
        ),
        Table(
            id="exceptions",
            caption=_("Breaches, and what was off purpose"),
            columns=columns.EXCEPTIONS,
            rows=found.exceptions,
            most=most,
            count=found.exceptions_count,
            whole=unless_all(
                found.exceptions,
                found.exceptions_count,
                lambda: (
                    row for row in all_of(asks.exceptions, **every) if row.currency == currency
                ),
            ),
            more=f"{links(found.programme.id).base}exceptions/?grant={quote(grant)}",
            empty=_("No payment is a breach or off purpose."),
        ),
        Table(
            id="in_transit",
            caption=_("Movements in transit that carry some of it"),
            columns=columns.TRANSIT,
            rows=found.in_transit,
            most=most,
            count=found.in_transit_count,
            whole=unless_all(found.in_transit, found.in_transit_count, lambda: whole().in_transit),
            empty=_("None of it is in transit."),
        ),
        Table(
            id="standing",
            caption=_("Where it stands"),
            columns=columns.ACCOUNTS,
            rows=found.standing,
            most=most,
            count=found.standing_count,
            whole=unless_all(found.standing, found.standing_count, lambda: whole().standing),
            empty=_("None of it stands in an account."),
        ),
        Table(
            id="steps",
            caption=_("Each step of its way"),
            columns=columns.EDGES,
            rows=found.edges,
            most=most,
            count=found.edges_count,
            whole=unless_all(found.edges, found.edges_count, lambda: whole().edges),
            currency=currency,
            empty=_("None of it has moved yet."),
        ),
    )


@page
def project(request: HttpRequest, programme: str, project: str) -> Shown:
    """Who paid how much for a project, and with which payments."""
    asked: dict[str, Any] = {
        "programme": programme,
        "project": project,
        "today": reads.today_in(programme),
    }
    found = asks.follow_project(**asked, start=filters.start(request), size=SIZE)
    works = asks.project_works(**asked)
    base = links(programme).base
    return Shown(
        "public/project.html",
        reader().name(found.row.project),
        programme=found.programme,
        as_of=found.as_of,
        tables=(*project_tables(works), *_project_tables(found, asked)),
        above=((_("Projects"), f"{base}projects/"),),
        section="projects",
        more={
            "found": found,
            "works": works,
            **files_shown(programme_of(programme), of_works(works), _of_evidence(found)),
            "confirmed": asks.confirmed(programme=programme, thing="project", id_=project),
        },
    )


def _of_evidence(found: ProjectFollowed) -> list[Dated]:
    """What shows that its money bought what it was paid for."""
    return [
        (Picture(row.file, row.caption, row.is_kept, row.document_bytes), row.attached_on)
        for row in found.evidence
    ]


def _project_tables(found: ProjectFollowed, asked: dict[str, Any]) -> tuple[Table[Any], ...]:
    def payments(*, start: int, size: int) -> tuple[tuple[Payment, ...], Page]:
        answer = asks.follow_project(**asked, start=start, size=size, evidence=0)
        return answer.payments, answer.page

    return (
        Table(
            id="grants",
            caption=_("Which grants paid for it"),
            columns=columns.SHARES_BY_GRANT,
            rows=found.shares,
            most=MOST,
            empty=_("Nothing has been paid for it yet."),
        ),
        Table(
            id="payments",
            caption=_("Payments"),
            columns=columns.PAYMENTS,
            rows=found.payments,
            whole=unless_all(found.payments, found.page.total, lambda: all_of(payments)),
            page=found.page,
            empty=_("Nothing has been paid for it yet."),
            row_class=lambda row: "reversed" if row.reversed else "",
        ),
        Table(
            id="evidence",
            caption=_("Evidence"),
            columns=columns.EVIDENCE,
            rows=found.evidence,
            most=MOST,
            count=found.evidence_count,
            whole=unless_all(
                found.evidence,
                found.evidence_count,
                lambda: asks.follow_project(**asked, evidence=None).evidence,
            ),
            empty=_("No evidence has been attached to its payments yet."),
        ),
        Table(
            id="gifts",
            caption=_("Given in kind"),
            columns=columns.GIFTS,
            rows=found.gifts,
            empty=_("Nothing was given in kind."),
        ),
    )


@page
def place(request: HttpRequest, programme: str, place: str) -> Shown:
    """A place: what is within it, its projects, its money, its teams."""
    del request
    today = reads.today_in(programme)
    found = asks.follow_place(programme=programme, place=place, today=today)
    standing = place_tables(programme, place, today)
    read, base = reader(), links(programme)
    above = [(read.name(one), base("place", one.id)) for one in found.above]
    return Shown(
        "public/place.html",
        read.name(found.rows[0].place),
        programme=found.programme,
        as_of=found.as_of,
        tables=(*_place_tables(found, today), *standing),
        above=((_("Places"), f"{base.base}places/"), *above),
        section="places",
        more={
            "found": found,
            "changes": asks.place_changes(programme=programme, place=place),
            "notices": told(
                found.programme.id, asks.board(programme=programme, place=place, today=today)
            ),
            "has_map": bool(asks.on_map(programme=programme, place=place, today=today)),
        },
    )


def _place_tables(found: PlaceFollowed, today: date) -> tuple[Table[Any], ...]:
    programme, place = found.programme.id, found.rows[0].place.id
    inside = {"programme": programme, "place": place}
    base = links(programme).base
    return (
        Table(
            id="places",
            caption=_("Places within it"),
            columns=columns.PLACES,
            rows=found.within,
            most=MOST,
            row_class=lambda row: f"depth-{min(row.depth - found.rows[0].depth - 1, 3)}",
            empty=_("No place is within it."),
        ),
        Table(
            id="projects",
            caption=_("Projects"),
            columns=columns.PROJECTS,
            rows=found.projects,
            most=MOST,
            count=found.projects_count,
            more=f"{base}projects/?place={quote(place)}",
            whole=lambda: all_of(asks.projects, today=today, **inside),
            empty=_("No project has been proposed here yet."),
        ),
        Table(
            id="grants",
            caption=_("Which grants paid for them"),
            columns=columns.SHARES_BY_GRANT,
            rows=found.shares,
            most=MOST,
            empty=_("Nothing has been paid for them yet."),
        ),
        Table(
            id="accounts",
            caption=_("Accounts"),
            columns=columns.ACCOUNTS,
            rows=found.accounts,
            most=MOST,
            count=found.accounts_count,
            more=f"{base}accounts/?place={quote(place)}",
            whole=lambda: all_of(asks.accounts, **inside),
            empty=_("No account is held here."),
        ),
        Table(
            id="teams",
            caption=_("Teams"),
            columns=columns.TEAMS,
            rows=found.teams,
            most=MOST,
            empty=_("No team has been placed here yet."),
        ),
    )


@page
def account(request: HttpRequest, programme: str, account: str) -> Shown:
    """An account's statement: each movement with what it was made of, and the balance after it."""
    since, since_day = filters.day(request, "since", _("From the day"))
    until, until_day = filters.day(request, "until", _("Until the day"))
    grant = filters.choice(request, "grant", _("Grant"), reads.grants(programme, reader()))
    asked: dict[str, Any] = {
        "programme": programme,
        "account": account,
        "since": since_day,
        "until": until_day,
        "grant": grant.value or None,
    }
    found = asks.follow_account(**asked, start=filters.start(request), size=SIZE)
    return Shown(
        "public/account.html",
        reader().name(found.row.account),
        programme=found.programme,
        as_of=found.as_of,
        tables=_account_tables(found, asked),
        filters=(since, until, grant),
        above=((_("Accounts"), f"{links(programme).base}accounts/"),),
        section="accounts",
        more={"found": found},
    )


def _account_tables(found: AccountFollowed, asked: dict[str, Any]) -> tuple[Table[Any], ...]:
    def lines(*, start: int, size: int) -> tuple[tuple[Line, ...], Page]:
        answer = asks.follow_account(**asked, start=start, size=size)
        return answer.lines, answer.page

    return (
        Table(
            id="standing",
            caption=_("What stands here"),
            columns=columns.STANDING_BY_GRANT,
            rows=found.standing,
            most=MOST,
            currency=found.row.currency,
            empty=_("Nothing stands here."),
        ),
        Table(
            id="statement",
            caption=_("Statement"),
            columns=columns.STATEMENT,
            rows=found.lines,
            whole=unless_all(found.lines, found.page.total, lambda: all_of(lines)),
            page=found.page,
            currency=found.row.currency,
            empty=_("No movement matches."),
            row_class=lambda row: "reversed" if row.reversed else "",
        ),
    )
