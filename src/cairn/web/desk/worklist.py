"""The worklist at the desk: what this post owes, what is owed beneath it, what others owe to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.following.answers import Named, Page
from cairn.journal.projection import Rows
from cairn.money.facts import MoneySpent
from cairn.people.rights import Scope
from cairn.people.seats import Seat, today_in
from cairn.requests.facts import RequestRaised
from cairn.web.desk.asking import seat_at
from cairn.web.desk.tables import file_of, files_at
from cairn.web.public.filters import choice, start
from cairn.web.public.links import links
from cairn.web.public.page import turn
from cairn.web.tables import Amount, Coded, Column, Count, Day, Table, Thing
from cairn.web.words import LANGUAGES, SORTS, WAYS
from cairn.worklist import queries
from cairn.worklist.commitment import Commitment, Rung
from cairn.worklist.whole import Worklist

SIZE = 50
HANDOVER_STEPS = frozenset({"freeze", "walk", "sign-out", "witness", "sign-in"})
"""Commitments on one page."""

View = Callable[[Worklist, Seat], list[Commitment]]

VIEWS: dict[str, tuple[Promise, View]] = {
    "mine": (gettext_lazy("What I owe"), queries.mine),
    "beneath": (gettext_lazy("Owed within my reach"), queries.beneath),
    "to-me": (gettext_lazy("Owed to me"), queries.owed_to),
}


@dataclass(frozen=True, slots=True)
class Doing:
    """A button: what it says, and the form that it opens."""

    says: str
    address: str


@dataclass(frozen=True, slots=True)
class Item:
    """A commitment as the desk lists it. `first` is the one action that closes it, where one may."""

    one: Commitment
    asks: str
    page: str
    first: Doing | None
    others: tuple[Doing, ...]
    came_up: bool
    days_left: int

    @property
    def climbed(self) -> tuple[Rung, ...]:
        """The levels that it came up to."""
        return self.one.rungs[1:]


@require_safe
def worklist(request: HttpRequest) -> HttpResponseBase:
    """One of the three lists; narrowed to a sort, or to what is overdue; or all of it as a file."""
    seat = seat_at(request)
    wanted = request.GET.get("view", "")
    views = {name: one for name, one in VIEWS.items() if name != "beneath" or _reaches_on(seat)}
    view = wanted if wanted in views else "mine"
    whole = commitments(seat)
    sort = choice(request, "sort", _("What"), SORTS.items())
    late = choice(request, "overdue", _("When"), [("yes", _("overdue"))])
    found = [
        one
        for one in views[view][1](whole, seat)
        if sort.value in ("", one.sort) and (one.overdue or not late.value)
    ]
    table = _table(found)
    if (answer := file_of(request, table, seat)) is not None:
        return answer
    first = start(request)
    today = today_of(seat)
    page = Page(first, SIZE, len(found))
    context = {
        "view": view,
        "views": [(name, says, len(of(whole, seat))) for name, (says, of) in views.items()],
        "items": items(found[first : first + SIZE], seat, today),
        "overdue": sum(one.overdue for one in found),
        "total": len(found),
        "filters": (sort, late),
        "asked": bool(sort.value or late.value),
        "files": files_at(request, table.id),
        "turn": turn(request, page),
        "spends": seat.scope(MoneySpent.kind),
        "asks": asking(seat),
    }
    return render(request, "desk/worklist.html", context)


def _reaches_on(seat: Seat) -> bool:
    """Whether anything can be owed beneath a seat."""
    return seat.scope("desk:worklist") is not Scope.OWN


def commitments(seat: Seat) -> Worklist:
    """Every open commitment of a seat's programme."""
    return queries.worklist(programme=seat.programme, journal=journal, today=today_of(seat))


def today_of(seat: Seat) -> date:
    """The day it is where a seat's programme is."""
    today = today_in(Rows(seat.programme, journal.tables), timezone.now())
    if today is None:
        raise LookupError(f"a seat of the programme {seat.programme}, which is not on record")
    return today


