"""What is public of voices as Open311 GeoReport v2 serves it, in JSON and XML, to read.

    GET /open311/v2/PROGRAMME/services.json
    GET /open311/v2/PROGRAMME/requests.xml?status=closed&service_code=water
    GET /open311/v2/PROGRAMME/requests/ID.json

A request is an answer on a board, with what the board says of it and no more: neither what was said
nor when, so `requested_datetime` is null and `start_date` and `end_date` are refused. Nothing is
posted here: a client would need to send who it is. https://wiki.open311.org/GeoReport_v2/
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from lxml import etree

from cairn.programme.models import Organisation, Place
from cairn.values import UnknownThingError
from cairn.voice import queries
from cairn.voice.models import Voice
from cairn.voice.queries import Answer
from cairn.web.public import reads
from cairn.web.reader import Reader, reader
from cairn.web.words import OUTCOMES

MOST: Final = 1000
"""Requests on one page, as the specification has it."""

Row = dict[str, str | bool | None]


@require_safe
def services(request: HttpRequest, programme: str, extension: str) -> HttpResponse:
    """What residents may speak about."""
    if not _is_there(programme):
        return _refused(extension, 404, _("There is no such jurisdiction."))
    told = reader()
    rows: list[Row] = [
        {
            "service_code": one.id,
            "service_name": told.said(one.name),
            "description": told.said(one.door) if one.door else "",
            "metadata": False,
            "type": "realtime",
            "keywords": "",
            "group": "",
        }
        for one in queries.categories(programme)
    ]
    del request
    return _answer(extension, "services", "service", rows)


@require_safe
def requests(request: HttpRequest, programme: str, extension: str) -> HttpResponse:
    """Every answer on a board, in an order that tells nothing."""
    if not _is_there(programme):
        return _refused(extension, 404, _("There is no such jurisdiction."))
    if {"start_date", "end_date"} & request.GET.keys():
        message = _("When something was said is not public, so nothing is found by its date.")
        return _refused(extension, 400, message)
    ids = {one for one in request.GET.get("service_request_id", "").split(",") if one}
    codes = {one for one in request.GET.get("service_code", "").split(",") if one}
    states = {one for one in request.GET.get("status", "").split(",") if one}
    page = request.GET.get("page", "1")
    start = (int(page) - 1) * MOST if page.isdecimal() and page != "0" else 0
    rows = [
        row
        for row in _rows(programme)
        if (not ids or row["service_request_id"] in ids)
        and (not codes or row["service_code"] in codes)
        and (not states or row["status"] in states)
    ]
    return _answer(extension, "service_requests", "request", rows[start : start + MOST])


@require_safe
def request_by_id(request: HttpRequest, programme: str, id_: str, extension: str) -> HttpResponse:
    """One of them."""
    del request
    rows = [row for row in _rows(programme) if row["service_request_id"] == id_]
    if not _is_there(programme) or not rows:
        return _refused(extension, 404, _("There is no such request."))
    return _answer(extension, "service_requests", "request", rows)


def _is_there(programme: str) -> bool:
    try:
        reads.present(programme)
    except UnknownThingError:
        return False
    return True


def _rows(programme: str) -> list[Row]:
    told, today = reader(), reads.today_in(programme)
    answered = Voice.objects.filter(programme=programme).exclude(answered="")
    places = Place.objects.filter(programme=programme, id__in=answered.values("place").distinct())
    theirs = dict(Organisation.objects.filter(programme=programme).values_list("id", "name"))
    codes = {told.said(one.name): one.id for one in queries.categories(programme)}
    found = [
        row
        for place in places
        for row in _of_board(
            queries.board(programme=programme, place=place.id, today=today).answers,
            told.said(place.name),
            theirs,
            codes,
            told,
        )
    ]
    return sorted(found, key=lambda row: str(row["service_request_id"]))


def _of_board(
    answers: Sequence[Answer],
    place: str,
    theirs: Mapping[str, Mapping[str, str]],
    codes: Mapping[str, str],
    told: Reader,
) -> Iterator[Row]:
    for one in answers:
        name = told.said(one.category) if one.category else ""
        yield {
            "service_request_id": public_id(one.voice),
            "status": "closed" if one.closed else "open",
            "status_notes": f"{OUTCOMES[one.outcome]}. {told.said(one.said)}".strip(),
            "service_name": name,
            "service_code": codes.get(name, ""),
            "description": "",
            "agency_responsible": told.said(dict(theirs.get(one.theirs, {}))) if one.theirs else "",
            "service_notice": "",
            "requested_datetime": None,
            "updated_datetime": None,
            "expected_datetime": f"{one.promised_by}T00:00:00Z" if one.promised_by else None,
            "address": place,
            "address_id": "",
            "zipcode": "",
            "lat": None,
            "long": None,
            "media_url": "",
        }


def public_id(voice: str) -> str:
    """An id for an answer that leads to no entry of the log: an entry's day tells when a voice came."""
    return hmac.new(
        settings.SECRET_KEY.encode(), b"open311:" + voice.encode(), "sha256"
    ).hexdigest()[:32]


def _answer(extension: str, around: str, each: str, rows: Sequence[Row]) -> HttpResponse:
    if extension == "json":
        return JsonResponse(list(rows), safe=False)
    if extension != "xml":
        return _refused("json", 404, _("There is JSON and XML."))
    return _xml(around, each, rows)


def _refused(extension: str, status: int, message: str) -> HttpResponse:
    rows: list[Row] = [{"code": str(status), "description": message}]
    if extension == "xml":
        return _xml("errors", "error", rows, status=status)
    return JsonResponse(rows, safe=False, status=status)


def _xml(around: str, each: str, rows: Sequence[Row], *, status: int = 200) -> HttpResponse:
    root = etree.Element(around)
    for row in rows:
        element = etree.SubElement(root, each)
        for name, value in row.items():
            said = str(value).lower() if isinstance(value, bool) else value
            etree.SubElement(element, name).text = said or None
    body = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return HttpResponse(body, content_type="application/xml; charset=utf-8", status=status)


app_name = "open311"

AT: Final = "open311/v2/<str:programme>/"

urlpatterns = [
    path(f"{AT}services.<str:extension>", services, name="services"),
    path(f"{AT}requests.<str:extension>", requests, name="requests"),
    path(f"{AT}requests/<str:id_>.<str:extension>", request_by_id, name="request"),
]
