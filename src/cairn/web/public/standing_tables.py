"""Tables and kept files of works and assets on the pages of projects and places."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from cairn.following.answers import Name
from cairn.following.standing import Picture, ProjectWorks
from cairn.web.csv_out import all_of
from cairn.web.public import asks, standing_columns
from cairn.web.public.files import address_of_file
from cairn.web.public.links import links
from cairn.web.tables import Table

MOST = 12
"""Rows of a table among others, until all of them are asked for."""

PICTURES = 6
"""Pictures of one sort on a page, and as many documents; each table names all of them."""

Dated = tuple[Picture, date]


@dataclass(frozen=True, slots=True)
class Shown:
    """A kept file on a page, or a link to it."""

    address: str
    caption: Name | None
    attached_on: date
    document_bytes: int | None


def files_shown(programme: str, *sorts: list[Dated]) -> dict[str, list[Shown]]:
    """The latest pictures of each sort that are kept here, and the latest documents."""
    pictures, documents = list[Shown](), list[Shown]()
    for sort in sorts:
        found = _latest(programme, sort)
        pictures += [one for one in found if one.document_bytes is None][:PICTURES]
        documents += [one for one in found if one.document_bytes is not None][:PICTURES]
    return {"pictures": pictures, "documents": documents}


def _latest(programme: str, sort: list[Dated]) -> list[Shown]:
    kept: dict[str, Shown] = {}
    for one, on in sorted(sort, key=lambda pair: pair[1], reverse=True):
        if one.is_kept:
            is_document = one.document_bytes is not None
            address = address_of_file(programme, one.file, is_document=is_document)
            kept.setdefault(one.file, Shown(address, one.caption, on, one.document_bytes))
    return list(kept.values())


def of_works(works: ProjectWorks) -> list[Dated]:
    """What inspections and milestones of a project show."""
    seen = [(one.picture, one.inspected_on) for one in works.progress]
    return seen + [(one.picture, one.reached_on) for one in works.milestones if one.reached_on]


def project_tables(works: ProjectWorks) -> tuple[Table[Any], ...]:
    """How a project was planned and seen, and what it leaves."""
    return (
        Table(
            id="milestones",
            caption=_("Milestones"),
            columns=standing_columns.MILESTONES,
            rows=works.milestones,
            empty=_("No milestone has been planned."),
        ),
        Table(
            id="progress",
            caption=_("Progress, as inspected"),
            columns=standing_columns.PROGRESS,
            rows=works.progress,
            most=MOST,
            empty=_("Nobody has inspected the work."),
        ),
        Table(
            id="budget",
            caption=_("Budget by grant"),
            columns=standing_columns.BUDGETS,
            rows=works.budgets,
            empty=_("Nothing is planned from a grant."),
        ),
        Table(
            id="suppliers",
            caption=_("Suppliers"),
            columns=standing_columns.SUPPLIERS,
            rows=works.suppliers,
            empty=_("No organisation has been engaged."),
        ),
        Table(
            id="assets",
            caption=_("What it left standing"),
            columns=standing_columns.ASSETS,
            rows=works.assets,
            most=MOST,
            empty=_("No asset of it has been handed over."),
        ),
        Table(
            id="enterprises",
            caption=_("Enterprises it set up"),
            columns=standing_columns.ENTERPRISES,
            rows=works.enterprises,
            empty=_("It set up no enterprise."),
        ),
        Table(
            id="needs",
            caption=_("Needs it answers"),
            columns=standing_columns.NEEDS,
            rows=works.needs,
            empty=_("It answers no need on record."),
        ),
    )


def place_tables(programme: str, place: str, today: date) -> tuple[Table[Any], ...]:
    """What stands in a place and what it lacks, with everything within it."""
    base = links(programme).base
    inside: dict[str, Any] = {"programme": programme, "place": place}
    daily = inside | {"today": today}
    assets, of_assets = asks.assets(**daily, size=MOST)
    needs, of_needs = asks.needs(**daily, size=MOST)
    enterprises, of_enterprises = asks.enterprises(**inside, size=MOST)
    return (
        Table(
            id="assets",
            caption=_("Assets"),
            columns=standing_columns.ASSETS,
            rows=assets,
            most=MOST,
            count=of_assets.total,
            more=f"{base}assets/?place={quote(place)}",
            whole=lambda: all_of(asks.assets, **daily),
            empty=_("No asset has been handed over here yet."),
        ),
        Table(
            id="needs",
            caption=_("Needs, the longest open first"),
            columns=standing_columns.NEEDS,
            rows=needs,
            most=MOST,
            count=of_needs.total,
            more=f"{base}needs/?place={quote(place)}",
            whole=lambda: asks.needs(**daily, size=None)[0],
            empty=_("No need has been raised here."),
        ),
        Table(
            id="enterprises",
            caption=_("Enterprises, each with one year"),
            columns=standing_columns.ENTERPRISES,
            rows=enterprises,
            most=MOST,
            count=of_enterprises.total,
            more=f"{base}enterprises/?place={quote(place)}",
            whole=lambda: all_of(asks.enterprises, **inside),
            empty=_("No enterprise has been opened here."),
        ),
    )