def items(found: Sequence[Commitment], seat: Seat, today: date) -> list[Item]:
    """Commitments with what this seat can do about each."""
    link = links(seat.programme)
    shown = []
    for one in found:
        doings = _doings(one, seat)
        shown.append(
            Item(
                one=one,
                asks=_asks(one),
                page=page_of(one, link),
                first=doings[0] if doings else None,
                others=tuple(doings[1:]),
                came_up=one.before(seat.post) and not one.owes(seat.post),
                days_left=(one.due - today).days,
            )
        )
    return shown


def _asks(one: Commitment) -> str:
    """What a commitment asks; of a notice, in which language."""
    asked = str(SORTS[one.sort])
    return f"{asked}: {LANGUAGES[one.language]}" if one.language else asked


def page_of(one: Commitment, link: Callable[[str, str], str]) -> str:
    """Where the thing stands that a commitment is about."""
    if one.what == "request":
        return reverse("desk:request", args=[one.of.id])
    if one.what == "notice":
        return reverse("desk:notice", args=[one.of.id])
    if one.what in {"handover", "team"}:
        return reverse("desk:handover", args=[one.of.id])
    if one.what == "voice":
        return reverse("desk:voice", args=[one.of.id])
    return link(one.what, one.of.id)


def _doings(one: Commitment, seat: Seat) -> list[Doing]:
    ways = queries.ways_of(one, seat)
    if one.sort == "voice-listen" and ways:  # the form stands beside what is heard
        return [Doing(_("Listen, and write it down"), reverse("desk:voice", args=[one.of.id]))]
    if one.sort in HANDOVER_STEPS and ways:  # the page of the handover has every step
        return [Doing(_("Open the handover"), page_of(one, links(seat.programme)))]
    return [Doing(str(WAYS[way.kind]), form_at(way.kind, way.answers)) for way in ways]


def form_at(kind: str, answers: Any) -> str:  # noqa: ANN401 - a mapping, or nothing
    """The address of a kind's form, filled with answers."""
    address = reverse("desk:record", args=[kind])
    return f"{address}?{urlencode(answers)}" if answers else address


def asking(seat: Seat) -> str:
    """The form that asks another post for help, about the seat's own place; "" where it may not ask."""
    if not seat.scope(RequestRaised.kind):
        return ""
    place = seat.stands.path.strip("/").rpartition("/")[2]
    return form_at(RequestRaised.kind, {"place": place} if place else {})


def _table(found: Sequence[Commitment]) -> Table[Any]:
    return Table(
        id="worklist",
        caption=_("Worklist"),
        columns=COLUMNS,
        rows=found,
        empty=_("Nothing is owed."),
    )


def _posts(one: Commitment) -> tuple[str, ...]:
    return tuple(named.id for named in one.owed_by)


def _about(one: Commitment) -> Named:
    """What it is about; of a request, which is not public, no more than its id leaves in a file."""
    return Named(one.of.id, {}) if one.what == "request" else one.of


def _climbed(one: Commitment) -> str:
    """Since when it is before whom: 2025-05-15 township-office; 2025-05-30 county-office."""
    return "; ".join(
        f"{rung.since.isoformat()} {' '.join(named.id for named in rung.posts)}"
        for rung in one.rungs[1:]
    )


def _money(one: Commitment) -> int | None:
    return one.minor


COLUMNS: tuple[Column[Any], ...] = (
    Coded(id="sort", label=gettext_lazy("What"), of=lambda one: one.sort, words=SORTS),
    Thing(id="about", label=gettext_lazy("About"), of=_about, is_a=""),
    Column(id="owed_by", label=gettext_lazy("Owed by"), of=lambda one: " ".join(_posts(one))),
    Thing(id="owed_to", label=gettext_lazy("Owed to"), of=lambda one: one.to, is_a=""),
    Day(id="since", label=gettext_lazy("Owed since"), of=lambda one: one.since),
    Day(id="due", label=gettext_lazy("Due on"), of=lambda one: one.due),
    Count(id="days_over", label=gettext_lazy("Days overdue"), of=lambda one: one.days_over),
    Column(id="came_up", label=gettext_lazy("Came up to"), of=_climbed),
    Count(id="count", label=gettext_lazy("How many"), of=lambda one: one.count),
    Coded(
        id="language",
        label=gettext_lazy("Language"),
        of=lambda one: one.language,
        words=LANGUAGES,
        optional=True,
    ),
    Amount(id="amount", label=gettext_lazy("Amount"), of=_money),
)
