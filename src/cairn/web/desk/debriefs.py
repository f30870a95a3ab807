"""Debriefs at the desk: the minutes, what Cairn drafts from them, and each recommendation's next step.

Drafts are computed from the minutes whenever the page is opened. Whoever may draft ticks those that are
meant, or opens one in its form to say it in other words; nothing is on record before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import randbits
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cairn.catalog import journal
from cairn.exchange.paper import MOST_BYTES, PaperUnreadableError, Why, text_of
from cairn.following.answers import Named, Page
from cairn.journal import sealing
from cairn.journal.entry import Draft
from cairn.journal.fact import Fact
from cairn.journal.projection import Rows
from cairn.lessons.alike import alike
from cairn.lessons.facts import (
    CONFIRMED,
    DRAFTED,
    ClaimRefuted,
    DebriefCalled,
    DebriefHeld,
    ItemPut,
    MinutesWritten,
    RecommendationAnswered,
    RecommendationBegun,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationDropped,
    RecommendationMerged,
    RecommendationPut,
    RecommendationReworded,
    RecommendationThemed,
    RecommendationVerified,
)
from cairn.lessons.minutes import Drafted, drafted
from cairn.lessons.models import Debrief, Recommendation
from cairn.people.drafts import keep
from cairn.people.rights import Where
from cairn.people.scope import where
from cairn.people.seats import Seat
from cairn.programme.models import Post
from cairn.values import Text, uuid7
from cairn.web.desk.asking import seat_at
from cairn.web.desk.naming import names_of
from cairn.web.desk.sending import send
from cairn.web.desk.worklist import Doing, form_at, today_of
from cairn.web.public.filters import start
from cairn.web.public.links import links
from cairn.web.public.page import not_found, turn
from cairn.web.words import RECOMMENDATION_STATES, WAYS

SIZE = 50
LEAST_SIGNS: Final = 4
"""Of a name that is looked for within another: `office` alone is no post's."""

UNREAD: Final = {
    Why.TOO_LARGE: gettext_lazy("It is larger than 5 MB: send the text alone."),
    Why.UNREADABLE: gettext_lazy(
        "It is no text, Word document or PDF that can be read: save it anew, or paste its text."
    ),
    Why.LOCKED: gettext_lazy("It is locked with a password: save a copy without one."),
    Why.NO_TEXT: gettext_lazy("There is no text in it, as in a scan: type or paste what was said."),
    Why.TOO_LONG: gettext_lazy("It is longer than minutes can be: paste what matters."),
    Why.OLD_WORD: gettext_lazy("It is an old Word file (.doc): open it and save it as .docx."),
}
"""Why a paper was not read, and what to do."""

STEPS: Final = (
    (RecommendationConfirmed, "stands_by"),
    (RecommendationPut, "place"),
    (RecommendationAnswered, "post"),
    (RecommendationClaimed, "post"),
    (RecommendationBegun, "post"),
    (RecommendationVerified, "place"),
    (ClaimRefuted, "place"),
    (RecommendationThemed, "place"),
    (RecommendationReworded, "place"),
    (RecommendationMerged, "place"),
    (RecommendationDropped, "place"),
    (RecommendationClosed, "place"),
)
"""The steps of a recommendation, each with the column of what its right is judged on."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A draft from the minutes: its number, what it says, whom it names, and the form that it fills."""

    number: int
    said: Drafted
    speaker: Named | None
    asked: Named | None
    address: str
    taken: bool
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A recommendation of this debrief, and what this post can do about it now."""

    recommendation: Named
    state: str
    doings: tuple[Doing, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two recommendations that seem to say the same, the words that they share, and the form that merges them."""

    first: Named
    second: Named
    shares: tuple[str, ...]
    address: str


