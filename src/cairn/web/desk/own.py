"""What is one's own: the post one acts as, one's sessions and devices."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.catalog import journal
from cairn.money.facts import MoneySpent
from cairn.people import devices, factors
from cairn.people.models import DeviceToken, Session
from cairn.people.reach import kinds_for
from cairn.people.seats import held_by
from cairn.reported.facts import NameMended
from cairn.web.desk.asking import seat_at, user_of
from cairn.web.desk.forms import Device
from cairn.web.desk.labels import WHAT
from cairn.web.desk.middleware import APPOINTMENT
from cairn.web.desk.misspelt import others_report
from cairn.web.desk.naming import short
from cairn.web.desk.recorded import latest
from cairn.web.desk.usual import usual_for
from cairn.web.desk.worklist import asking, commitments, items, today_of
from cairn.web.public.page import not_found
from cairn.web.reader import reader
from cairn.worklist.queries import counts, mine

SHOWN = 5
"""So much of what is owed stands on the desk; the rest is one tap away."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one owes now, what one mostly records, and what one recorded last."""
    seat, asks = seat_at(request), reader()
    whole = commitments(seat)
    before = mine(whole, seat)
    context = {
        "items": items(before[:SHOWN], seat, today_of(seat)),
        "counts": counts(whole, seat),
        "more": len(before) - SHOWN,
        "asks": asking(seat),
        "usual": [(kind.kind, short(kind)) for kind in usual_for(seat)],
        "spends": seat.scope(MoneySpent.kind),
        "labels": seat.scope(WHAT),
        "misspelt": seat.scope(NameMended.kind) and others_report(seat.programme),
        "latest": latest(seat, asks),
        "reads": not kinds_for(seat, journal.kinds.values()),
    }
    return render(request, "desk/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: HttpRequest) -> HttpResponseBase:
    """Choose as which post to act."""
    held, away = held_by(user_of(request), journal=journal, now=timezone.now())
    if request.method == "POST":
        chosen = request.POST.get("appointment", "")
        if chosen not in {str(seat.appointment) for seat in held}:
            return not_found(request)
        request.session[APPOINTMENT] = int(chosen)
        return redirect("desk:home")
    if len(held) == 1 and not away:
        request.session[APPOINTMENT] = held[0].appointment
        return redirect("desk:home")
    return render(request, "desk/posts.html", {"held": held, "away": away})


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """One's second factors, sessions and devices."""
    return render(request, "desk/account.html", _account(request, Device()))


def _account(request: HttpRequest, form: Device) -> dict[str, object]:
    now, user = timezone.now(), user_of(request)
    mine = DeviceToken.objects.filter(appointment__user=user, revoked_at=None)
    return {
        "form": form,
        "kinds": factors.kinds_of(user),
        "sessions": Session.objects.filter(user=user, expire_date__gt=now).order_by("begun_at"),
        "this": request.session.session_key,
        "devices": mine.select_related("appointment").order_by("made_at"),
        "mails": settings.MAILS,
    }


@require_POST
def end_session(request: HttpRequest) -> HttpResponseBase:
    """End one of one's own sessions, on the server."""
    chosen = request.POST.get("session", "")
    for session in Session.objects.filter(user=user_of(request)):
        if session.number == chosen:
            session.delete()
    return redirect("desk:account")


@require_POST
def make_device(request: HttpRequest) -> HttpResponseBase:
    """Make a token for a device; it is shown once."""
    form = Device(request.POST)
    if not form.is_valid():
        return render(request, "desk/account.html", _account(request, form))
    seat = seat_at(request)
    token = devices.give(seat, called=form.cleaned_data["called"], now=timezone.now())
    return render(request, "desk/device.html", {"token": token})


@require_POST
def end_device(request: HttpRequest) -> HttpResponseBase:
    """Revoke a token of one's own."""
    chosen = request.POST.get("device", "")
    if not chosen.isdecimal():
        return not_found(request)
    if not devices.revoke(int(chosen), user=user_of(request), now=timezone.now()):
        return not_found(request)
    return redirect("desk:account")
