"""Lists: grants, places, projects, accounts, money in transit. Each with filters."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.following.answers import Page
from cairn.web.csv_out import all_of
from cairn.web.public import asks, reads
from cairn.web.public.columns import ACCOUNTS, GRANTS, PLACES, PROJECTS, TRANSIT
from cairn.web.public.filters import beside, choice, start
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import PROJECT_STAGES, THEMES

SIZE = 50
"""Rows of a long list on one page."""


@page
def grants(request: HttpRequest, programme: str) -> Shown:
    """Every grant; or those of one sponsor, or in one currency."""
    named, as_of = reads.programme_and_position(programme)
    whole = reads.sponsored_first(asks.grants(programme=programme))
    currencies = dict.fromkeys(row.currency for row in whole)
    by_sponsor = choice(request, "sponsor", _("Sponsor"), reads.sponsors(whole, reader()))
    by_currency = choice(request, "currency", _("Currency"), [(one, one) for one in currencies])
    rows = [
        row
        for row in whole
        if by_sponsor.value in ("", row.sponsor.id) and by_currency.value in ("", row.currency)
    ]
    first = start(request)
    table: Table[Any] = Table(
        id="grants",
        caption=_("Grants"),
        columns=GRANTS,
        rows=rows[first : first + SIZE],
        whole=lambda: rows,
        page=Page(first, SIZE, len(rows)),
        empty=_("No grant matches."),
    )
    return Shown(
        "public/list.html",
        _("Grants"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        filters=(by_sponsor, by_currency),
        section="grants",
        more={"lead": _("Money promised by one sponsor for a stated purpose.")},
    )


@page
def places(request: HttpRequest, programme: str) -> Shown:
    """The whole tree of places, with the totals of each."""
    whole = asks.programme_totals(programme=programme, today=reads.today_in(programme))
    first, size = start(request), 2 * SIZE
    table: Table[Any] = Table(
        id="places",
        caption=_("Places, each with everything within it"),
        columns=PLACES,
        rows=whole.places[first : first + size],
        whole=lambda: whole.places,
        page=Page(first, size, len(whole.places)),
        empty=_("No place has been added yet."),
        row_class=lambda row: f"depth-{min(row.depth, 3)}",
    )
    return Shown(
        "public/list.html",
        _("Places"),
        programme=whole.programme,
        as_of=whole.as_of,
        tables=(table,),
        section="places",
        more={"lead": _("Counties, townships and villages. Never added: one is in another.")},
    )


@page
def projects(request: HttpRequest, programme: str) -> Shown:
    """Projects; by place, theme and stage."""
    named, as_of = reads.programme_and_position(programme)
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    theme = choice(request, "theme", _("Theme"), THEMES.items())
    stage = choice(request, "stage", _("Stage"), PROJECT_STAGES.items())
    asked: dict[str, Any] = {
        "programme": programme,
        "today": reads.today_in(programme),
        "place": place.value or None,
        "theme": theme.value or None,
        "stage": stage.value or None,
    }
    rows, stretch = asks.projects(**asked, start=beside(request), size=SIZE)
    table: Table[Any] = Table(
        id="projects",
        caption=_("Projects"),
        columns=PROJECTS,
        rows=rows,
        whole=lambda: all_of(asks.projects, **asked),
        page=stretch,
        empty=_("No project matches."),
    )
    return Shown(
        "public/list.html",
        _("Projects"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        filters=(place, theme, stage),
        section="projects",
        more={
            "lead": _("Pieces of work, each with a place, a budget and an end."),
            "budgets": True,
        },
    )


@page
def accounts(request: HttpRequest, programme: str) -> Shown:
    """Accounts with what stands in them; by place."""
    named, as_of = reads.programme_and_position(programme)
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    asked: dict[str, Any] = {"programme": programme, "place": place.value or None}
    rows, stretch = asks.accounts(**asked, start=beside(request), size=SIZE)
    table: Table[Any] = Table(
        id="accounts",
        caption=_("Accounts"),
        columns=ACCOUNTS,
        rows=rows,
        whole=lambda: all_of(asks.accounts, **asked),
        page=stretch,
        empty=_("No account matches."),
    )
    return Shown(
        "public/list.html",
        _("Accounts"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        filters=(place,),
        section="accounts",
        more={"lead": _("Where money stands: each held by one organisation at one place.")},
    )


@page
def in_transit(request: HttpRequest, programme: str) -> Shown:
    """What was sent and has not been confirmed, the oldest first."""
    named, as_of = reads.programme_and_position(programme)
    asked: dict[str, Any] = {"programme": programme, "today": reads.today_in(programme)}
    rows, stretch = asks.in_transit(**asked, start=start(request), size=SIZE)
    table: Table[Any] = Table(
        id="in_transit",
        caption=_("In transit, the longest first"),
        columns=TRANSIT,
        rows=rows,
        whole=lambda: all_of(asks.in_transit, **asked),
        page=stretch,
        empty=_("Nothing is in transit: all that was sent has been confirmed."),
    )
    return Shown(
        "public/list.html",
        _("In transit"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        section="in-transit",
        more={"lead": _("Sent, and not yet confirmed by the receiver.")},
    )