@require_safe
def debriefs(request: HttpRequest) -> HttpResponseBase:
    """Every debrief of the programme, the latest first."""
    seat, first = seat_at(request), start(request)
    rows = Debrief.objects.filter(programme=seat.programme).order_by("-planned_on", "id")
    context = {
        "found": [
            (Named(row.id, row.name), row.held_on or row.planned_on)
            for row in rows[first : first + SIZE]
        ],
        "turn": turn(request, Page(first, SIZE, rows.count())),
        "calls": seat.scope(DebriefCalled.kind),
    }
    return render(request, "desk/debriefs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def debrief_page(request: HttpRequest, debrief: str) -> HttpResponseBase:
    """One debrief: what to do about it, its minutes with their drafts, its recommendations."""
    seat = seat_at(request)
    row = Debrief.objects.filter(programme=seat.programme, id=debrief).first()
    if row is None:
        return not_found(request)
    at = where(row, Rows(seat.programme, journal.tables))
    drafts = seat.may(RecommendationDrafted.kind, [at])
    wrong: dict[int, tuple[str, ...]] = {}
    unread = ""
    if request.method == "POST" and drafts:
        if "paper" in request.FILES or request.POST.get("do") == "read":
            answer, unread = _read(request, row, seat)
        else:
            answer, wrong = _take(request, row, seat)
        if answer is not None:
            return answer
    return _shown(request, row, seat, wrong, at=at, drafts=drafts, unread=unread)


def _shown(
    request: HttpRequest,
    row: Debrief,
    seat: Seat,
    wrong: Mapping[int, tuple[str, ...]],
    *,
    at: Where,
    drafts: bool,
    unread: str,
) -> HttpResponseBase:
    rows = Recommendation.objects.filter(programme=seat.programme, debrief=row.id)
    standing = list(rows.order_by("drafted_on", "id"))
    minutes = _minutes(row, seat) if drafts else ""
    proposed = _proposed(row, seat, minutes, standing, wrong)
    context = {
        "row": row,
        "debrief": Named(row.id, row.name),
        "page": links(seat.programme)("debrief", row.id),
        "doings": _doings(row, seat, at),
        "minutes": minutes,
        "erased": bool(row.minutes) and drafts and not minutes,
        "proposed": [one for one in proposed if not one.said.refused],
        "refused": [one for one in proposed if one.said.refused],
        "wrong": bool(wrong),
        "unread": unread,
        "takes_paper": row.held_on is not None and drafts,
        "standing": _standing(standing, seat),
        "alike": _alike(standing) if drafts else [],
    }
    status = 422 if wrong or unread else 200
    return render(request, "desk/debrief.html", context, status=status)


def _doings(row: Debrief, seat: Seat, at: Where) -> list[Doing]:
    kinds: tuple[type[Fact], ...] = (ItemPut, DebriefHeld)
    if row.held_on is not None:
        kinds = (MinutesWritten, RecommendationDrafted)
    return [
        Doing(str(WAYS[kind.kind]), form_at(kind.kind, {"debrief": row.id}))
        for kind in kinds
        if seat.may(kind.kind, [at])
    ]


def _alike(standing: Sequence[Recommendation]) -> list[Alike]:
    """Those that may still be merged and seem to say the same as an earlier one."""
    rows = {one.id: one for one in standing if one.state in (DRAFTED, CONFIRMED)}
    return [
        Alike(
            Named(pair.first, rows[pair.first].name),
            Named(pair.second, rows[pair.second].name),
            pair.shares,
            form_at(RecommendationMerged.kind, {"recommendation": pair.second, "into": pair.first}),
        )
        for pair in alike({id_: one.name for id_, one in rows.items()})
    ]


def _standing(found: list[Recommendation], seat: Seat) -> list[Standing]:
    rows = Rows(seat.programme, journal.tables)
    named = [("post", id_) for one in found for id_ in (one.stands_by, one.post) if id_]
    rows.load([*named, *(("place", one.place) for one in found)])
    return [
        Standing(
            Named(one.id, one.name),
            str(RECOMMENDATION_STATES[one.state]),
            _steps(one, seat, rows),
        )
        for one in found
    ]


def _steps(row: Recommendation, seat: Seat, rows: Rows) -> tuple[Doing, ...]:
    found = []
    for kind, on in STEPS:
        offered = kind.offered["recommendation"]
        states = offered.get("state__in") or (offered["state"],)
        at = where(rows.find("post" if on != "place" else "place", getattr(row, on)), rows)
        if row.state in states and seat.may(kind.kind, [at]):
            about = {"recommendation": row.id}
            if kind is RecommendationPut and row.post:
                about["asked"] = row.post
            found.append(Doing(str(WAYS[kind.kind]), form_at(kind.kind, about)))
    return tuple(found)


# The minutes


def _read(request: HttpRequest, row: Debrief, seat: Seat) -> tuple[HttpResponseBase | None, str]:
    """Put the text of a paper into the form of the minutes, to be looked at; or say why it cannot be read."""
    paper = request.FILES.get("paper")
    if paper is None or row.held_on is None:
        return None, _("Choose the paper first.")
    if (paper.size or 0) > MOST_BYTES:
        return None, str(UNREAD[Why.TOO_LARGE])
    try:
        text = text_of(paper.read())
    except PaperUnreadableError as error:
        return None, str(UNREAD[error.why])
    kept = {"debrief": [row.id], "text": [text]}
    if not keep(seat, MinutesWritten.kind, kept, now=timezone.now()):
        return None, str(UNREAD[Why.TOO_LONG])
    return redirect("desk:record", MinutesWritten.kind), ""


# Drafts from the minutes


def _minutes(row: Debrief, seat: Seat) -> str:
    """What the minutes say; empty where there are none, or where they were erased."""
    if not row.minutes:
        return ""
    said = sealing.answers_of(seat.programme, [row.minutes]).get(row.minutes, {})
    return str(said.get("text", ""))


def _proposed(
    row: Debrief,
    seat: Seat,
    minutes: str,
    standing: list[Recommendation],
    wrong: Mapping[int, tuple[str, ...]],
) -> list[Proposed]:
    posts = _posts(row, seat)
    there = {text for one in standing for text in one.name.values()}
    found = []
    for number, said in enumerate(drafted(minutes)):
        speaker, asked = _post_of(said.speaker, posts), _post_of(said.asked_of, posts)
        filled = {"debrief": row.id, f"text_{_language(said.text).replace('-', '_')}": said.text}
        filled |= {"speaker": speaker.id} if speaker else {}
        filled |= {"asked": asked.id} if asked else {}
        filled |= {"by": said.due.isoformat()} if said.due else {}
        address = form_at(RecommendationDrafted.kind, filled)
        taken = said.text in there
        found.append(Proposed(number, said, speaker, asked, address, taken, wrong.get(number, ())))
    return found


def _posts(row: Debrief, seat: Seat) -> list[Named]:
    """The posts that minutes can mean: those of the cohort, and those of none; cohorts call theirs alike."""
    rows = Post.objects.filter(programme=seat.programme, closed_on=None)
    ids = rows.filter(cohort__in=("", row.cohort)).values_list("id", flat=True)
    named = names_of(Post, seat.programme, set(ids))
    return [Named(id_, name) for id_, name in sorted(named.items())]


def _post_of(said: str, posts: list[Named]) -> Named | None:
    """The one post that minutes mean: called so, else its name is part of it, else it of a name."""
    plain = _plain(said)
    if len(plain) < LEAST_SIGNS:
        return None
    names = [(_plain(text), one) for one in posts for text in one.name.values()]
    within = [(name, one) for name, one in names if len(name) >= LEAST_SIGNS and name in plain]
    longest = max((len(name) for name, _one in within), default=0)
    for found in (
        {one.id: one for name, one in names if name == plain},
        {one.id: one for name, one in within if len(name) == longest},
        {one.id: one for name, one in names if plain in name},
    ):
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def _plain(said: str) -> str:
    return re.sub(r"[\s,，、]+|^驻", "", said.casefold())


def _language(text: str) -> str:
    """The language of a sentence that was drafted: they are drafted from two."""
    return "zh-hans" if re.search("[\u4e00-\u9fff]", text) else "en"


def _take(
    request: HttpRequest, row: Debrief, seat: Seat
) -> tuple[HttpResponseBase | None, dict[int, tuple[str, ...]]]:
    """Record the drafts that were ticked, all or none."""
    back = reverse("desk:debrief", args=[row.id])
    if request.POST.get("minutes") != row.minutes:
        return redirect(back), {}  # others were written since: look at what is drafted from those
    ticked = {int(one) for one in request.POST.getlist("take") if one.isdecimal()}
    proposed = [
        one for one in _proposed(row, seat, _minutes(row, seat), [], {}) if one.number in ticked
    ]
    sent = {one.number: _draft(one, row, seat) for one in proposed if not one.said.refused}
    if not sent:
        return redirect(back), {}
    answer, refused = send(request, seat, list(sent.values()), back=back)
    said = {one.id: tuple(each.message for each in one.objections) for one in refused}
    return answer, {number: said[one.id] for number, one in sent.items() if one.id in said}


def _draft(one: Proposed, row: Debrief, seat: Seat) -> Draft:
    said = one.said
    fact = RecommendationDrafted(
        debrief=row.id,
        text=Text.model_validate({_language(said.text): said.text}),
        speaker=one.speaker.id if one.speaker else None,
        asked=one.asked.id if one.asked else None,
        by=said.due,
    )
    id_ = uuid7(int(timezone.now().timestamp() * 1000), randbits(74))
    return seat.draft(fact, id=id_, happened_on=today_of(seat))
