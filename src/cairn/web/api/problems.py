"""What went wrong, as RFC 9457 says it: `application/problem+json`, in the reader's language.

    {"type": "about:blank", "title": "Unprocessable Content", "status": 422,
     "detail": "The fact was not recorded.",
     "objections": [{"field": "account", "message": "This must be answered."}]}

Whatever leaves the API with a status of 400 or more has this form, also where Django or another
part of the way refused.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.response import HttpResponse as Whole
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.errors import ValidationError as ParameterError
from pydantic import BaseModel, ConfigDict

from cairn.following.snapshot import NotTracedYetError
from cairn.journal.away import GroupAwayError
from cairn.journal.codec import NotCanonicalError
from cairn.journal.documents import NotADocumentError
from cairn.journal.journal import ConflictError, RefusedError
from cairn.journal.pictures import NotAPictureError
from cairn.journal.projection import Objection
from cairn.journal.readonly import ReadOnlyError
from cairn.journal.recordings import NotARecordingError
from cairn.journal.spread import DEFAULT
from cairn.journal.trouble import in_words
from cairn.people.quota import QuotaError
from cairn.people.record import GuardError, MayNotError, SeatEndedError
from cairn.values import CairnError, UnknownThingError
from cairn.web.api.wrong import said_wrong
from cairn.web.middleware import Next
from cairn.worklist.kept import BeingPutTogetherError

API = "/api/"
PROBLEM = "application/problem+json"
GUARDED = "urn:cairn:show-more:"
"""The type of a problem that goes away once the user shows more: `factor`, or `fresh`."""


REVOKED = "urn:cairn:device-revoked"
"""The type of the 401 after which a device erases what it keeps: somebody revoked its token."""
OTHER_BYTES = "urn:cairn:other-bytes"
"""The type of a problem on the way: what came is not what was sent, and may be sent again."""


class Awaited(BaseModel):
    """A thing that is named and not on record: what it is (`project`, `file`, …), and its id."""

    model_config = ConfigDict(extra="forbid")

    thing: str
    id: str


class Objected(BaseModel):
    """What is wrong with one field; `field` is empty where it is about the whole.

    Where that is only that something has not come yet, `waits_for` says what: the same fact may be
    sent again once it has. Where a text could show who somebody is, `shows` says of which sorts: `reach`,
    `number`, `mail`, `position`, `name`; whoever wrote it may send it again with `as_it_is`.
    """

    model_config = ConfigDict(extra="forbid")

    field: str
    message: str
    waits_for: list[Awaited] = []
    shows: list[str] = []


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    objections: list[Objected] = []


class ProblemError(CairnError):
    """Something that the API refuses by itself, with the status it answers."""

    def __init__(
        self,
        status: int,
        detail: str,
        objections: Sequence[Objection] = (),
        *,
        type: str = "about:blank",  # noqa: A002 - as RFC 9457 calls it
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.objections = tuple(objections)
        self.type = type


def problem(
    status: int,
    detail: str,
    *,
    objections: Sequence[Objection] = (),
    type: str = "about:blank",  # noqa: A002 - as RFC 9457 calls it
    **more: Any,  # noqa: ANN401 - any JSON value
) -> JsonResponse:
    """Answer a problem."""
    said: dict[str, Any] = {
        "type": type,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    if objections:
        said["objections"] = objected(objections)
    answer = JsonResponse(said, status=status, content_type=PROBLEM)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def objected(objections: Sequence[Objection]) -> list[dict[str, Any]]:
    """Objections as JSON."""
    return [
        {"field": one.field, "message": one.message}
        | (
            {"waits_for": [{"thing": thing, "id": id_} for thing, id_ in one.waits_for]}
            if one.waits_for
            else {}
        )
        | ({"shows": list(one.shows)} if one.shows else {})
        for one in objections
    ]


def problem_of(error: Exception) -> JsonResponse | None:
    """The problem that an error is; None where it is a bug of ours."""
    if isinstance(error, (ProblemError, HttpError, ParameterError)):
        return _of_the_request(error)
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), None)
    if isinstance(error, GroupAwayError):
        answer = problem(503, str(out_of_reach_said(error.group)))
        answer.headers["Retry-After"] = AGAIN_SECONDS
        return answer
    if status is None:
        trouble = in_words(error) if isinstance(error, (OSError, DatabaseError)) else None
        return problem(503, trouble) if trouble else None
    if isinstance(error, GuardError):
        return problem(status, str(error), type=f"{GUARDED}{error.guard.value}")
    if isinstance(error, RefusedError):
        return problem(status, _("Nothing was recorded."), objections=error.objections)
    said = str(error)
    if isinstance(error, BeingPutTogetherError):
        said = _("The worklist is being put together. Please ask again in a moment.")
    answer = problem(status, said)
    if isinstance(error, (NotTracedYetError, BeingPutTogetherError)):
        answer.headers["Retry-After"] = "2"
    return answer


def _of_the_request(error: ProblemError | HttpError | ParameterError) -> JsonResponse:
    if isinstance(error, ProblemError):
        said = str(error)
        return problem(error.status, said, objections=error.objections, type=error.type)
    if isinstance(error, HttpError):
        return problem(error.status_code, str(error))
    found = [Objection(str(one["loc"][-1]), said_wrong(one)) for one in error.errors]
    return problem(422, _("The address asks for something that cannot be."), objections=found)


AGAIN_SECONDS = "10"
"""After so long whoever was told that a database is away may ask again."""


def out_of_reach_said(group: str) -> str:
    """That the database of a group cannot be reached, in the reader's language."""
    if group == DEFAULT:
        return _(
            "The database that knows who signs in cannot be reached just now. Nothing is lost. "
            "Whoever only reads can go on reading the programmes whose databases answer."
        )
    return _(
        "The database of this programme cannot be reached just now. Nothing that was recorded is lost, "
        "and the programmes of other databases go on. Please try again in a few minutes."
    )


STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (SeatEndedError, 401),
    (GuardError, 403),
    (MayNotError, 403),
    (RefusedError, 422),
    (ConflictError, 409),
    (UnknownThingError, 404),
    (NotAPictureError, 422),
    (NotADocumentError, 422),
    (NotARecordingError, 422),
    (NotCanonicalError, 422),
    (QuotaError, 429),
    (ReadOnlyError, 503),
    (NotTracedYetError, 503),
    (BeingPutTogetherError, 503),
)
"""Which status each error answers; the first that fits."""


def speak_problems(get_response: Next) -> Next:
    """See to it that no answer of the API that refuses is a page."""

    def speak(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        refused = response.status_code >= HTTPStatus.BAD_REQUEST
        if not (refused and request.path_info.startswith(API) and isinstance(response, Whole)):
            return response
        if response.headers.get("Content-Type") != PROBLEM:
            _put(problem(response.status_code, _in_general(response.status_code)), into=response)
        return response

    return speak


def _put(said: JsonResponse, *, into: HttpResponse) -> None:
    """Headers stay, as Allow does."""
    into.content = said.content
    into.headers["Content-Type"] = PROBLEM
    into.headers.pop("Content-Length", None)


def _in_general(status: int) -> str:
    return {
        400: _("The request cannot be read."),
        403: _("This is not allowed; what comes with a session needs its X-CSRFToken."),
        404: _("Nothing is on record under this address."),
        405: _("This address does not take this method."),
        413: _("It is larger than this address takes."),
        500: _("Something went wrong here. It is not known whether anything was written."),
    }.get(status, HTTPStatus(status).phrase)
