"""A public page that was drawn is given again as it was, until something changes that it depends on.

What it depends on is looked up before anything is drawn, by one statement (of a copy, two) and a few looks at files: how
far the journal reaches and with which root, the newest trace, the day where the programme is, the files
of its log, and the wordings of a language that is being mended. So a page is never older than the record.

It is kept in memory, by its address and host, and in no other way for one person than for another:
these pages have no cookie and no session. Nothing is kept of who asked, nor when, nor how often; nor an
address with a query, which somebody may have typed.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_from_path

from cairn.following import snapshot
from cairn.journal.away import GroupAwayError
from cairn.journal.columns import Columns
from cairn.journal.models import Head
from cairn.journal.past import programme_of
from cairn.journal.readonly import log_folder
from cairn.journal.spread import reading_from
from cairn.web import mended
from cairn.web.middleware import Next
from cairn.web.public.reads import zone_there
from cairn.web.published import publishing
from cairn.web.spread import replica_for
from cairn.witness.standing import stamps_of

MOST_BYTES: Final = 32 * 2**20
"""Of all pages that a process keeps, as they are sent: some thousands."""

KEPT: Final = frozenset(
    f"public:{name}"
    for name in (
        "account",
        "accounts",
        "asset",
        "assets",
        "board",
        "budgets",
        "cash-book",
        "cohorts",
        "debrief",
        "debriefs",
        "enterprise",
        "enterprises",
        "exceptions",
        "geojson",
        "grant",
        "grants",
        "in-transit",
        "map",
        "need",
        "needs",
        "notice",
        "notices",
        "pack",
        "place",
        "places",
        "programme",
        "project",
        "projects",
        "recommendation",
        "recommendations",
        "reconciliation",
        "report",
        "reported",
        "reported-activity",
        "reported-links",
        "story",
        "team",
        "teams",
    )
)
"""Pages that depend on a programme's journal, and on nothing beside it but what `stamp_of` names.

Not those that take a form, nor one that answers a code, nor those that residents' texts or voices stand on.
"""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page as it was sent, and what it depended on."""

    stamp: Hashable
    headers: tuple[tuple[str, str], ...]
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content) + sum(len(name) + len(said) for name, said in self.headers)


class _Pages:
    """What was drawn lately, by address: the page that nobody asked for longest goes first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pages: OrderedDict[Hashable, _Drawn] = OrderedDict()
        self.bytes = 0

    def get(self, key: Hashable) -> _Drawn | None:
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: Hashable, page: _Drawn) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._pages[key] = page
            self.bytes += page.size - (before.size if before else 0)
            while self.bytes > MOST_BYTES:
                _key, gone = self._pages.popitem(last=False)
                self.bytes -= gone.size

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.bytes = 0

    def __len__(self) -> int:
        return len(self._pages)


pages = _Pages()


def unchanged(get_response: Next) -> Next:
    """Answer with the page that is there, or with 304 where the reader has it, before anything is drawn.

    It stands outside of what packs a page, so that this is done once, too.
    """

    def ask(request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET" or request.META.get("QUERY_STRING") or publishing():
            return get_response(request)
        programme, language = _programme_in(request.path_info)
        if not programme:
            return get_response(request)
        packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        # A host that this installation does not answer to is refused here, as it is further in.
        key = (request.scheme, request.get_host(), request.path, packed)
        try:
            stamp = _stamp_for(request, programme, language)
        except (GroupAwayError, DatabaseError):
            return get_response(request)  # which says so in the reader's language
        page = pages.get(key)
        if page and page.stamp == stamp:
            return _again(request, page)
        response = get_response(request)
        if isinstance(response, HttpResponse) and _may_be_kept(request, response):
            said = tuple(response.items())
            pages.put(key, _Drawn(stamp, said, response.content))
        return response

    return ask


def _stamp_for(request: HttpRequest, programme: str, language: str) -> Hashable:
    """What a page depends on, as it stands where it would be read: the primary, or a copy up to its position."""
    replica = replica_for(request, programme)
    with reading_from(replica):
        return replica, stamp_of(programme, language, now=timezone.now())


def _programme_in(path: str) -> tuple[str, str]:
    """The programme whose page this address names, and the language; no programme, and no past: ""."""
    steps = path.split("/", 3)
    language = get_language_from_path(path)
    if len(steps) < 4 or not language or steps[2].startswith("~"):
        return "", ""
    programme = steps[2]
    return (programme, language) if programme == programme_of(programme) else ("", "")


def stamp_of(programme: str, language: str, *, now: datetime) -> Hashable:
    """What a page depends on. Looked up before it is drawn: what comes meanwhile makes the next one new.

    None where there is no such programme.
    """
    head = next(iter(Columns.of(Head).select(programme)), None)
    if head is None:
        return None
    position, frontier = head.position, bytes(head.frontier)
    return (
        position,
        frontier,
        snapshot.newest_of(programme),
        now.astimezone(_zone(programme, position, frontier)).date(),
        stamps_of(log_folder(programme), "read-only"),
        mended.spoken(language),
    )


@lru_cache(maxsize=64)
def _zone(programme: str, position: int, frontier: bytes) -> ZoneInfo:
    del position, frontier  # a zone is a fact
    return zone_there(programme)


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    route = request.resolver_match.view_name if request.resolver_match else ""
    return (
        route in KEPT
        and response.status_code == 200
        and not response.cookies
        # Else it was read elsewhere than its stamp was.
        and not getattr(request, "replica_failed", False)
        and "no-store" not in response.get("Cache-Control", "")
        and "Cookie" not in response.get("Vary", "")
    )


def _again(request: HttpRequest, page: _Drawn) -> HttpResponseBase:
    response = HttpResponse(page.content)
    for name, said in page.headers:
        response.headers[name] = said
    return (
        get_conditional_response(request, etag=response.get("ETag"), response=response) or response
    )
