"""One entry of the journal: what it says, its bytes, and the proof that it is in the log.

Also the way from any page to the same page as known on an earlier day.
"""

import json
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from cairn.catalog import journal
from cairn.following.answers import Named
from cairn.following.entries import EntryRead, entry_at, evidence_of
from cairn.following.pasts import past_on
from cairn.following.queries.reading import read
from cairn.journal.heads import position_of
from cairn.journal.log import Log
from cairn.journal.past import Past, programme_of
from cairn.merkle.note import encode_base64
from cairn.programme.models import Programme
from cairn.values import CairnError, UnknownThingError
from cairn.web.public import filters
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.public.past import address_in
from cairn.web.reader import reader
from cairn.web.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is in the log: its leaf, and the proof, once a checkpoint covers it."""

    leaf: str
    covered: int
    """How many entries the newest checkpoint is over; 0 where there is none."""
    proof: str


@page
def entry(request: HttpRequest, programme: str, position: int) -> Shown | HttpResponseBase:
    """An entry with its canonical bytes and its receipt; both can be downloaded."""
    last = position_of(programme)
    if not 1 <= position <= last:
        raise UnknownThingError(f"‘{programme}’ has no entry {position}.")
    if Past.parse(programme):
        read(programme)  # its names and its evidence are those of the past, once that is made
    found = entry_at(journal=journal, programme=programme, position=position)
    place = place_of(programme_of(programme), found)
    name = f"{programme_of(programme)}-{position}"
    if "bytes" in request.GET and found.body:
        return _file(found.body, f"{name}.json", "application/json")
    if "proof" in request.GET and place.proof:
        return _file(place.proof.encode(), f"{name}.tlog-proof", "text/plain; charset=utf-8")
    base = links(programme).base
    number = reader().count(position)
    return Shown(
        "public/entry.html",
        _("Entry {position}").format(position=number),
        programme=named(programme),
        section="entries",
        more={
            "entry": found,
            "sentence": Sentences(programme, reader()).tell([found])[0],
            "shows": evidence_of(programme=programme, entries=[found]).get(found.id, []),
            "place": place,
            "pretty": pretty(found.body),
            "before": f"{base}~entries/{position - 1}/" if position > 1 else "",
            "after": f"{base}~entries/{position + 1}/" if position < last else "",
        },
    )


@page
def as_known(request: HttpRequest, programme: str) -> Shown | HttpResponseBase:
    """Lead to a page as known on a day: the form under every page asks for it."""
    current = programme_of(programme)
    asked, day = filters.day(request, "on", _("Date"))
    wrong = asked.wrong
    if day:
        try:
            past = past_on(journal, current, day)
        except UnknownThingError:
            wrong = _("Nothing had been recorded by the end of that day.")
        else:
            return redirect(address_in(past.key, request.GET.get("page", "")))
    last = Past(current, max(1, position_of(current)))
    return Shown(
        "public/as_known.html",
        _("As known on an earlier day"),
        programme=named(current),
        more={"wrong": wrong, "example": links(last.key).base},
    )


def named(programme: str) -> Named:
    """A programme, or a past of one, with its name; it needs no trace. Raises UnknownThingError.

    A past that is still being computed is called as the programme is now.
    """
    for key in (programme, programme_of(programme)):
        row = Programme.objects.filter(programme=key).first()
        if row:
            return Named(programme, row.name)
    raise UnknownThingError(programme)


def place_of(programme: str, found: EntryRead) -> Place:
    """Where an entry is in the log; a log that cannot be read proves nothing."""
    log, covered, proof = Log(programme), 0, ""
    with suppress(CairnError, OSError):
        checkpoint = log.checkpoint()
        covered = checkpoint.size if checkpoint else 0
        receipt = log.receipt(found.position) if found.body else None
        proof = bytes(receipt).decode() if receipt else ""
    return Place(encode_base64(found.leaf) if found.leaf else "", covered, proof)


def pretty(body: bytes) -> str:
    """Canonical bytes as a person reads them: the same values, a line each."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2) if body else ""


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Robots-Tag"] = "noindex"
    return response
