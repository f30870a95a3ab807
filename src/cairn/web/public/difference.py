"""What was recorded between two states of a record, and how its figures changed."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.catalog import journal
from cairn.following import pasts, queries
from cairn.following.answers import Page
from cairn.following.entries import EntryRead, entries_at, entries_between
from cairn.following.queries.audit import Changed, Difference
from cairn.journal.past import Past, day_in, programme_of
from cairn.values import UnknownThingError
from cairn.web.public import filters
from cairn.web.public.audit_columns import (
    FACTS,
    GRANTS_CHANGED,
    PROJECTS_CHANGED,
    TOTALS_CHANGED,
    EntryRow,
)
from cairn.web.public.entry import named
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.sentences import Sentences
from cairn.web.tables import Table

SIZE = 50
"""Entries on one page."""

MOST = 24
"""Figures of grants, and of projects, until all of them are asked for."""

STRETCH = 1000
"""Entries told at a time when the list is written whole."""


@page
def difference(request: HttpRequest, programme: str) -> Shown | HttpResponseBase:
    """From the state that the address names to the present, or to another that `to` names."""
    first = Past.parse(programme)
    if first is None:
        return _choose(request, programme)
    to = request.GET.get("to", "")
    if to:
        second = _second(first, to)
        if second is None:
            return _wrong(request, programme)
        if str(second.position) != to or second.position < first.position:
            return _in_order(first, second)
        pasts.want(second)
        found = queries.difference(first=first.key, second=second.key)
    else:
        found = queries.difference(first=first.key, second=first.programme)
    return _shown(request, found, first, second.key if to and second else first.programme)


def _shown(request: HttpRequest, found: Difference, first: Past, second: str) -> Shown:
    day = pasts.recorded_at(journal, first).date()
    last = pasts.recorded_at(journal, Past(first.programme, found.last)).date()
    return Shown(
        "public/difference.html",
        _("What has changed"),
        programme=found.programme,
        as_of=found.as_of,
        tables=tables_of(found, second, day, filters.start(request)),
        section="difference",
        leads_to=second,
        more={
            "found": found,
            "first_on": day,
            "last_on": last,
            "count": found.last - found.first,
            "to": Past.parse(second),
        },
    )


def tables_of(
    found: Difference, second: str, day: date, start: int = 0
) -> tuple[Table[Changed] | Table[EntryRow], ...]:
    """Everything that a difference shows; `day` is that of the first of the two."""
    nothing = _("Nothing of it has changed.")
    after = found.first + start
    stretch = range(after + 1, min(after + SIZE, found.last) + 1)
    read = entries_at(journal=journal, programme=second, positions=stretch)
    return (
        Table(
            id="totals",
            caption=_("All grants together"),
            columns=TOTALS_CHANGED,
            rows=found.totals,
            empty=_("There is no money on record."),
        ),
        Table(
            id="grants",
            caption=_("Grants whose figures changed"),
            columns=GRANTS_CHANGED,
            rows=found.grants,
            most=MOST,
            empty=nothing,
        ),
        Table(
            id="projects",
            caption=_("Projects whose figures changed"),
            columns=PROJECTS_CHANGED,
            rows=found.projects,
            most=MOST,
            empty=nothing,
        ),
        Table(
            id="facts",
            caption=_("What was recorded in between"),
            columns=FACTS,
            rows=list(told(second, read, day)),
            whole=lambda: _all_told(second, found, day),
            page=Page(start, SIZE, found.last - found.first),
            empty=_("Nothing was recorded in between."),
        ),
    )


def told(programme: str, read: Sequence[EntryRead], day: date) -> Iterator[EntryRow]:
    """Entries with their sentences; those that happened before a day are marked."""
    sentences = Sentences(programme, reader()).tell(read)
    for entry, sentence in zip(read, sentences, strict=True):
        yield EntryRow(entry, sentence, dated_before=entry.happened_on < day)


def _all_told(programme: str, found: Difference, day: date) -> Iterator[EntryRow]:
    stretch: list[EntryRead] = []
    for entry in entries_between(
        journal=journal, programme=programme, after=found.first, until=found.last, size=STRETCH
    ):
        stretch.append(entry)
        if len(stretch) == STRETCH:
            yield from told(programme, stretch, day)
            stretch = []
    yield from told(programme, stretch, day)


# Which two


def _choose(request: HttpRequest, programme: str) -> Shown | HttpResponse:
    """On the page of the present: ask for the days, then lead on."""
    since, day = filters.day(request, "since", _("From the day"))
    until, last = filters.day(request, "until", _("Until the day"))
    wrong = since.wrong or until.wrong
    if day and not wrong:
        try:
            first = pasts.past_on(journal, programme, day)
            to = pasts.past_on(journal, programme, last) if last else None
        except UnknownThingError:
            wrong = _("Nothing had been recorded by the end of that day.")
        else:
            return _in_order(first, to) if to else _to(first, "")
    return Shown(
        "public/difference.html",
        _("What has changed"),
        programme=named(programme),
        filters=(since, until),
        section="difference",
        more={"wrong": wrong},
    )


def _wrong(request: HttpRequest, programme: str) -> Shown:
    del request
    wrong = _("There is no such position or day. Choose two days.")
    return Shown(
        "public/difference.html",
        _("What has changed"),
        programme=named(programme),
        section="difference",
        more={"wrong": wrong, "choose": f"{links(programme_of(programme)).base}~difference/"},
    )


def _second(first: Past, to: str) -> Past | None:
    """The other state, by its position or by a day; None where there is none."""
    key = f"{first.programme}@{to}"
    day = day_in(key)
    try:
        past = pasts.past_on(journal, first.programme, day) if day else Past.parse(key)
    except UnknownThingError:
        return None
    return past if past and pasts.is_on_record(past) else None


def _in_order(one: Past, other: Past) -> HttpResponse:
    """The earlier one first, both by position, so that the address can be cited."""
    first, second = sorted((one, other), key=lambda past: past.position)
    return _to(first, f"?to={second.position}")


def _to(first: Past, query: str) -> HttpResponse:
    return redirect(reverse("public:difference", args=[first.key]) + query)
