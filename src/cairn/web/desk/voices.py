"""Voices at the desk: those that a post looks at or answers, and cards from the box.

Only screeners of a place, and the post that a voice was given to, read what it says. A recording is heard by
screeners alone, until one of them wrote it down. Who enters a card is kept no more than who writes at home: it
goes through the same waiting room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import randbits
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cairn.catalog import journal
from cairn.following.answers import Named
from cairn.following.queries.stretches import stretch
from cairn.journal import files, sealing
from cairn.journal.projection import Rows
from cairn.people.rights import Where
from cairn.people.scope import where
from cairn.people.seats import Seat
from cairn.programme.models import Place, Post
from cairn.values import uuid7
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
from cairn.voice.models import Voice, VoiceText
from cairn.voice.rules import FROM
from cairn.web.desk.asking import seat_at
from cairn.web.desk.cards import open_questions
from cairn.web.desk.naming import names_of
from cairn.web.desk.recorded import steps_of
from cairn.web.desk.worklist import Doing, form_at, today_of
from cairn.web.forms import FactForm
from cairn.web.public.files import handed_out
from cairn.web.public.filters import beside, choice
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
    """Empty where it was erased, or is a recording."""
    unheard: bool
    """Whether it was a recording, and erased before anybody wrote it down."""

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
    rows = Voice.objects.filter(programme=seat.programme)
    if state.value:
        rows = rows.filter(state=state.value)
    rows = _readable(rows, seat)
    shown, at = stretch(rows, "answer_by", "id", start=beside(request), size=SIZE)
    doors = [one for one in queries.categories(seat.programme) if one.door]
    times = waiting.times_turned(seat.programme, [one.id for one in doors])
    context = {
        "found": _rows(shown, seat),
        "filters": (state,),
        "asked": bool(state.value),
        "turn": turn(request, at),
        "doors": [(one, times.get(one.id, 0)) for one in doors]
        if seat.scope(VoiceScreened.kind)
        else [],
    }
    return render(request, "desk/voices.html", context)


@require_safe
def voice(request: HttpRequest, id: UUID) -> HttpResponseBase:  # noqa: A002 - it is the id
    """One voice: what it says, how far it came, and what this post can do about it."""
    seat = seat_at(request)
    row = _readable(Voice.objects.filter(programme=seat.programme, id=str(id)), seat).first()
    if row is None:
        return not_found(request)
    context = {
        "one": _rows([row], seat)[0],
        "steps": steps_of(seat, row.history, VOICE_STATES),
        "doings": list(_doings(row, seat)),
        "answer": queries.answer_of(seat.programme, row) if row.answered else None,
        "listens": _listens(row, seat) if row.spoken else None,
    }
    return render(request, "desk/voice.html", context)


@dataclass(frozen=True, slots=True)
class Listens:
    """What the form beside a recording sends with the words of whoever listens."""

    fact: UUID
    today: date
    longest: int = LONGEST_VOICE


def heard_beside(seat: Seat, form: FactForm) -> str:
    """Where the recording is heard that a form writes down; "" for any other form."""
    if form.kind is not VoiceRedacted:
        return ""
    named = str(form.data.get("voice", ""))
    row = Voice.objects.filter(programme=seat.programme, id=named, spoken=True).first()
    return reverse("desk:voice-sound", args=[row.id]) if row else ""


def _listens(row: Voice, seat: Seat) -> Listens | None:
    """What writes a recording down, for a post that may."""
    if not _screens(row, seat, VoiceRedacted.kind):
        return None
    now = timezone.now()
    return Listens(uuid7(int(now.timestamp() * 1000), randbits(74)), today_of(seat))


@require_safe
def sound(request: HttpRequest, id: UUID) -> HttpResponseBase:  # noqa: A002 - it is the id
    """A recording, for whoever is to write it down, until that was done."""
    seat = seat_at(request)
    row = Voice.objects.filter(programme=seat.programme, id=str(id), spoken=True).first()
    if row is None or not _screens(row, seat, VoiceScreened.kind):
        return not_found(request)
    said = sealing.answers_of(seat.programme, [row.text])[row.text]
    here = files.kept(seat.programme, said.get("text", ""))
    if here is None:
        return not_found(request)
    response = handed_out(request, here)
    response["Cache-Control"] = "no-store"
    return response


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


def _readable(rows: QuerySet[Voice], seat: Seat) -> QuerySet[Voice]:
    """Those that a post may read: it screens their place, or is to answer them."""
    places = Place.objects.filter(programme=seat.programme, id__in=rows.values("place"))
    screened = [
        id_
        for id_, path in places.values_list("id", "path")
        if seat.may(VoiceScreened.kind, [Where(path)])
    ]
    return rows.filter(Q(place__in=screened) | Q(post=seat.post))


def _rows(found: Sequence[Voice], seat: Seat) -> list[VoiceRow]:
    posts = names_of(Post, seat.programme, {row.post for row in found})
    places = names_of(Place, seat.programme, {row.place for row in found})
    texts = _texts(seat.programme, [row for row in found if not row.spoken])
    erased = VoiceText.objects.filter(programme=seat.programme, spoken=True, erased=True)
    unheard = set(erased.filter(id__in=[row.text for row in found]).values_list("id", flat=True))
    return [
        VoiceRow(
            row=row,
            place=Named(row.place, places.get(row.place, {})),
            post=Named(row.post, posts.get(row.post, {})) if row.post else None,
            text=texts.get(row.text, ""),
            unheard=row.text in unheard,
        )
        for row in found
    ]


def _texts(programme: str, found: Sequence[Voice]) -> dict[str, str]:
    parts = sealing.answers_of(programme, [row.text for row in found])
    return {id_: said["text"] for id_, said in parts.items() if "text" in said}


def _screens(row: Voice, seat: Seat, kind: str) -> bool:
    place = Place.objects.filter(programme=seat.programme, id=row.place).first()
    return place is not None and seat.may(kind, [Where(place.path)])


def _doings(row: Voice, seat: Seat) -> Iterable[Doing]:
    """The steps that this post may take now."""
    rows = Rows(seat.programme, journal.tables)
    at = [where(rows.find("place", row.place), rows), where(rows.find("post", row.post), rows)]
    for kinds, stands in zip((BY_SCREENERS, BY_THE_ASKED), at, strict=True):
        for kind in kinds:
            if row.spoken and kind in BY_SCREENERS:
                continue  # it is written down beside where it is heard
            if row.state in FROM[kind] and seat.may(kind.kind, [stands]):
                yield Doing(str(WAYS[kind.kind]), form_at(kind.kind, {"voice": row.id}))
