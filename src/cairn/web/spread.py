"""Pages where programmes are spread over several databases: which copy they read, and what they say without.

Whoever only reads a programme is answered from its group's replica, if it has one, as long as that
holds all that the newest trace was made of; at the desk and for devices everything is read where it is
written. docs/decisions/groups.md says why.
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.following.snapshot import newest_position
from cairn.journal.away import REPLICA, GroupAwayError
from cairn.journal.models import Head
from cairn.journal.past import AT
from cairn.journal.spread import Replica, group_of, reading_from, replica_in_use, use_replica
from cairn.journal.trouble import AWAY, in_words
from cairn.web.api.problems import AGAIN_SECONDS, API, out_of_reach_said, problem
from cairn.web.middleware import Next
from cairn.web.public.page import frame
from cairn.web.reader import reader

SAFE = frozenset({"GET", "HEAD"})


class Spread:
    """Has public pages read from replicas, and says which database is away where one is needed."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; once more, from where it is written, if a replica gave up on the way."""
        with reading_from(None):
            response = self.get_response(request)
            if getattr(request, "replica_failed", False):
                use_replica(None)
                request.only_written = True  # type: ignore[attr-defined]
                response = self.get_response(request)
            replica = replica_in_use()
        if replica and isinstance(response, StreamingHttpResponse):
            pieces = cast("Iterator[bytes]", response.streaming_content)
            response.streaming_content = _streamed(pieces, replica)
        return response

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., Any],
        _args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        """Choose the copy that is read, by the programme in the address."""
        programme = kwargs.get("programme")
        public = getattr(request, "user", None) is None and getattr(request, "seat", None) is None
        again = getattr(request, "only_written", False)
        if programme and public and not again and request.method in SAFE:
            use_replica(replica_for(request, str(programme)))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Say it where a database went away on the way."""
        replica = replica_in_use()
        if (
            replica
            and isinstance(error, (GroupAwayError, DatabaseError))
            and _failed(replica.alias)
        ):
            request.replica_failed = True  # type: ignore[attr-defined]
            return HttpResponse(status=503)  # which nobody sees
        group = _away(error)
        return out_of_reach(request, group) if group else None


def out_of_reach(request: HttpRequest, group: str) -> HttpResponseBase:
    """503: a page, or a problem, in the reader's language."""
    said = out_of_reach_said(group)
    if request.path_info.startswith(API):
        response: HttpResponse = problem(503, said)
    else:
        title = _("Out of reach just now")
        context = {**frame(request, reader()), "title": title, "said": said}
        response = render(request, "public/out_of_reach.html", context, status=503)
    response["Retry-After"] = AGAIN_SECONDS
    response["Cache-Control"] = "no-store"
    return response


def replica_for(request: HttpRequest, programme: str) -> Replica | None:
    """The copy from which a programme is read for a request: the same for as long as it is answered."""
    if not hasattr(request, "replica"):
        request.replica = _replica_of(programme)  # type: ignore[attr-defined]
    found: Replica | None = request.replica  # type: ignore[attr-defined]
    return found


def _replica_of(programme: str) -> Replica | None:
    """The copy from which a programme can be read now; None for a past, whose rows come and go."""
    alias = f"{group_of(programme)}{REPLICA}"
    if alias not in settings.DATABASES or AT in programme:
        return None
    try:
        heads = Head.objects.using(alias).filter(programme=programme)
        position = heads.values_list("position", flat=True).first() or 0
    except (GroupAwayError, DatabaseError):
        return None
    return Replica(alias, programme, position) if position >= newest_position(programme) else None


def _failed(alias: str) -> bool:
    return connections[alias].errors_occurred or connections[alias].connection is None


def _away(error: Exception) -> str:
    """The group whose database an error says is away; nothing for any other error."""
    if isinstance(error, GroupAwayError):
        return error.group
    if isinstance(error, DatabaseError) and in_words(error) == AWAY:
        for connection in connections.all(initialized_only=True):
            if connection.errors_occurred:
                return connection.alias.removesuffix(REPLICA)
    return ""


def _streamed(pieces: Iterator[bytes], replica: Replica) -> Iterator[bytes]:
    """What is written while a file is sent comes from the same copy."""
    while True:
        with reading_from(replica):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
