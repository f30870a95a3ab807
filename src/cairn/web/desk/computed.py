"""What you never need to report again: everything that others can read by themselves, and where."""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cairn.people.seats import Seat
from cairn.web.desk.asking import seat_at
from cairn.web.public.links import links


@dataclass(frozen=True, slots=True)
class Computed:
    """A report that nobody writes: what it answers, its page, and the table in it as a file."""

    answers: str
    page: str
    file: str = ""


@require_safe
def computed(request: HttpRequest) -> HttpResponse:
    """Every such report, about this post's own place where it stands at one."""
    seat = seat_at(request)
    place = seat.stands.path.strip("/").rpartition("/")[2]
    context = {
        "groups": [
            (_("Money"), list(_money(seat))),
            (_("Projects and what they leave"), list(_works(seat, place))),
            (_("What is open"), list(_open(seat))),
        ],
        "place_page": links(seat.programme)("place", place),
    }
    return render(request, "desk/computed.html", context)


def _money(seat: Seat) -> list[Computed]:
    base = links(seat.programme).base
    return [
        _told(_("What each sponsor gave, and what became of it"), f"{base}grants/", "grants"),
        _told(_("What stands in each account"), f"{base}accounts/", "accounts"),
        _told(_("What was sent and has not arrived"), f"{base}in-transit/", "in_transit"),
        _told(_("Budget against what was spent"), reverse("public:budgets", args=[seat.programme])),
        _told(
            _("What an auditor should look at"), reverse("public:exceptions", args=[seat.programme])
        ),
    ]


def _works(seat: Seat, place: str) -> list[Computed]:
    base, within = links(seat.programme).base, f"?place={quote(place)}" if place else ""
    return [
        _told(
            _("Every project, how far it is and what it cost"),
            f"{base}projects/{within}",
            "projects",
        ),
        _told(
            _("What stands, in which condition, who keeps it"), f"{base}assets/{within}", "assets"
        ),
        _told(_("What villages need, and what answers it"), f"{base}needs/{within}", "needs"),
        _told(_("Enterprises and their accounts"), f"{base}enterprises/", "enterprises"),
    ]


def _open(seat: Seat) -> list[Computed]:
    del seat
    return [
        _told(_("What is owed, by whom, since when"), reverse("desk:worklist"), "worklist"),
        _told(_("What was asked, and where it stands"), reverse("desk:requests"), "requests"),
    ]


def _told(answers: str, page: str, table: str = "") -> Computed:
    join = "&" if "?" in page else "?"
    return Computed(answers, page, f"{page}{join}csv={table}" if table else "")
