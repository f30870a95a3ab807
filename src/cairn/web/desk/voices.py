"""Voices at the desk: those that a post looks at or answers, and cards from the box.

Only screeners of a place, and the post that a voice was given to, read what it says. Who enters a card is
kept no more than who writes at home: it goes through the same waiting room.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cairn.catalog import journal
from cairn.following.answers import Named, Page
from cairn.journal import sealing
from cairn.journal.projection import Rows
from cairn.people.rights import Where
from cairn.people.scope import where
from cairn.people.seats import Seat
from cairn.programme.models import Place, Post
from cairn.voice import queries, waiting
from cairn.voice.facts import (
    LONGEST_VOICE,
    DisputeAnswered,
    VoiceAnswered,
    VoiceClosed,
    VoiceRedacted,
    VoiceRedirected,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.models import Voice
from cairn.voice.rules import FROM
from cairn.web.desk.asking import seat_at
from cairn.web.desk.cards import open_questions
from cairn.web.desk.naming import names_of
from cairn.web.desk.recorded import steps_of
from cairn.web.desk.worklist import Doing, form_at, today_of
from cairn.web.public.filters import choice, start
from cairn.web.public.page import not_found, turn
from cairn.web.public.say import Asking, Said, status_of, take
from cairn.web.reader import reader
from cairn.web.words import OUTCOMES, VOICE_STATES, WAYS

SIZE = 50

BY_SCREENERS = (
    VoiceScreened,
    VoiceRedacted,
    VoiceRouted,
    VoiceClosed,
    DisputeAnswered,
)
BY_THE_ASKED = (VoiceAnswered, VoiceRedirected)


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A voice as the desk lists it."""

    row: Voice
    place: Named
    post: Named | None
    text: str
    """Empty where it was erased."""

    @property
    def state_said(self) -> str:
        """Its state in words."""
        return str(VOICE_STATES[self.row.state])

    @property
    def outcome_said(self) -> str:
        """What its answer comes to, in words."""
        return str(OUTCOMES[self.row.outcome]) if self.row.outcome else ""


@require_safe
def voices(request: HttpRequest) -> HttpResponseBase:
    """Every voice that this post may read, the oldest open ones first; by state."""
    seat = seat_at(request)
    state = choice(request, "state", _("State"), VOICE_STATES.items())
    rows = Voice.objects.filter(programme=seat.programme).order_by("answer_by", "id")
    if state.value:
        rows = rows.filter(state=state.value)
    found = list(_readable(rows, seat))
    first = start(request)
    doors = [one for one in queries.categories(seat.programme) if one.door]
    times = waiting.times_turned(seat.programme, [one.id for one in doors])
    context = {
        "found": _rows(found[first : first + SIZE], seat),
        "filters": (state,),
        "asked": bool(state.value),
        "turn": turn(request, Page(first, SIZE, len(found))),
        "doors": [(one, times.get(one.id, 0)) for one in doors]
        if seat.scope(VoiceScreened.kind)
        else [],
    }
    return render(request, "desk/voices.html", context)


@require_safe
def voice(request: HttpRequest, id: UUID) -> HttpResponseBase:  # noqa: A002 - it is the id
    """One voice: what it says, how far it came, and what this post can do about it."""
    seat = seat_at(request)
    row = next(_readable(Voice.objects.filter(programme=seat.programme, id=str(id)), seat), None)
    if row is None:
        return not_found(request)
    context = {
        "one": _rows([row], seat)[0],
        "steps": steps_of(seat, row.history, VOICE_STATES),
        "doings": list(_doings(row, seat)),
        "answer": queries.answer_of(seat.programme, row) if row.answered else None,
    }
    return render(request, "desk/voice.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest) -> HttpResponse:
    """Enter what a card from the box says: as its writer would have at home."""
    seat = seat_at(request)
    offered = [
        place
        for place in Place.objects.filter(programme=seat.programme, ended_on=None).order_by("path")
        if seat.may("desk:card", [Where(place.path)])
    ]
    place = request.POST.get("place", "")
    said = Said()
    if request.method == "POST":
        said = _card(request, seat, place, {one.id for one in offered})
    context = {
        "said": said,
        "offered": queries.categories(seat.programme),
        "places": [(one.id, reader().said(one.name)) for one in offered],
        "place": place,
        "longest": LONGEST_VOICE,
        "questions": open_questions(seat),
    }
    return render(request, "desk/card.html", context, status=status_of(said))


def _card(request: HttpRequest, seat: Seat, place: str, offered: set[str]) -> Said:
    text, category = request.POST.get("text", ""), request.POST.get("category", "")
    if place not in offered:
        return Said(text, category, wrong=_("Choose the place whose box it was in."))
    categories = queries.categories(seat.programme)
    asking = Asking(seat.programme, place, today_of(seat), categories)
    return take(asking, request.POST, throttled=False)


def _readable(rows: Iterable[Voice], seat: Seat) -> Iterator[Voice]:
    """Those that a post may read: it screens their place, or is to answer them."""
    paths: dict[str, str] = {}
    for row in rows:
        if row.place not in paths:
            place = Place.objects.filter(programme=seat.programme, id=row.place).first()
            paths[row.place] = place.path if place else ""
        if row.post == seat.post or seat.may(VoiceScreened.kind, [Where(paths[row.place])]):
            yield row


def _rows(found: Sequence[Voice], seat: Seat) -> list[VoiceRow]:
    posts = names_of(Post, seat.programme, {row.post for row in found})
    places = names_of(Place, seat.programme, {row.place for row in found})
    texts = _texts(seat.programme, found)
    return [
        VoiceRow(
            row=row,
            place=Named(row.place, places.get(row.place, {})),
            post=Named(row.post, posts.get(row.post, {})) if row.post else None,
            text=texts.get(row.text, ""),
        )
        for row in found
    ]


def _texts(programme: str, found: Sequence[Voice]) -> dict[str, str]:
    parts = sealing.answers_of(programme, [row.text for row in found])
    return {id_: said["text"] for id_, said in parts.items() if "text" in said}


def _doings(row: Voice, seat: Seat) -> Iterable[Doing]:
    """The steps that this post may take now."""
    rows = Rows(seat.programme, journal.tables)
    at = [where(rows.find("place", row.place), rows), where(rows.find("post", row.post), rows)]
    for kinds, stands in zip((BY_SCREENERS, BY_THE_ASKED), at, strict=True):
        for kind in kinds:
            if row.state in FROM[kind] and seat.may(kind.kind, [stands]):
                yield Doing(str(WAYS[kind.kind]), form_at(kind.kind, {"voice": row.id}))
