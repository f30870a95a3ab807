"""A programme's IATI files, for whoever publishes: the same bytes as `cairn export iati` writes."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from cairn.exchange.iati.export import FILES
from cairn.exchange.iati.record import LacksError, NotPublishedError, Record
from cairn.following.snapshot import NotTracedYetError
from cairn.values import UnknownThingError
from cairn.web.public.page import not_found, not_traced_yet
from cairn.web.published import asked, published_day
from cairn.worklist.of_iati import lacks, publisher_of

XML = "application/xml; charset=utf-8"


@require_safe
def activities(request: HttpRequest, programme: str) -> HttpResponseBase:
    """The programme, its grants and its projects as IATI activities."""
    return _answered(request, programme, "activities.xml")


@require_safe
def organisation(request: HttpRequest, programme: str) -> HttpResponseBase:
    """The organisation that publishes them."""
    return _answered(request, programme, "organisation.xml")


@asked
def is_published(programme: str) -> bool:
    """Whether a programme has IATI files: somebody publishes, and nothing is lacking."""
    return publisher_of(programme) is not None and not any(lacks(programme))


class _Whole(bytes):
    """A file in one piece, known by its hash: publishing looks at the `repr` of what pages ask."""

    __slots__ = ()

    def __repr__(self) -> str:
        return sha256(self).hexdigest()


@asked
def _whole(programme: str, name: str) -> _Whole:
    return _Whole(b"".join(FILES[name](Record.of(programme))))


def _answered(request: HttpRequest, programme: str, name: str) -> HttpResponseBase:
    try:
        if published_day():
            return HttpResponse(_whole(programme, name), content_type=XML)
        pieces = FILES[name](Record.of(programme))
    except NotTracedYetError:
        return not_traced_yet(request)
    except (UnknownThingError, NotPublishedError, LacksError):
        return not_found(request)
    return StreamingHttpResponse(pieces, content_type=XML)
