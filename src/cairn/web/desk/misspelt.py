"""Ids in other publishers' files that are perhaps misspelt: offered to a post, which says what is meant.

Each leads to the form of reported.name-mended, filled; nothing is on record before somebody sends it.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cairn.exchange.links.links import Found, linked
from cairn.reported.facts import MendingRevoked, NameMended
from cairn.reported.models import ReportedFile, ReportedMending
from cairn.web.desk.asking import seat_at
from cairn.web.reported_words import LIKENESSES

MOST = 200


@require_safe
def misspelt(request: HttpRequest) -> HttpResponse:
    """What is perhaps misspelt, with what it may mean; and what posts said before."""
    seat = seat_at(request)
    offered: dict[str, list[tuple[str, str, str]]] = {}
    names: dict[str, list[str]] = {}
    for link in linked(seat.programme).links:
        if link.found is not Found.ALIKE:
            continue
        names.setdefault(link.written, []).append(f"{link.identifier} ({link.file}:{link.line})")
        offered[link.written] = [
            (meant, str(LIKENESSES[why]), _form(NameMended.kind, written=link.written, meant=meant))
            for meant, why in link.alike
        ]
    mended = ReportedMending.objects.filter(programme=seat.programme, revoked="")
    context = {
        "found": [(one, offered[one], names[one][:5]) for one in list(offered)[:MOST]],
        "more": max(0, len(offered) - MOST),
        "mended": [
            (row, _form(MendingRevoked.kind, mending=row.id))
            for row in mended.order_by("-mended_on", "written")[:MOST]
        ],
        "may": bool(seat.scope(NameMended.kind)),
    }
    return TemplateResponse(request, "desk/misspelt.html", context)


def others_report(programme: str) -> bool:
    """Whether a file of another publisher was read."""
    return ReportedFile.objects.filter(programme=programme).exists()


def _form(kind: str, **answers: str) -> str:
    return f"{reverse('desk:record', args=[kind])}?{urlencode(answers)}"
