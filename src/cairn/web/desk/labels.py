"""Labels to print and fix to a village's assets, and to the sites of its projects.

Each has the code without which nobody says whether the thing works. Therefore they are printed at the desk:
on a page for everybody the code would be anybody's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cairn.assets.facts import Condition
from cairn.assets.models import Asset
from cairn.following.answers import Name, Named, Page
from cairn.people.rights import Where
from cairn.people.seats import Seat
from cairn.programme.models import Organisation, Place
from cairn.voice.labels import label_code
from cairn.web.desk.asking import seat_at
from cairn.web.public.filters import choice, start
from cairn.web.public.page import turn
from cairn.web.qr import code_of
from cairn.web.reader import reader
from cairn.works.models import Project

SIZE: Final = 200
"""Labels on one page."""

WHAT: Final = "desk:labels"


@dataclass(frozen=True, slots=True)
class Label:
    """A thing with the address of its form, the code that it asks for, and both as a square to scan."""

    thing: Named
    place: Named
    keeper: Named | None
    address: str
    code: str
    path: str
    width: int


@require_safe
def labels(request: HttpRequest) -> HttpResponseBase:
    """Those of the assets in use and the projects under way that this post reaches; of one place."""
    seat = seat_at(request)
    places = {one.id: one for one in Place.objects.filter(programme=seat.programme)}
    found = list(_within_reach(seat, places))
    here = sorted({row.place for row in found}, key=lambda id_: places[id_].path)
    names = [(id_, reader().said(places[id_].name)) for id_ in here]
    place = choice(request, "place", _("Place"), names)
    if place.value in places:
        path = places[place.value].path
        found = [row for row in found if places[row.place].path.startswith(path)]
    elif place.value:
        found = []
    first = start(request)
    context = {
        "labels": list(_labels(request, seat, found[first : first + SIZE], places)),
        "filters": (place,),
        "asked": bool(place.value),
        "turn": turn(request, Page(first, SIZE, len(found))),
    }
    return render(request, "desk/labels.html", context)


def _within_reach(seat: Seat, places: dict[str, Place]) -> Iterator[Asset | Project]:
    """By village; in each what stands, and then what is being built."""
    assets = Asset.objects.filter(programme=seat.programme, out_on=None)
    going = Project.objects.filter(programme=seat.programme, completed_on=None, cancelled_on=None)
    projects = going.exclude(approved_on=None, started_on=None)
    standing: Iterable[Asset | Project] = assets.exclude(condition=Condition.GONE).order_by("id")
    there = [*standing, *projects.order_by("id")]
    for row in sorted(there, key=lambda row: places[row.place].path):
        path = Where(places[row.place].path)
        keeps = Where("", row.keeper) if isinstance(row, Asset) else path
        if seat.may(WHAT, [path]) or seat.may(WHAT, [keeps]):
            yield row


def _labels(
    request: HttpRequest, seat: Seat, found: list[Asset | Project], places: dict[str, Place]
) -> Iterator[Label]:
    ids = {row.keeper for row in found if isinstance(row, Asset)}
    rows: Any = Organisation.objects.filter(programme=seat.programme, id__in=ids)
    keepers: dict[str, Name] = dict(rows.values_list("id", "name"))
    for row in found:
        keeper = row.keeper if isinstance(row, Asset) else ""
        route = f"public:{row.called}-works"
        address = request.build_absolute_uri(reverse(route, args=[seat.programme, row.id]))
        code = label_code(seat.programme, f"{row.called}/{row.id}", secret=settings.SECRET_KEY)
        path, width = code_of(f"{address}?label={code.replace('-', '')}")
        yield Label(
            thing=Named(row.id, row.name),
            place=Named(row.place, places[row.place].name),
            keeper=Named(keeper, keepers.get(keeper, {})) if keeper else None,
            address=address,
            code=code,
            path=path,
            width=width,
        )
