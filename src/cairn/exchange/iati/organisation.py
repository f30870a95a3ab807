"""The publisher's organisation file: who it is, and what was spent in each year."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np
from lxml import etree

from cairn.exchange.iati.mapping import ORGANISATION_PAGE
from cairn.exchange.iati.record import Record
from cairn.exchange.iati.texts import PAGE, said
from cairn.exchange.iati.write import add, say, worth
from cairn.money.projections import EXCHANGE, REPAID
from cairn.trace.policy import Kind


def organisations(record: Record) -> Iterator[etree._Element]:
    """The one organisation that such a file is of."""
    element = etree.Element("iati-organisation")
    element.set("default-currency", record.row.currency)
    add(element, "organisation-identifier", record.publisher.iati_ref)
    say(element, "name", record.publisher.name)
    record.reporting(element)
    for (year, currency), minor in sorted(_spent_by_year(record).items()):
        total = add(element, "total-expenditure")
        add(total, "period-start", iso_date=f"{year}-01-01")
        add(total, "period-end", iso_date=f"{year}-12-31")
        worth(total, minor, currency, date(year, 12, 31))
    if record.row.website:
        link = add(element, "document-link", url=record.row.website, format="text/html")
        say(link, "title", said(PAGE))
        add(link, "category", code=ORGANISATION_PAGE)
        add(link, "recipient-country", code=record.row.country)
    yield element


def _spent_by_year(record: Record) -> dict[tuple[int, str], int]:
    """What left for good: to projects and to banks, not what went back or was exchanged."""
    at, sums = record.reading.snapshot, defaultdict[tuple[int, str], int](int)
    spends = np.flatnonzero((at.columns.kind == Kind.SPEND) & ~at.lists.reversed)
    for movement in spends.tolist():
        project, _currency = at.projects[int(at.columns.target[movement])]
        if project not in {REPAID, EXCHANGE}:
            year = date.fromordinal(int(at.columns.day[movement])).year
            key = year, record.reading.currency(movement)
            sums[key] += int(at.columns.amount[movement])
    return dict(sums)
