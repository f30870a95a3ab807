"""What is public of voices as Open311 GeoReport v2 serves it, in JSON and XML, to read.

    GET /open311/discovery.json
    GET /open311/v2/PROGRAMME/services.json
    GET /open311/v2/PROGRAMME/services/water.json
    GET /open311/v2/PROGRAMME/requests.xml?status=closed&service_code=water
    GET /open311/v2/PROGRAMME/requests/ID.json

A request is an answer on a board, with what the board says of it and no more: neither what was said
nor when, so `requested_datetime` is null and `start_date` and `end_date` are refused. Nothing is
posted here: a client would need to send who it is. https://wiki.open311.org/GeoReport_v2/ and
https://wiki.open311.org/Service_Discovery/; what is empty is null in JSON, as its Spark convention says.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from lxml import etree

from cairn.following.queries import programmes
from cairn.journal.heads import positions
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

GEOREPORT: Final = "http://wiki.open311.org/GeoReport_v2"
"""How a discovery names the specification of an endpoint."""

TYPES: Final = ("text/xml", "application/json")

Row = dict[str, str | int | bool | None]
Asked = ParamSpec("Asked")
View = Callable[Concatenate[HttpRequest, Asked], HttpResponse]


class RefusedError(Exception):
    """What a client gets instead, as the specification's errors."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _to_read(view: View[Asked]) -> View[Asked]:
    """A view that answers in the format that its address names, errors too. Whoever posts is told why not."""
    safely = require_safe(view)

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: Asked.args, **kwargs: Asked.kwargs
    ) -> HttpResponse:
        extension = str(kwargs["extension"])
        try:
            _check_asking(request, extension)
            return safely(request, *args, **kwargs)
        except RefusedError as error:
            rows: list[Row] = [{"code": error.status, "description": str(error)}]
            return _answer(extension, "errors", "error", rows, status=error.status)

    return csrf_exempt(answered)


def _check_asking(request: HttpRequest, extension: str) -> None:
    if extension not in {"json", "xml"}:
        raise RefusedError(404, _("There is JSON and XML."))
    if request.method == "POST":
        message = _(
            "Nothing is taken here: it would need who sends it. Use the form on the page of the place."
        )
        raise RefusedError(403, message)


@_to_read
def discovery(request: HttpRequest, extension: str) -> HttpResponse:
    """Which programmes of this installation can be read here, each as an endpoint."""
    heads = positions()
    front = request.build_absolute_uri(f"/{get_language()}/")
    endpoints = [
        {
            "specification": GEOREPORT,
            "url": request.build_absolute_uri(f"/open311/v2/{one.id}"),
            "changeset": _changeset(heads.get(one.id, 0)),
            "type": "production",
            "formats": list(TYPES),
        }
        for one in programmes()
    ]
    told = {
        "changeset": max((str(one["changeset"]) for one in endpoints), default=_changeset(0)),
        "contact": _("Who answers for what is written here is said on its pages: {address}").format(
            address=front
        ),
        "key_service": _("No key is needed: all of this is to read."),
        "endpoints": endpoints,
    }
    if extension == "json":
        return JsonResponse(told)
    root = etree.Element("discovery")
    for name in ("changeset", "contact", "key_service"):
        etree.SubElement(root, name).text = str(told[name])
    around = etree.SubElement(root, "endpoints")
    for one in endpoints:
        element = etree.SubElement(around, "endpoint")
        for name, value in one.items():
            part = etree.SubElement(element, name)
            if isinstance(value, str):
                part.text = value
            else:
                for each in value:
                    etree.SubElement(part, "format").text = each
    return _xml(root)


def _changeset(position: int) -> str:
    """How far a programme's journal reaches: it sorts, and grows whenever a category came or went."""
    return f"{position:012}"


@_to_read
def services(request: HttpRequest, programme: str, extension: str) -> HttpResponse:
    """What residents may speak about."""
    _check_jurisdiction(request, programme)
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
    return _answer(extension, "services", "service", rows)


