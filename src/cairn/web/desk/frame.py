"""What the frame around the pages of the desk needs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.programme.models import Programme
from cairn.web.public.page import frame
from cairn.web.reader import reader


def at_the_desk(request: HttpRequest) -> dict[str, Any]:
    """For every template of the desk; nothing for a page that everybody may read."""
    seat = getattr(request, "seat", None)
    user = getattr(request, "user", None)
    if user is None and seat is None:
        return {}
    name = getattr(request.resolver_match, "view_name", "")
    return {
        **frame(request, reader()),
        "seat": seat,
        "signed_in": user,
        "at": name,
        "acts_in": _called(seat.programme) if seat else None,
        "hears": bool(seat and seat.scope("desk:voices")),
        "decides": bool(seat and seat.scope("desk:people")),
        "replaces": bool(seat and seat.scope("desk:replace-factor")),
    }


def _called(programme: str) -> dict[str, str]:
    rows = Programme.objects.filter(programme=programme)
    return dict(rows.values_list("name", flat=True).first() or {"en": programme})


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Whoever asks may not have this page; or the form came from elsewhere (`reason`, by Django)."""
    del reason
    context = {**frame(request, reader()), "title": _("Not for this post")}
    return render(request, "desk/refused.html", context, status=403)
