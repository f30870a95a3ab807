"""A programme's record as IATI activities: itself, its grants and its projects, one after another.

Everything here is public: facts that are not, and what was erased, are not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from lxml import etree

from cairn.exchange.iati import mapping as iati
from cairn.exchange.iati.budgets import in_years
from cairn.exchange.iati.flows import End, Flow, Flows
from cairn.exchange.iati.left import documents, results
from cairn.exchange.iati.texts import (
    FLOWS,
    GRANT,
    IN_KIND,
    PAGE,
    PROGRAMME,
    PROJECT,
    THEMES,
    said,
    told,
)
from cairn.exchange.iati.write import add, narrate, say, worth
from cairn.following.queries.reading import Reading, read
from cairn.money.models import GiftInKind, Grant
from cairn.programme.models import Organisation, Programme
from cairn.values import CairnError, to_decimal
from cairn.worklist.of_iati import Lack, lacks, publisher_of
from cairn.works.models import Project, Supplier

_ENDED: Final = {True: iati.CLOSED, False: iati.IMPLEMENTATION}


class NotPublishedError(CairnError):
    """Nobody publishes this programme as IATI data."""


class LacksError(CairnError):
    """What the programme lacks for valid files, as its worklist says it, too."""

    def __init__(self, programme: str, found: list[Lack]) -> None:
        self.found = found
        lines = "".join(f"\n  {_lacking(one)}" for one in found)
        super().__init__(
            f"‘{programme}’ lacks what valid IATI needs; nothing was written. The worklist of its "
            f"office has the same, with the form that mends it:{lines}"
        )


def _lacking(one: Lack) -> str:
    thing = f"{one.of[0]} ‘{one.of[1]}’"
    if one.sort == "iati-ref":
        return f"{thing} has no identifier in IATI: `{one.question}` of {one.way.kind}"
    return f"{thing} is kept in a currency that IATI's list of currencies does not have"


@dataclass(frozen=True)
class Record:
    """A programme that publishes, read once; its records are made one at a time."""

    row: Programme
    reading: Reading
    organisations: dict[str, Organisation]

    @classmethod
    def of(cls, programme: str) -> "Record":
        """Raises NotPublishedError, LacksError, UnknownThingError and NotTracedYetError."""
        reading = read(programme)
        row = publisher_of(programme)
        if row is None:
            raise NotPublishedError(
                f"Nobody publishes ‘{programme}’ as IATI data. Its office says who does with "
                "programme.publisher-registered; docs/how-to/iati.md begins there."
            )
        found = list(lacks(programme))
        if found:
            raise LacksError(programme, found)
        rows = Organisation.objects.filter(programme=programme)
        return cls(row, reading, {one.id: one for one in rows})

    @cached_property
    def flows(self) -> Flows:
        """What its movements are in each activity."""
        return Flows(self.reading)

    @property
    def publisher(self) -> Organisation:
        """Who answers for the files."""
        return self.organisations[self.row.publisher]

    def identifier(self, thing: tuple[str, str] | None = None) -> str:
        """The id of an activity: of the programme, or of a thing in it."""
        return iati.activity_id(self.publisher.iati_ref, self.row.programme, thing)

    def reporting(self, record: etree._Element) -> None:
        """Who publishes it."""
        type_ = iati.ORGANISATION_TYPES[self.publisher.legal_form]
        one = add(record, "reporting-org", ref=self.publisher.iati_ref, type=type_)
        narrate(one, self.publisher.name)


def activities(record: Record) -> Iterator[etree._Element]:
    """The programme, its grants, then its projects, each in order of their ids."""
    yield _programme(record)
    for grant in sorted(record.reading.grants):
        yield _grant(record, record.reading.grants[grant])
    projects = Project.objects.filter(programme=record.row.programme).order_by("id")
    for project in projects.iterator():
        yield _project(record, project)


def _activity(
    record: Record, thing: tuple[str, str] | None, level: int, name: dict[str, str]
) -> etree._Element:
    element = etree.Element("iati-activity")
    element.set("default-currency", record.row.currency)
    element.set("hierarchy", str(level))
    add(element, "iati-identifier", record.identifier(thing))
    record.reporting(element)
    say(element, "title", name)
    return element


def _programme(record: Record) -> etree._Element:
    row = record.row
    element = _activity(record, None, 1, row.name)
    say(element, "description", said(PROGRAMME), type="1")
    sponsors = dict.fromkeys(one.sponsor for _id, one in sorted(record.reading.grants.items()))
    _taking_part(record, element, funding=sponsors, implementing=[row.publisher])
    add(element, "activity-status", code=iati.IMPLEMENTATION)
    add(element, "activity-date", iso_date=row.opened_on.isoformat(), type=iati.ACTUAL_START)
    add(element, "recipient-country", code=row.country)
    _sectors(element, "any")
    if row.website:
        link = add(element, "document-link", url=row.website, format="text/html")
        say(link, "title", said(PAGE))
        add(link, "category", code=iati.WEB_PAGE)
    return element


def _grant(record: Record, row: Grant) -> etree._Element:
    thing = ("grant", row.id)
    element = _activity(record, thing, 2, row.name)
    sponsor = record.organisations[row.sponsor].name
    say(element, "description", told(GRANT, sponsor=sponsor, name=row.name), type="1")
    flows = list(record.flows.of_grant(row.id))
    holders = {end.organisation: None for flow in flows for end in _holders(flow, thing)}
    _taking_part(record, element, funding=[row.sponsor], implementing=holders)
    over = row.until is not None and row.until < _last_day(record)
    add(element, "activity-status", code=_ENDED[over])
    begun = [flow.on for flow in flows if flow.code == iati.RECEIVED]
    dates = {iati.PLANNED_START: row.pledged_on, iati.ACTUAL_START: min(begun, default=None)}
    # Money that is promised for days gone by has an end before its pledge: the standard has none such.
    until = row.until if row.until and row.until >= row.pledged_on else None
    _dates(element, dates | {iati.PLANNED_END: until})
    add(element, "recipient-country", code=record.row.country)
    for place in row.places:
        _location(record, element, place)
    themes = row.themes
    _sectors(element, themes[0] if len(themes) == 1 else "several" if themes else "any")
    for flow in flows:
        _transaction(record, element, flow)
    add(element, "related-activity", ref=record.identifier(), type=iati.PARENT)
    return element


def _project(record: Record, row: Project) -> etree._Element:
    programme = record.row.programme
    element = _activity(record, ("project", row.id), 3, row.name)
    place = record.reading.places[row.place].name
    say(element, "description", told(PROJECT, place=place, name=row.name), type="1")
    gifts = GiftInKind.objects.filter(programme=programme, project=row.id, withdrawn_by="")
    suppliers = list(Supplier.objects.filter(programme=programme, project=row.id).order_by("id"))
    given = list(gifts.order_by("given_on", "id"))
    for gift in given:
        say(element, "description", _in_kind(record, gift), type="4")
    paying = record.flows.grants_of(row.id)
    sponsors = [record.reading.grants[one].sponsor for one in (*paying, *row.budgeted)]
    _taking_part(
        record,
        element,
        funding=[*sponsors, *(gift.sponsor for gift in given)],
        implementing=[
            *record.flows.holders_of(row.id),
            *(supplier.organisation for supplier in suppliers),
        ],
    )
    add(element, "activity-status", code=_status(row))
    _dates(element, _dates_of(row))
    add(element, "recipient-country", code=record.row.country)
    _location(record, element, row.place)
    _sectors(element, row.theme)
    _budgets(element, row)
    for supplier in suppliers:
        _transaction(record, element, _engaged(row.id, supplier))
    for flow in record.flows.of_project(row.id):
        _transaction(record, element, flow)
    documents(record.reading, record.row.website, element, row.id, record.flows.payments(row.id))
    add(element, "related-activity", ref=record.identifier(), type=iati.PARENT)
    for grant in paying:
        add(element, "related-activity", ref=record.identifier(("grant", grant)), type=iati.SIBLING)
    results(programme, element, row.id)
    return element


def _holders(flow: Flow, thing: tuple[str, str]) -> list[End]:
    return [
        end for end in (flow.provider, flow.receiver) if end.thing == thing and end.organisation
    ]


def _last_day(record: Record) -> date:
    """The day of the last movement that was traced: what is written depends on no clock."""
    days = record.reading.snapshot.columns.day
    return date.fromordinal(int(days.max())) if len(days) else record.row.opened_on


def _taking_part(
    record: Record,
    element: etree._Element,
    *,
    funding: Iterable[str],
    implementing: Iterable[str],
) -> None:
    """Who pays, who answers for it, who does the work: each once in a role."""
    wanted: tuple[tuple[str, Iterable[str]], ...] = (
        (iati.FUNDING, funding),
        (iati.ACCOUNTABLE, [record.row.publisher]),
        (iati.IMPLEMENTING, implementing),
    )
    for role, ids in wanted:
        for id_ in dict.fromkeys(ids):
            one = record.organisations.get(id_)
            if one is not None:
                type_ = iati.ORGANISATION_TYPES.get(one.legal_form, "")
                part = add(element, "participating-org", ref=one.iati_ref, role=role, type=type_)
                narrate(part, one.name)


def _status(row: Project) -> str:
    if row.cancelled_on:
        return iati.CANCELLED
    if row.completed_on:
        return iati.CLOSED
    return iati.IMPLEMENTATION if row.started_on else iati.PIPELINE


def _dates_of(row: Project) -> dict[str, date | None]:
    planned = row.approved_on or row.proposed_on
    ended = row.completed_on or row.cancelled_on
    started = row.started_on
    if started and ended and ended < started:  # told late, and of days that do not fit together
        started = None
    return {
        iati.PLANNED_START: planned,
        iati.ACTUAL_START: started,
        iati.PLANNED_END: row.ends_on if row.ends_on and row.ends_on >= planned else None,
        iati.ACTUAL_END: ended,
    }


def _dates(element: etree._Element, dates: dict[str, date | None]) -> None:
    for type_, day in dates.items():
        if day is not None:
            add(element, "activity-date", iso_date=day.isoformat(), type=type_)


def _location(record: Record, element: etree._Element, id_: str) -> None:
    """A place by its name, and about where it is: to two kilometres, as it is on record."""
    place = record.reading.places[id_]
    location = add(element, "location", ref=id_)
    add(location, "location-reach", code="1")
    say(location, "name", place.name)
    if place.north is not None and place.east is not None:
        point = add(location, "point", srsName="http://www.opengis.net/def/crs/EPSG/0/4326")
        add(point, "pos", f"{_degrees(place.north)} {_degrees(place.east)}")
        add(location, "exactness", code="2")
    add(location, "location-class", code="2" if place.level == "village" else "1")


def _degrees(hundredths: int) -> str:
    sign, hundredths = ("-", -hundredths) if hundredths < 0 else ("", hundredths)
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def _sectors(element: etree._Element, theme: str) -> None:
    dac = iati.RURAL_DEVELOPMENT if theme == "any" else iati.DAC_SECTORS.get(theme)
    if dac:
        add(element, "sector", vocabulary=iati.DAC, code=dac)
    say(element, "sector", said(THEMES[theme]), vocabulary=iati.OWN, code=theme)


def _budgets(element: etree._Element, row: Project) -> None:
    if not row.budget_minor:
        return
    start = row.approved_on or row.proposed_on
    for begins, ends, minor in in_years(start, row.ends_on, row.budget_minor):
        budget = add(element, "budget", type="1", status="2" if row.approved_on else "1")
        add(budget, "period-start", iso_date=begins.isoformat())
        add(budget, "period-end", iso_date=ends.isoformat())
        worth(budget, minor, row.budget_currency, start)


def _in_kind(record: Record, gift: GiftInKind) -> dict[str, str]:
    return told(
        IN_KIND,
        sponsor=record.organisations[gift.sponsor].name,
        quantity=str(gift.quantity),
        unit=gift.unit,
        what=gift.what,
        worth=f"{gift.currency} {to_decimal(gift.worth_minor, gift.currency)}",
    )


def _engaged(project: str, row: Supplier) -> Flow:
    here, there = End(thing=("project", project)), End(row.organisation)
    minor, currency = row.amount_minor, row.currency
    return Flow(row.id, iati.COMMITTED, row.engaged_on, minor, currency, here, there, "engaged")


def _transaction(record: Record, element: etree._Element, flow: Flow) -> None:
    one = add(element, "transaction", ref=flow.ref)
    add(one, "transaction-type", code=flow.code)
    add(one, "transaction-date", iso_date=flow.on.isoformat())
    worth(one, flow.minor, flow.currency, flow.on)
    say(one, "description", said(FLOWS[flow.why]))
    for side, end in (("provider", flow.provider), ("receiver", flow.receiver)):
        if end == End():
            continue
        activity = record.identifier(end.thing) if end.thing else end.activity
        # An activity without an organisation of its own is the publisher's.
        org = record.organisations[end.organisation or record.row.publisher]
        named = add(one, f"{side}-org", ref=org.iati_ref)
        if activity:
            named.set(f"{side}-activity-id", activity)
        narrate(named, org.name)