@_to_read
def service(request: HttpRequest, programme: str, id_: str, extension: str) -> HttpResponse:
    """What is asked beside the text of one of them: nothing is."""
    _check_jurisdiction(request, programme)
    if id_ not in {one.id for one in queries.categories(programme)}:
        raise RefusedError(404, _("There is no such service."))
    if extension == "json":
        return JsonResponse({"service_code": id_, "attributes": []})
    root = etree.Element("service_definition")
    etree.SubElement(root, "service_code").text = id_
    etree.SubElement(root, "attributes")
    return _xml(root)


@_to_read
def requests(request: HttpRequest, programme: str, extension: str) -> HttpResponse:
    """Every answer on a board, in an order that tells nothing. Ids override whatever else is asked."""
    _check_jurisdiction(request, programme)
    rows = list(_rows(programme))
    if ids := _several(request, "service_request_id"):
        rows = [row for row in rows if row["service_request_id"] in ids]
        return _answer(extension, "service_requests", "request", rows[:MOST])
    if request.GET.get("start_date") or request.GET.get("end_date"):
        message = _("When something was said is not public, so nothing is found by its date.")
        raise RefusedError(400, message)
    codes, states = _several(request, "service_code"), _several(request, "status")
    rows = [
        row
        for row in rows
        if (not codes or row["service_code"] in codes) and (not states or row["status"] in states)
    ]
    size = min(_number(request, "page_size", MOST), MOST)
    start = (_number(request, "page", 1) - 1) * size
    return _answer(extension, "service_requests", "request", rows[start : start + size])


@_to_read
def request_by_id(request: HttpRequest, programme: str, id_: str, extension: str) -> HttpResponse:
    """One of them."""
    _check_jurisdiction(request, programme)
    rows = [row for row in _rows(programme) if row["service_request_id"] == id_]
    if not rows:
        raise RefusedError(404, _("There is no such request."))
    return _answer(extension, "service_requests", "request", rows)


def _check_jurisdiction(request: HttpRequest, programme: str) -> None:
    """The address names it; whoever names another one beside it is mistaken."""
    if request.GET.get("jurisdiction_id", "") not in ("", programme):
        raise RefusedError(404, _("There is no such jurisdiction."))
    try:
        reads.present(programme)
    except UnknownThingError:
        raise RefusedError(404, _("There is no such jurisdiction.")) from None


def _several(request: HttpRequest, name: str) -> set[str]:
    """What a list with commas holds; one that is empty asks for nothing."""
    return {one.strip() for one in request.GET.get(name, "").split(",")} - {""}


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    asked = request.GET.get(name, "")
    fine = asked.isascii() and asked.isdecimal() and len(asked) < 10
    return max(int(asked), 1) if fine else otherwise


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
    """An id for an answer that leads to no entry of the log: an entry's day tells when a voice came.

    An answer to several voices is one request, under the id of one of them.
    """
    return hmac.new(
        settings.SECRET_KEY.encode(), b"open311:" + voice.encode(), "sha256"
    ).hexdigest()[:32]


def _answer(
    extension: str, around: str, each: str, rows: Sequence[Row], *, status: int = 200
) -> HttpResponse:
    if extension != "xml":
        found = [
            {name: None if value == "" else value for name, value in row.items()} for row in rows
        ]
        return JsonResponse(found, safe=False, status=status)
    root = etree.Element(around)
    for row in rows:
        element = etree.SubElement(root, each)
        for name, value in row.items():
            said = str(value).lower() if isinstance(value, bool) else str(value or "")
            etree.SubElement(element, name).text = said or None
    return _xml(root, status=status)


def _xml(root: etree._Element, *, status: int = 200) -> HttpResponse:
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return HttpResponse(body, content_type="text/xml; charset=utf-8", status=status)


app_name = "open311"

AT: Final = "open311/v2/<str:programme>/"

urlpatterns = [
    path("open311/discovery.<str:extension>", discovery, name="discovery"),
    path(f"{AT}services.<str:extension>", services, name="services"),
    path(f"{AT}services/<str:id_>.<str:extension>", service, name="service"),
    path(f"{AT}requests.<str:extension>", requests, name="requests"),
    path(f"{AT}requests/<str:id_>.<str:extension>", request_by_id, name="request"),
]
