"""What a project left and what shows it: results from assets and inspections, documents from evidence."""

from collections.abc import Sequence
from datetime import date

from lxml import etree

from cairn.assets.models import Asset
from cairn.exchange.iati.mapping import RESULTS
from cairn.exchange.iati.texts import (
    CONDITION,
    CONDITIONS,
    DOCUMENT,
    IN_USE,
    LEFT,
    PHOTO,
    SEEN,
    said,
    told,
)
from cairn.exchange.iati.write import add, narrate, say
from cairn.following.queries.assets import pictures
from cairn.following.queries.reading import Reading
from cairn.money.models import Evidence
from cairn.works.models import Milestone

OUTPUT, UNIT, QUALITATIVE = "1", "1", "5"
"""ResultType, and IndicatorMeasure twice."""


def results(programme: str, element: etree._Element, project: str) -> None:
    """How many assets a project left are in use, and how each was as last seen."""
    assets = Asset.objects.filter(programme=programme, project=project).order_by("id")
    rows = list(assets)
    if not rows:
        return
    result = add(element, "result", type=OUTPUT, aggregation_status="false")
    say(result, "title", said(LEFT))
    first = min(row.handed_on for row in rows)
    last = max(_known_on(row) for row in rows)
    used = [row for row in rows if row.out_on is None]
    count = add(result, "indicator", measure=UNIT)
    say(count, "title", said(IN_USE))
    _actual(count, first, max(first, last)).set("value", str(len(used)))
    for row in rows:
        if row.condition and row.seen_on:
            indicator = add(result, "indicator", measure=QUALITATIVE)
            say(indicator, "title", told(CONDITION, name=row.name))
            actual = _actual(indicator, min(row.handed_on, row.seen_on), row.seen_on)
            condition = said(CONDITIONS[row.condition])
            seen = told(SEEN, condition=condition, day=row.seen_on.isoformat())
            narrate(add(actual, "comment"), seen)


def _known_on(row: Asset) -> date:
    return max(day for day in (row.handed_on, row.seen_on, row.out_on) if day)


def _actual(indicator: etree._Element, start: date, end: date) -> etree._Element:
    period = add(indicator, "period")
    add(period, "period-start", iso_date=start.isoformat())
    add(period, "period-end", iso_date=end.isoformat())
    return add(period, "actual")


def documents(
    reading: Reading, website: str, element: etree._Element, project: str, payments: Sequence[str]
) -> None:
    """The files that show what a project bought and built, where the record stands at an address."""
    if not website:
        return
    shown = [
        (one.attached_on, one.id) for one in _evidence(reading.id, payments) if not one.withdrawn_by
    ]
    steps = Milestone.objects.filter(programme=reading.id, project=project).exclude(shown_by="")
    shown += [(one.reached_on, one.shown_by) for one in steps if one.reached_on]
    found = pictures(reading, [fact for _on, fact in sorted(shown)])
    for on, fact in sorted(shown):
        picture = found[fact]
        if not picture.is_kept:
            continue
        is_document = picture.document_bytes is not None
        suffix, format_ = (".pdf", "application/pdf") if is_document else (".jpg", "image/jpeg")
        url = f"{website}files/{picture.file}{suffix}"
        link = add(element, "document-link", url=url, format=format_)
        say(link, "title", picture.caption or said(DOCUMENT if is_document else PHOTO))
        add(link, "category", code=RESULTS)
        add(link, "document-date", iso_date=on.isoformat())


def _evidence(programme: str, payments: Sequence[str]) -> list[Evidence]:
    found: list[Evidence] = []
    for start in range(0, len(payments), 500):
        rows = Evidence.objects.filter(
            programme=programme, movement__in=payments[start : start + 500]
        )
        found += rows
    return found
