"""What other publishers report in IATI files: their activities, one of them, and who names whom.

It is their word. No figure of it is in the programme's own.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cairn.exchange.links.activities import ActivityTold
from cairn.exchange.links.links import Found, Way
from cairn.web.csv_out import all_of
from cairn.web.public import asks, reads
from cairn.web.public.filters import choice, start
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.public.reported_columns import (
    ACTIVITIES,
    COVERAGE,
    FILES,
    LINKS,
    MONEY,
    ORGANISATIONS,
    OTHERS,
    TENFOLDS,
    TRANSACTIONS,
)
from cairn.web.reader import reader
from cairn.web.reported_words import FOUND, WAYS
from cairn.web.tables import Table

SIZE = 100
MOST = 100
"""Rows of an activity's own tables that are shown before somebody asks for all."""


@page
def activities(request: HttpRequest, programme: str) -> Shown:
    """Every activity that other publishers report, and the files that say so."""
    named, as_of = reads.programme_and_position(programme)
    by = choice(
        request,
        "publisher",
        _("Publisher"),
        ((one, one) for one in asks.reported_publishers(programme=programme)),
    )
    asked: dict[str, Any] = {"programme": programme, "publisher": by.value or None}
    rows, stretch = asks.reported_activities(**asked, start=start(request), size=SIZE)
    tables: tuple[Table[Any], ...] = (
        Table(
            id="activities",
            caption=_("Activities, by publisher"),
            columns=ACTIVITIES,
            rows=rows,
            whole=lambda: all_of(asks.reported_activities, **asked),
            page=stretch,
            empty=_("No file of another publisher has been read."),
        ),
        Table(
            id="files",
            caption=_("Files that were read, the latest first"),
            columns=FILES,
            rows=asks.reported_files(programme=programme),
            most=MOST,
            empty=_("No file of another publisher has been read."),
        ),
    )
    return Shown(
        "public/reported.html",
        _("Reported by others"),
        programme=named,
        as_of=as_of,
        tables=tables,
        filters=(by,),
        section="reported",
        more={"about": "all", "any": bool(stretch.total)},
    )


@page
def activity(request: HttpRequest, programme: str, activity: str) -> Shown:
    """One activity as its publisher tells of it."""
    del request
    named, as_of = reads.programme_and_position(programme)
    found = asks.reported_activity(programme=programme, activity=activity)
    tables: tuple[Table[Any], ...] = (
        Table(
            id="money",
            caption=_("Money by type: sums of different types or currencies are never added"),
            columns=MONEY,
            rows=found.money,
            empty=_("It tells of no transaction."),
        ),
        Table(
            id="organisations",
            caption=_("Organisations that it names"),
            columns=ORGANISATIONS,
            rows=found.organisations,
            most=MOST,
            empty=_("It names none."),
        ),
        Table(
            id="transactions",
            caption=_("Transactions: from where and to where"),
            columns=TRANSACTIONS,
            rows=found.transactions,
            most=MOST,
            empty=_("It tells of no transaction."),
        ),
        Table(
            id="others",
            caption=_("Locations, documents and results"),
            columns=OTHERS,
            rows=found.others,
            most=MOST,
            empty=_("It tells of none."),
        ),
    )
    return Shown(
        "public/reported_activity.html",
        reader().name(found.row.activity),
        programme=named,
        as_of=as_of,
        tables=tables,
        above=((_("Reported by others"), f"{links(programme).base}reported/"),),
        section="reported",
        more={"found": found, "publisher": _publisher(found)},
    )


def _publisher(found: ActivityTold) -> str:
    """Who says so, by name and id."""
    names = [one.name for one in found.organisations if one.role == "reporting" and one.name]
    return f"{names[0]} ({found.row.publisher})" if names else found.row.publisher


@page
def naming(request: HttpRequest, programme: str) -> Shown:
    """Who names whom, which ends exist and agree, what is perhaps misspelt or a power of ten off."""
    named, as_of = reads.programme_and_position(programme)
    found = choice(request, "found", pgettext("link", "What became of it"), FOUND.items())
    way = choice(request, "way", _("How it names another"), WAYS.items())
    asked: dict[str, Any] = {
        "programme": programme,
        "found": found.value or None,
        "way": way.value or None,
    }
    rows, stretch = asks.reported_links(**asked, start=start(request), size=SIZE)
    totals = asks.reported_link_totals(programme=programme)
    tables: tuple[Table[Any], ...] = (
        Table(
            id="links",
            caption=_("Who names whom"),
            columns=LINKS,
            rows=rows,
            whole=lambda: all_of(asks.reported_links, **asked),
            page=stretch,
            empty=_("No activity names another."),
        ),
        Table(
            id="tenfold",
            caption=_("Amounts a power of ten off: a slip, or chance"),
            columns=TENFOLDS,
            rows=totals.tenfold,
            most=MOST,
            empty=_("None."),
        ),
        Table(
            id="coverage",
            caption=_("Transactions that name an activity at the far end, by type"),
            columns=COVERAGE,
            rows=totals.coverage,
            empty=_("No transaction has been reported."),
        ),
    )
    counts = [(str(FOUND[one.value]), totals.found[one.value]) for one in Found]
    return Shown(
        "public/reported.html",
        _("Who names whom"),
        programme=named,
        as_of=as_of,
        tables=tables,
        filters=(found, way),
        above=((_("Reported by others"), f"{links(programme).base}reported/"),),
        section="reported",
        more={"about": "links", "counts": counts, "ways": len(Way), "any": True},
    )
