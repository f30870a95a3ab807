"""The addresses of the API. Each has a line in people/rights.csv, under `api:` and its name here."""

import inspect
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.operation import Operation

from cairn.following.answers import (
    AccountRow,
    Flagged,
    GrantFollowed,
    GrantRow,
    InTransit,
    PlaceFollowed,
    PlaceRow,
    ProgrammeTotals,
    ProjectRow,
)
from cairn.journal.projection import Objection
from cairn.web.api import devices, facts, files, kinds, openapi, reads
from cairn.web.api.problems import Problem, problem, problem_of
from cairn.web.desk.asking import seat_at
from cairn.web.field import read as field
from cairn.worklist.commitment import Commitment

ABOUT = """\
What a post may record and read, for devices and programs. A token (`Authorization: Bearer …`) is made
under *My account* and acts as one post of one programme: no address says which. Errors are
`application/problem+json` (RFC 9457), in the language of `Accept-Language`. Amounts are integers in
minor units, with their currency beside them. docs/how-to/api.md shows how.
"""

api = NinjaAPI(
    title="Cairn",
    version="1",
    description=ABOUT,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)


def seat(request: HttpRequest) -> HttpResponseBase:
    """As which post a device acts: for the device to know whether it still may."""
    return JsonResponse(devices.seat_said(seat_at(request)))


def _answers(said: type[Any], refusals: tuple[int, ...], *, made: bool = False) -> dict[int, Any]:
    answers = {201: said} if made else {200: said}
    return answers | dict.fromkeys(refusals, Problem)


def _read(address: str, view: Any, said: type[Any], refusals: tuple[int, ...]) -> None:  # noqa: ANN401 - ninja's
    name = address.strip("/").partition("/")[0]
    if "{" in address:
        name = view.__name__
    api.get(address, url_name=name, response=_answers(said, refusals))(view)


api.get("/seat", url_name="seat", response=_answers(devices.SeatSaid, (401, 403)))(seat)
api.get("/kinds", url_name="kinds", response=_answers(kinds.Kinds, (401, 403)))(kinds.get_kinds)
api.put(
    "/facts/{uuid:id}",
    url_name="fact",
    response={200: facts.ReceiptSaid} | _answers(facts.ReceiptSaid, openapi.RECORDING, made=True),
    openapi_extra=openapi.body_of_fact(openapi.FACT),
)(facts.put_fact)
api.get(
    "/facts/{uuid:id}",
    url_name="fact",
    response=_answers(facts.ProvenReceipt, (400, 401, 403, 404, 503)),
)(facts.get_fact)
api.post(
    "/facts",
    url_name="facts",
    response=_answers(facts.Verdicts, openapi.RECORDING),
    openapi_extra=openapi.body_of_batch(),
)(facts.post_facts)
api.put(
    "/files/{sha}",
    url_name="file",
    response=_answers(files.KeptSaid, openapi.FILES, made=True),
    openapi_extra=openapi.body_of_file(),
)(files.put_file)
api.post(
    "/device",
    url_name="device",
    response=_answers(devices.DeviceSaid, (400, 401, 403, 413, 415, 422), made=True),
    openapi_extra=openapi.body_of_device(),
)(devices.make_device)
api.get(
    "/device/unlock",
    url_name="unlock",
    response=_answers(devices.UnlockSaid, (400, 401, 403, 404, 422)),
)(devices.unlock)
_read("/field", field.field, field.FieldSaid, openapi.READING)
_read("/programme", reads.programme, ProgrammeTotals, openapi.READING)
_read("/places", reads.places, reads.Listing[PlaceRow], openapi.READING)
_read("/places/{str:id}", reads.place, PlaceFollowed, openapi.ONE)
_read("/grants", reads.grants, reads.Listing[GrantRow], openapi.READING)
_read("/grants/{str:id}", reads.grant, GrantFollowed, openapi.ONE)
_read("/projects", reads.projects, reads.Listing[ProjectRow], openapi.READING)
_read("/projects/{str:id}", reads.project, reads.ProjectSaid, openapi.ONE)
_read("/accounts", reads.accounts, reads.Listing[AccountRow], openapi.READING)
_read("/accounts/{str:id}", reads.account, reads.Statement, openapi.ONE)
_read("/in-transit", reads.in_transit, reads.Listing[InTransit], openapi.READING)
_read("/worklist", reads.worklist, reads.Listing[Commitment], openapi.READING)
_read("/exceptions", reads.exceptions, reads.Listing[Flagged], openapi.READING)


@api.exception_handler(Exception)
def _refuse(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponseBase:
    """A problem for what a client can put right; anything else is a bug, and raised as one."""
    del request
    answer = problem_of(error) if isinstance(error, Exception) else None
    if answer is None:
        raise error
    return answer


def _strict(pattern: URLPattern) -> URLPattern:
    """A route that asks nothing it does not know, and that no other site can ride on.

    A filter that is misspelt must not answer as if there were none, nor one of two. And ninja exempts its views from
    Django's CSRF check, which a session needs.
    """
    view = pattern.callback
    known = frozenset().union(
        *(
            inspect.signature(operation.view_func).parameters
            for operation in _operations()
            if operation.url_name == pattern.name
        )
    )

    def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        strange = sorted(
            name for name, values in request.GET.lists() if name not in known or len(values) > 1
        )
        if strange:
            objections = [
                Objection(name, _("This is not asked here, or not twice.")) for name in strange
            ]
            said = _("The address asks for something that cannot be.")
            return problem(422, said, objections=objections)
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    pattern.callback = ask
    return pattern


def _operations() -> Iterator[Operation]:
    for _prefix, router in api._routers:
        for path_view in router.path_operations.values():
            yield from path_view.operations


urlpatterns = [
    path("docs", openapi.docs, name="docs"),
    path("openapi.json", openapi.openapi, name="openapi"),
    *(
        _strict(pattern)
        for pattern in api.urls[0]
        if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    ),
]
