"""Requests: what posts asked of one another, and where each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.following.answers import Named
from cairn.following.queries.stretches import stretch
from cairn.journal.projection import Rows
from cairn.people.scope import where
from cairn.people.seats import Seat
from cairn.programme.models import Place, Post
from cairn.requests.facts import (
    RequestAccepted,
    RequestConfirmed,
    RequestDone,
    RequestPassedOn,
    RequestRefused,
    RequestReopened,
    RequestWithdrawn,
    VisitMade,
)
from cairn.requests.models import Request
from cairn.requests.projections import Step
from cairn.requests.rules import FROM
from cairn.web.desk.asking import seat_at
from cairn.web.desk.naming import names_of
from cairn.web.desk.recorded import steps_of
from cairn.web.desk.tables import file_of, files_at
from cairn.web.desk.worklist import Doing, asking, form_at
from cairn.web.public.filters import beside, choice
from cairn.web.public.page import not_found, turn
from cairn.web.tables import Coded, Column, Day, Table, Thing, Written
from cairn.web.words import HELPS, REQUEST_STATES, WAYS

SIZE = 50

BY_ASKED: tuple[type[Step], ...] = (RequestAccepted, RequestDone, RequestRefused, RequestPassedOn)
BY_ASKER: tuple[type[Step], ...] = (RequestConfirmed, RequestReopened, RequestWithdrawn)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as the list shows it."""

    request: Named
    help: str
    state: str
    raised_by: Named
    asked: Named
    place: Named | None
    raised_on: date
    wanted_by: date | None
    promised_by: date | None
    of_visit: bool

    @property
    def state_said(self) -> str:
        """Its state in words."""
        return str(REQUEST_STATES[self.state])

    @property
    def help_said(self) -> str:
        """The kind of help in words."""
        return str(HELPS[self.help])


@require_safe
def requests(request: HttpRequest) -> HttpResponseBase:
    """Every request of the programme; those one was asked, or asked oneself; by state.

    They are not public: as a file one takes those of one's own post, and never all of them.
    """
    seat = seat_at(request)
    whose = choice(
        request, "whose", _("Whose"), [("of-me", _("asked of me")), ("by-me", _("asked by me"))]
    )
    state = choice(request, "state", _("State"), REQUEST_STATES.items())
    rows = Request.objects.filter(programme=seat.programme)
    if whose.value == "of-me":
        rows = rows.filter(post=seat.post)
    elif whose.value == "by-me":
        rows = rows.filter(raised_by=seat.post)
    if state.value:
        rows = rows.filter(state=state.value)
    own = rows.order_by("-raised_on", "-id").filter(Q(post=seat.post) | Q(raised_by=seat.post))
    table: Table[Any] = Table(
        id="requests",
        caption=_("Requests"),
        columns=COLUMNS,
        rows=(),
        whole=lambda: _rows(list(own), seat),
        empty=_("Nothing was asked."),
    )
    if (answer := file_of(request, table, seat)) is not None:
        return answer
    shown, at = stretch(rows, "-raised_on", "-id", start=beside(request), size=SIZE)
    context = {
        "found": _rows(shown, seat),
        "filters": (whose, state),
        "asked": bool(whose.value or state.value),
        "files": files_at(request, table.id),
        "turn": turn(request, at),
        "raises": asking(seat),
        "visits": seat.scope(VisitMade.kind),
    }
    return render(request, "desk/requests.html", context)


@require_safe
def request_page(request: HttpRequest, id: UUID) -> HttpResponseBase:  # noqa: A002 - it is the id
    """One request: how far it came, step by step, and what this post can do about it."""
    seat = seat_at(request)
    row = Request.objects.filter(programme=seat.programme, id=str(id)).first()
    if row is None:
        return not_found(request)
    context = {
        "row": _rows([row], seat)[0],
        "steps": steps_of(seat, row.history, REQUEST_STATES),
        "doings": _doings(row, seat),
    }
    return render(request, "desk/request.html", context)


def _rows(found: Sequence[Request], seat: Seat) -> list[RequestRow]:
    posts = names_of(
        Post, seat.programme, {row.post for row in found} | {row.raised_by for row in found}
    )
    places = names_of(Place, seat.programme, {row.place for row in found if row.place})
    return [
        RequestRow(
            request=Named(row.id, row.name),
            help=row.help,
            state=row.state,
            raised_by=Named(row.raised_by, posts.get(row.raised_by, {})),
            asked=Named(row.post, posts.get(row.post, {})),
            place=Named(row.place, places.get(row.place, {})) if row.place else None,
            raised_on=row.raised_on,
            wanted_by=row.wanted_by,
            promised_by=row.promised_by,
            of_visit=row.of_visit,
        )
        for row in found
    ]


def _doings(row: Request, seat: Seat) -> list[Doing]:
    """The steps that this post may take now: none of the asker's for the one that was asked."""
    rows = Rows(seat.programme, journal.tables)
    asked, asker = (where(rows.find("post", post), rows) for post in (row.post, row.raised_by))
    return [
        Doing(str(WAYS[kind.kind]), form_at(kind.kind, {"request": row.id}))
        for kinds, at in ((BY_ASKED, asked), (BY_ASKER, asker))
        for kind in kinds
        if row.state in FROM[kind] and seat.may(kind.kind, [at])
        if kinds is BY_ASKED or seat.post != row.post or seat.post == row.raised_by
    ]


COLUMNS: tuple[Column[Any], ...] = (
    Written(id="what", label=gettext_lazy("What is needed"), of=lambda row: row.request.name),
    Coded(id="help", label=gettext_lazy("Kind of help"), of=lambda row: row.help, words=HELPS),
    Coded(
        id="state",
        label=gettext_lazy("State"),
        of=lambda row: row.state,
        words=REQUEST_STATES,
    ),
    Thing(id="raised_by", label=gettext_lazy("Asked by"), of=lambda row: row.raised_by, is_a=""),
    Thing(id="asked", label=gettext_lazy("Asked of"), of=lambda row: row.asked, is_a=""),
    Thing(id="place", label=gettext_lazy("Place"), of=lambda row: row.place, is_a="place"),
    Day(id="raised_on", label=gettext_lazy("Asked on"), of=lambda row: row.raised_on),
    Day(id="wanted_by", label=gettext_lazy("Needed by"), of=lambda row: row.wanted_by),
    Day(id="promised_by", label=gettext_lazy("Promised by"), of=lambda row: row.promised_by),
    Column(id="id", label="id", of=lambda row: row.request.id, csv_only=True),
)
