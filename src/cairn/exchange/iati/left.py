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
    FINDINGS,
    IN_USE,
    LEFT,
    PHOTO,
    SEEN,
    WORK,
    said,
    told,
)
from cairn.exchange.iati.write import add, narrate, say
from cairn.following.queries.assets import pictures
from cairn.following.queries.reading import Reading
from cairn.money.models import Evidence
from cairn.works.models import Milestone, ProgressInspection

OUTPUT, UNIT, QUALITATIVE = "1", "1", "5"
"""ResultType, and IndicatorMeasure twice."""


def results(programme: str, element: etree._Element, project: str) -> None:
    """How many assets a project left are in use, how each was as last seen, and how the work stood."""
    assets = list(Asset.objects.filter(programme=programme, project=project).order_by("id"))
    seen = ProgressInspection.objects.filter(programme=programme, project=project)
    inspected = seen.order_by("inspected_on", "id").last()
    if not assets and inspected is None:
        return
    result = add(element, "result", type=OUTPUT, aggregation_status="false")
    say(result, "title", said(LEFT))
    if assets:
        first = min(row.handed_on for row in assets)
        last = max(first, *(_known_on(row) for row in assets))
        count = add(result, "indicator", measure=UNIT)
        say(count, "title", said(IN_USE))
        used = sum(row.out_on is None for row in assets)
        _actual(count, first, last).set("value", str(used))
    for row in assets:
        if row.condition and row.seen_on:
            title = told(CONDITION, name=row.name)
            since = min(row.handed_on, row.seen_on)
            _seen(result, title, said(CONDITIONS[row.condition]), since, row.seen_on)
    if inspected is not None:
        on = inspected.inspected_on
        _seen(result, said(WORK), said(FINDINGS[inspected.finding]), on, on)


def _seen(
    result: etree._Element, title: dict[str, str], as_: dict[str, str], since: date, on: date
) -> None:
    """What somebody saw, in words: IATI's qualitative measure has no value."""
    indicator = add(result, "indicator", measure=QUALITATIVE)
    say(indicator, "title", title)
    comment = add(_actual(indicator, since, on), "comment")
    narrate(comment, told(SEEN, condition=as_, day=on.isoformat()))


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
