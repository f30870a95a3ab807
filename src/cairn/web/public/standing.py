"""What stands and what is lacking: assets, needs, enterprises; each as a list and one by one."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cairn.following.standing import AssetFollowed
from cairn.web.charts.strip import strip_of
from cairn.web.csv_out import all_of
from cairn.web.public import asks, reads, standing_columns
from cairn.web.public.filters import Choices, beside, choice, start
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.public.standing_tables import files_shown
from cairn.web.published import published_day
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import CONDITIONS, FORMS, NEED_STATES, OVERDUE, THEMES

SIZE = 50
"""Rows of a long list on one page."""

MOST = 12
"""Rows of a table among others, until all of them are asked for."""


@page
def assets(request: HttpRequest, programme: str) -> Shown:
    """The register of assets; by place, keeper, condition, and what is overdue."""
    named, as_of = reads.programme_and_position(programme)
    read = reader()
    keepers = sorted(
        ((one.id, read.name(one)) for one in asks.keepers(programme=programme)),
        key=lambda pair: pair[1],
    )
    place = choice(request, "place", _("Place"), reads.places(programme, read))
    keeper = choice(request, "keeper", _("Keeper"), keepers)
    condition = choice(request, "condition", _("Condition"), CONDITIONS.items())
    late: Choices = (("any", _("anything")), *OVERDUE.items())
    overdue = choice(request, "overdue", _("Overdue"), late)
    asked: dict[str, Any] = {
        "programme": programme,
        "today": reads.today_in(programme),
        "place": place.value or None,
        "keeper": keeper.value or None,
        "condition": condition.value or None,
        "overdue": overdue.value or None,
    }
    rows, stretch = asks.assets(**asked, start=beside(request), size=SIZE)
    table: Table[Any] = Table(
        id="assets",
        caption=_("Assets"),
        columns=standing_columns.ASSETS,
        rows=rows,
        whole=lambda: all_of(asks.assets, **asked),
        page=stretch,
        empty=_("No asset matches."),
    )
    return Shown(
        "public/assets.html",
        _("Assets"),
        programme=named,
        as_of=as_of,
        tables=(table, _unsaid(programme, place.value or None)),
        filters=(place, keeper, condition, overdue),
        section="assets",
        more={"lead": _("What projects leave standing, who keeps it, and how it is.")},
    )


def _unsaid(programme: str, place: str | None) -> Table[Any]:
    asked: dict[str, Any] = {"programme": programme, "place": place}
    rows, stretch = asks.unsaid(**asked, size=MOST)
    return Table(
        id="unsaid",
        caption=_("Completed, and nobody has said what they left"),
        columns=standing_columns.UNSAID,
        rows=rows,
        most=MOST,
        count=stretch.total,
        whole=lambda: all_of(asks.unsaid, **asked),
        empty=_(
            "Of every completed project it is said which assets it left, or that it left none."
        ),
    )


@page
def asset(request: HttpRequest, programme: str, asset: str) -> Shown:
    """An asset: how it was seen, what was done to it at what cost, who kept it."""
    del request
    today = reads.today_in(programme)
    found = asks.follow_asset(programme=programme, asset=asset, today=today)
    read, base = reader(), links(programme)
    strip = strip_of(found, _end_of_strip(found, today), mirrored=read.direction == "rtl")
    seen = [(one.picture, one.seen_on) for one in found.sightings]
    return Shown(
        "public/asset.html",
        read.name(found.row.asset),
        programme=found.programme,
        as_of=found.as_of,
        tables=_asset_tables(found),
        above=(
            (_("Assets"), f"{base.base}assets/"),
            (read.name(found.row.place), base("place", found.row.place.id)),
        ),
        section="assets",
        more={
            "found": found,
            "strip": strip,
            **files_shown(programme, seen),
            "confirmed": asks.confirmed(programme=programme, thing="asset", id_=asset),
        },
    )


def _end_of_strip(found: AssetFollowed, today: date) -> date:
    """Today; but a published page changes once a month, or when something new is told."""
    if not published_day():
        return today
    told = [on for on, _condition in found.conditions]
    return max([*told, *(one.done_on for one in found.upkeep), today.replace(day=1)])


def _asset_tables(found: AssetFollowed) -> tuple[Table[Any], ...]:
    return (
        Table(
            id="inspections",
            caption=_("Inspections"),
            columns=standing_columns.SIGHTINGS,
            rows=found.sightings,
            most=MOST,
            empty=_("Nobody has inspected it yet."),
        ),
        Table(
            id="upkeep",
            caption=_("Repairs and upkeep"),
            columns=standing_columns.UPKEEP_DONE,
            rows=found.upkeep,
            most=MOST,
            empty=_("Nothing has been done to it yet."),
        ),
        Table(
            id="keepers",
            caption=_("Who kept it"),
            columns=standing_columns.KEEPERS,
            rows=found.keepers,
            empty=_("Nobody keeps it."),
        ),
    )


@page
def needs(request: HttpRequest, programme: str) -> Shown:
    """Needs; by place, theme, and how they were answered."""
    named, as_of = reads.programme_and_position(programme)
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    theme = choice(request, "theme", _("Theme"), THEMES.items())
    state = choice(request, "state", _("Answer"), NEED_STATES.items())
    asked: dict[str, Any] = {
        "programme": programme,
        "today": reads.today_in(programme),
        "place": place.value or None,
        "theme": theme.value or None,
        "state": state.value or None,
    }
    rows, stretch = asks.needs(**asked, start=start(request), size=SIZE)
    table: Table[Any] = Table(
        id="needs",
        caption=_("Needs, the longest open first"),
        columns=standing_columns.NEEDS,
        rows=rows,
        whole=lambda: asks.needs(**asked, size=None)[0],
        page=stretch,
        empty=_("No need matches."),
    )
    return Shown(
        "public/list.html",
        _("Needs"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        filters=(place, theme, state),
        section="needs",
        more={
            "lead": _(
                "What places lack, and what answers it: a project, another programme, a reason."
            )
        },
    )


@page
def need(request: HttpRequest, programme: str, need: str) -> Shown:
    """A need: who raised it when, what shows it, and what answered it."""
    del request
    named, as_of = reads.programme_and_position(programme)
    row = asks.follow_need(programme=programme, need=need, today=reads.today_in(programme))
    read, base = reader(), links(programme)
    return Shown(
        "public/need.html",
        read.name(row.need),
        programme=named,
        as_of=as_of,
        above=(
            (_("Needs"), f"{base.base}needs/"),
            (read.name(row.place), base("place", row.place.id)),
        ),
        section="needs",
        more={"row": row, **files_shown(programme, [(row.picture, row.raised_on)])},
    )


@page
def enterprises(request: HttpRequest, programme: str) -> Shown:
    """Enterprises that villages own; by place, form and year."""
    named, as_of = reads.programme_and_position(programme)
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    form = choice(request, "form", pgettext("enterprise", "Form"), FORMS.items())
    told = [(str(year), str(year)) for year in asks.years(programme=programme)]
    year = choice(request, "year", _("Year"), told)
    asked: dict[str, Any] = {
        "programme": programme,
        "place": place.value or None,
        "form": form.value or None,
        "year": int(year.value) if year.value in dict(told) else None,
    }
    rows, stretch = asks.enterprises(**asked, start=start(request), size=SIZE)
    table: Table[Any] = Table(
        id="enterprises",
        caption=_("Enterprises, each with one year"),
        columns=standing_columns.ENTERPRISES,
        rows=rows,
        whole=lambda: all_of(asks.enterprises, **asked),
        page=stretch,
        empty=_("No enterprise matches."),
    )
    return Shown(
        "public/list.html",
        _("Enterprises"),
        programme=named,
        as_of=as_of,
        tables=(table,),
        filters=(place, form, year),
        section="enterprises",
        more={"lead": _("Owned by villages. What each took in, cost and shared out in all.")},
    )


@page
def enterprise(request: HttpRequest, programme: str, enterprise: str) -> Shown:
    """An enterprise, year by year."""
    del request
    named, as_of = reads.programme_and_position(programme)
    rows = asks.follow_enterprise(programme=programme, enterprise=enterprise)
    read, base = reader(), links(programme)
    table: Table[Any] = Table(
        id="years",
        caption=_("Year by year"),
        columns=standing_columns.ENTERPRISE_YEARS,
        rows=[row for row in rows if row.year],
        empty=_("It has not accounted for any year yet."),
    )
    return Shown(
        "public/enterprise.html",
        read.name(rows[0].enterprise),
        programme=named,
        as_of=as_of,
        tables=(table,),
        above=(
            (_("Enterprises"), f"{base.base}enterprises/"),
            (read.name(rows[0].place), base("place", rows[0].place.id)),
        ),
        section="enterprises",
        more={"row": rows[0]},
    )
