"""Notices at the desk: what every version says, drafts as well, and what this post can do about each.

Whoever puts a notice into another language needs the source beside it, and whoever checks it the draft;
the public pages show neither before it is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.following.answers import Named, Page
from cairn.journal.projection import Rows
from cairn.notices.facts import (
    InLanguage,
    NoticeRewritten,
    NoticeWithdrawn,
    NoticeWritten,
    VersionChecked,
    VersionDrafted,
    VersionPublished,
    VersionRecorded,
    VersionWithdrawn,
)
from cairn.notices.models import Notice, Version
from cairn.people.reach import kept_apart
from cairn.people.rights import Where
from cairn.people.scope import where
from cairn.people.seats import Seat
from cairn.values import RIGHT_TO_LEFT
from cairn.voice.facts import CLAIMS, ClaimLookedInto
from cairn.web.desk.asking import seat_at
from cairn.web.desk.cards import may_count
from cairn.web.desk.worklist import Doing, form_at
from cairn.web.public.filters import start
from cairn.web.public.links import links
from cairn.web.public.page import not_found, turn
from cairn.web.words import LANGUAGES, MAKERS, VERSION_STATES, WAYS
from cairn.worklist.of_notices import to_draft

SIZE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A version: the text that is worked on, how far it has come, what can be done with it."""

    language: str
    called: str
    direction: str
    says: Mapping[str, Any]
    states: tuple[str, ...]
    made_by: str
    doings: tuple[Doing, ...]


@require_safe
def notices(request: HttpRequest) -> HttpResponseBase:
    """Every notice of the programme, the newest first."""
    seat, first = seat_at(request), start(request)
    rows = Notice.objects.filter(programme=seat.programme).order_by("-since", "id")
    context = {
        "found": [
            (Named(row.id, row.name), row.since, row.until) for row in rows[first : first + SIZE]
        ],
        "turn": turn(request, Page(first, SIZE, rows.count())),
        "writes": seat.scope(NoticeWritten.kind),
    }
    return render(request, "desk/notices.html", context)


@require_safe
def notice_page(request: HttpRequest, notice: str) -> HttpResponseBase:
    """One notice: its source and every version, with what this post may do."""
    seat = seat_at(request)
    row = Notice.objects.filter(programme=seat.programme, id=notice).first()
    if row is None:
        return not_found(request)
    there = {
        one.language: one for one in Version.objects.filter(programme=seat.programme, notice=notice)
    }
    at = where(row, Rows(seat.programme, journal.tables))
    order = sorted(there.values(), key=lambda one: one.language != row.language)
    context = {
        "notice": Named(row.id, row.name),
        "row": row,
        "page": links(seat.programme)("notice", row.id),
        "versions": [_shown(one, row, seat, at) for one in order],
        "missing": [] if row.withdrawn_on else _missing(row, there, seat, at),
        "doings": [] if row.withdrawn_on else _of_notice(row, seat, at),
    }
    return render(request, "desk/notice.html", context)


def _shown(version: Version, notice: Notice, seat: Seat, at: Where) -> Shown:
    kinds = []
    if not notice.withdrawn_on:
        if version.checkable:
            kinds.append(VersionChecked.kind)
        if version.publishable:
            kinds.append(VersionPublished.kind)
        if not version.stale:
            kinds.append(VersionRecorded.kind)
        if version.is_shown:
            kinds.append(VersionWithdrawn.kind)
    doings = [
        Doing(str(WAYS[kind]), form_at(kind, {"version": version.id}))
        for kind in kinds
        if seat.may(kind, [at])
    ]
    if version.texts["made_by"] and not notice.withdrawn_on and seat.may(VersionDrafted.kind, [at]):
        doings.append(_draft(notice, version.language, version))
    states = [version.state]
    states += ["stale"] if version.stale else []
    states += ["unchecked"] if version.is_shown and version.unchecked else []
    return Shown(
        language=version.language,
        called=str(LANGUAGES[version.language]),
        direction="rtl" if version.language in RIGHT_TO_LEFT else "ltr",
        says=version.texts,
        states=tuple(str(VERSION_STATES[one]) for one in states),
        made_by=str(MAKERS[version.texts["made_by"] or "source"]),
        doings=tuple(doings),
    )


def _missing(notice: Notice, there: Mapping[str, Version], seat: Seat, at: Where) -> list[Doing]:
    """Languages that it is not in yet, those first in which it is wanted."""
    if not seat.may(VersionDrafted.kind, [at]):
        return []
    others = [one.value for one in InLanguage if one.value not in there]
    others.sort(key=lambda one: one not in notice.languages)
    return [_draft(notice, one) for one in others]


def _draft(notice: Notice, language: str, before: Version | None = None) -> Doing:
    says = f"{WAYS[VersionDrafted.kind]}: {LANGUAGES[language]}"
    return Doing(says, form_at(VersionDrafted.kind, to_draft(notice.id, language, before)))


def _of_notice(notice: Notice, seat: Seat, at: Where) -> list[Doing]:
    kinds = [NoticeRewritten.kind, NoticeWithdrawn.kind]
    if notice.topic in CLAIMS and not _wrote(notice, seat):
        kinds.append(ClaimLookedInto.kind)
    doings = [
        Doing(str(WAYS[kind]), form_at(kind, {"notice": notice.id}))
        for kind in kinds
        if seat.may(kind, [at])
    ]
    if may_count(seat, notice.id):
        cards = reverse("desk:cards", args=[notice.id])
        doings.append(Doing(_("Enter cards that answer it"), cards))
    return doings


def _wrote(notice: Notice, seat: Seat) -> bool:
    """Whether this post, or who holds it, wrote the notice: they leave it to another what it claims."""
    return bool(kept_apart(seat, ClaimLookedInto, "notice", [notice], journal=journal))
